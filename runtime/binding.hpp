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
// 1 at the place that the column tells, which must be 0, 1, ... below the parameter's length.
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

// The names of the columns that a data parameter was bound to, as far as they are plain columns.
std::vector<std::string> bound_columns(const DataSlot& slot, const Dataset& data,
                                       const BindingOptions& options);

}  // namespace gradsmith::runtime
