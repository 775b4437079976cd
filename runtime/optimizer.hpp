#pragma once

// First-order optimisers over flat parameters.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gradsmith::runtime {

struct OptimizerOptions {
  enum class Kind { Sgd, Adam, AdamW };
  Kind kind = Kind::Sgd;
  double momentum = 0;    // sgd
  bool nesterov = false;  // sgd
  double beta1 = 0.9;     // adam, adamw
  double beta2 = 0.999;
  double epsilon = 1e-8;
  // For each parameter what its square costs, by half: added to the gradient, with adamw taken off
  // the parameter itself. Empty: nothing.
  std::vector<double> decay;
  double clip = 0;  // the gradient's norm at most; 0: any
};

// `sgd`, `adam`, `adamw`.
std::optional<OptimizerOptions::Kind> parse_optimizer(const std::string& name);

// Sources: Polyak 1964, Nesterov 1983 (as in Sutskever et al. 2013), Kingma and Ba 2015, Loshchilov
// and Hutter 2019.
class Optimizer {
 public:
  Optimizer(const OptimizerOptions& options, std::size_t parameters);

  // One step along scale * gradient. `gradient` may be overwritten.
  void step(std::span<double> parameters, std::span<double> gradient, double rate, double scale);

  // What a checkpoint keeps.
  struct State {
    std::vector<double> first;   // momentum, or the mean of the gradients
    std::vector<double> second;  // the mean of their squares
    double power1 = 1;           // beta1 and beta2 to the number of steps
    double power2 = 1;
  };
  State state;

 private:
  OptimizerOptions options_;
};

}  // namespace gradsmith::runtime
