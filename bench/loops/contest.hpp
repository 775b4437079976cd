#pragma once

// What is compared: cases, each a function with loops at one size, and in each the contestants that
// compute the same derivatives.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gradsmith::bench {

enum class Kind {
  Gradient,        ///< the value, and the gradient
  Product,         ///< the product of a row vector with the Jacobian
  Jacobian,        ///< the results, and the Jacobian row by row
  HessianProduct,  ///< the product of the Hessian with a vector
};

// What gradsmith's time may be at most.
struct Bars {
  std::optional<double> of_primal;  // times the primal's
  double of_hand = 1;               // times that of the adjoint written by hand
};

struct Contestant {
  std::string name;
  std::function<void()> run;
  std::shared_ptr<std::vector<double>> outputs;  // what it writes
};

// A linear combination of the outputs that is known from dual numbers in long double.
struct Known {
  std::size_t first;  // the output that the first weight is for
  std::vector<double> weights;
  long double sum;
};

struct Case {
  std::string name;
  std::string size;
  double elements;     // the size that the cost should grow with in proportion: n, or T
  bool timed;          // or only checked, at a size below all that are timed
  std::size_t values;  // how many outputs are values, in front of the derivatives
  double scale;        // what derivatives round relative to, where it is above the largest of them
  Bars bars;
  Contestant primal;  // writes the values alone
  std::vector<Contestant> contestants;
  std::vector<Known> known;
};

}  // namespace gradsmith::bench
