#pragma once

// The loss of a range of samples and its gradient, by a function of a module.

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "runtime/aligned.hpp"
#include "runtime/over_samples.hpp"
#include "runtime/workers.hpp"

namespace gradsmith::runtime {

// The mean loss over samples; for a Whole the loss as it is. Many samples are cut into at most 16
// parts by their number alone, threads take parts, and the parts' sums are added in order: so the
// result does not depend on the number of threads.
class BatchLoss {
 public:
  // The model must live as long. Throws ModelError where there is no gradient, or the function
  // gives more than one number.
  BatchLoss(const Model& model, OverSamples over, std::size_t threads = 1);

  // For these samples, which may change as long as there are no more of them.
  void prepare(const SampleSet& samples);

  // What a batch gives: the mean loss, and a gradient that is to be multiplied by `scale`.
  struct Result {
    double loss = 0;
    double scale = 1;
  };
  Result gradient(std::span<const double> parameters, const SampleSet& samples, std::size_t first,
                  std::size_t count, std::span<double> gradient);

  // The mean loss of all samples.
  double loss(std::span<const double> parameters, const SampleSet& samples);

  // The loss of each sample on its own; for a Whole this is a single number.
  std::vector<double> losses(std::span<const double> parameters, const SampleSet& samples);

  OverSamples over() const { return over_; }
  const Model& model() const { return *model_; }

 private:
  bool alone() const;  // a single thread, which takes the parts in their order
  std::size_t parts_of(std::size_t count) const;

  const Model* model_;
  OverSamples over_;
  std::unique_ptr<Workers> workers_;
  std::vector<Model::Room> rooms_;  // one for each thread
  std::vector<AlignedNumbers>
      gradients_;  // one for each part but the first; of one thread a single one
  std::vector<double> sums_;
};

}  // namespace gradsmith::runtime
