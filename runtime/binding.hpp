#pragma once

// Which columns of a data file go to which data parameter.

#include <map>
#include <string>
#include <vector>

#include "runtime/dataset.hpp"
#include "runtime/model.hpp"

namespace gradsmith::runtime {

// A binding that cannot be understood.
class BindingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// `x=pixel_0_0:pixel_7_7`: the columns from one to another; `x=a+b`: several; `y=onehot(digit)`: a
// 1 at the place that the column tells, which must be 0, 1, ... below the parameter's length. A
// name in which + or : stand is written in double quotes, a quote in it doubled: `x="a+b":"c:d"`.
struct Binding {
  std::string parameter;
  std::string columns;  // behind the `=`
};

// Throws BindingError for what is not of the form `name=columns`.
Binding read_binding(const std::string& text);

struct BindingOptions {
  std::vector<Binding> bindings;                       // others: the column of the parameter's name
  std::map<std::string, std::vector<double>> numbers;  // parameters that are the same everywhere
  // Integers must be 0, 1, ... below this. Compiled code does not look at a subscript, so programs
  // that link it say here of how many classes a label is.
  std::map<std::string, int> classes;
};

// Samples for a function, a row of the file each. Throws BindingError for a parameter without
// columns and columns of another number than the parameter takes, DataError for columns that are
// missing or hold something else than what is wanted.
SampleSet bind(const Model& model, const Dataset& data, const BindingOptions& options);

// Where the data have the number `at` of a feature: with its column, as far as that is one.
std::string place_of_number(const Model& model, const Feature& feature, std::size_t at,
                            const Dataset& data, const BindingOptions& options);

}  // namespace gradsmith::runtime
