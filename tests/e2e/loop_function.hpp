#pragma once

// Functions over arrays of run-time length as a test knows them, and the adapters that a comparison
// program calls them by (oracle/loop_case.hpp).

#include <string>
#include <vector>

namespace e2e {

struct LoopParameter {
  enum class Kind { Scalar, Pointer, Fixed, Rows, Span, Vector, Index, Size };
  enum class Role { Param, Data, Output, InOut, Work };

  std::string name;
  Kind kind = Kind::Scalar;
  Role role = Role::Param;
  std::string length = "1";  ///< the number of elements, in C++ over the sizes
  std::string limit = "1";   ///< of an Index: its elements are below this
  int columns = 0;           ///< of Rows

  bool is_number() const { return kind != Kind::Index && kind != Kind::Size; }
  /// Whether its partials are members of a struct.
  bool is_constant_shape() const { return kind == Kind::Scalar || kind == Kind::Fixed; }
  bool is_differentiated() const {
    return is_number() && (role == Role::Param || role == Role::InOut);
  }
};

struct LoopFunction {
  std::string name;
  std::vector<LoopParameter> parameters;
  bool returns = true;       ///< a double; otherwise nothing
  bool second = true;        ///< second derivatives are asked for, too
  bool keep_loops = true;    ///< also those of constant length
  bool all_lengths = false;  ///< the generator is told all lengths
  std::string text;          ///< of the file that defines it, in the namespace `name_space`
  std::string name_space;

  std::vector<std::string> words() const {
    if (!returns) return of_several();
    for (const LoopParameter& p : parameters) {
      if (p.role == LoopParameter::Role::Output || p.role == LoopParameter::Role::InOut) {
        return of_several();
      }
    }
    if (!second) return {"value", "gradient", "vjp", "jvp", "jacobian"};
    if (!all_lengths) return {"value", "gradient", "hvp", "vjp", "jvp"};
    return {"value", "gradient", "hvp", "vjp", "jvp", "jacobian", "hessian"};
  }

  /// Where lengths are not told, the columns of a matrix may be fewer than the arguments' elements.
  std::vector<std::string> of_several() const {
    if (!all_lengths) return {"value", "vjp", "jvp"};
    return {"value", "vjp", "jvp", "jacobian"};
  }
};

/// The function's row of `loop_cases`, and before it what the row mentions. `header` is the emitted
/// text: its lists of parameters say which arguments each word takes.
struct LoopAdapter {
  std::string definitions;
  std::string row;
};
LoopAdapter emitted_adapter(const LoopFunction& f, const std::string& header);

/// The same of `loop_oracles`.
LoopAdapter oracle_adapter(const LoopFunction& f);

}  // namespace e2e
