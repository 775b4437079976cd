#pragma once

// What is compared: cases, and in each the contestants that compute the same numbers.

#include <string>
#include <vector>

namespace gradsmith {

// Reads the parameters and behind them the data, writes all outputs. Zeros of a Hessian that are
// zero everywhere need not be written: the memory holds zeros there.
using Kernel = void (*)(const double* in, double* out);

enum class Kind { Gradient, Jacobian, Hessian };

struct Contestant {
  std::string name;
  Kernel kernel;
  // How far from the reference its numbers may be, relative to the largest of their kind.
  double tolerance;
  // Where each output of the case stands in what the kernel writes, -1 where it writes none because
  // it is always zero; empty: in the case's order.
  std::vector<int> places = {};
  int written = 0;  // how many numbers the kernel writes, where there are places
};

struct Case {
  std::string name;
  Kind kind;
  int inputs;
  int values;   // how many of the outputs are values of the function, in front of its derivatives
  int outputs;  // all of them
  std::vector<std::vector<double>> points;
  Kernel primal;
  Kernel reference;  // in long double, by dual numbers
  std::vector<Contestant> contestants;

  std::string header;    // what gradsmith wrote, relative to the folder of a policy
  std::string function;  // the function in it
  // Nanoseconds on the machine of the best known figures, with this compiler.
  double known_primal;
  double known_best;
  int leanest;  // the least known number of operations, 0 if unknown
};

// All cases, each with every contestant that was built in.
std::vector<Case> all_cases();

}  // namespace gradsmith
