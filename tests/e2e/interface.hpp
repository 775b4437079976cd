#pragma once

// A spec function's interface as a test knows it, and the adapters between it and the flat arrays
// of numbers that the comparison program passes. Spec text is kept in a markup that becomes plain
// C++, or C++ over the oracle's scalars:
//
//   $D $F      double, float                            $L(0.5) $l(0.5)  a double or float literal
//   $C         constexpr, const under the oracle        $N(e)            e converted to float,
//                                                                        implicitly in plain C++

#include <string>
#include <utility>
#include <vector>

namespace e2e {

/// One number inside a parameter or result, by the path from an object: `w[0][1]`, `p.a`.
struct Number {
  std::string path;
  bool is_float = false;
};

enum class Role { Param, Data, Output, InOut };

struct Parameter {
  std::string name;
  std::string declaration;  ///< in the signature, in markup: "const $D (&w)[2]"
  std::string object;       ///< declares a local object of its type: "$D w[2]"
  std::vector<Number> numbers;
  Role role = Role::Param;

  bool is_input() const { return role != Role::Output; }
  bool is_differentiated() const { return role == Role::Param || role == Role::InOut; }
  bool is_written() const { return role == Role::Output || role == Role::InOut; }
};

struct Interface {
  std::string name_space;  ///< "a::b", empty for the global one
  std::string name;
  std::string result = "void";         ///< in markup
  std::vector<Number> result_numbers;  ///< paths from an object `result`
  std::vector<Parameter> parameters;

  std::string qualified() const { return name_space.empty() ? name : name_space + "::" + name; }
  bool has_one_result() const;

  /// Two differentiated scalar parameters, for a mixed partial: their indices, or -1.
  std::pair<int, int> mixed() const;

  /// The word that asks for that partial, `d_x_d_y`; empty where there is none.
  std::string mixed_word() const;
};

std::string to_plain(const std::string& markup);
std::string to_oracle(const std::string& markup);

/// The text of the file that defines the table of plain functions; `spec` is what it includes.
std::string plain_table(const std::vector<Interface>& functions, const std::string& spec);

/// The text of the file that defines the table of emitted words: C++11, free of warnings.
std::string emitted_table(const std::vector<Interface>& functions,
                          const std::vector<std::string>& words, const std::string& header);

/// The text of the file that defines the oracle's table. `spec` is included three times, under
/// other definitions of `Real` and `RealF`, each time in a namespace of its own; `before` precedes
/// each inclusion.
std::string oracle_table(const std::vector<Interface>& functions, const std::string& spec,
                         const std::string& before);

}  // namespace e2e
