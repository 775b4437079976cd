#pragma once

// Where training starts.

#include <optional>
#include <string>
#include <vector>

#include "runtime/model.hpp"
#include "runtime/random.hpp"

namespace gradsmith::runtime {

// How the parameters of some names start. Fans: of a matrix W[out][in] its extents, of a vector its
// length and 1; of a number 2 and 2, as in the course's network of two inputs and two units.
struct Initialiser {
  enum class Kind { Zero, Constant, Uniform, Normal, Glorot, He };
  std::string pattern;  // of names; see name_pattern.hpp
  Kind kind = Kind::Zero;
  double a = 0;  // constant; lower end; mean
  double b = 0;  // upper end; deviation
};

// `W*=glorot`, `b=zero`, `c=constant:0.5`, `w*=uniform:-1:1`, `*=normal:0:0.1`, `W1=he`. Nothing
// where the text is not of that form.
std::optional<Initialiser> parse_initialiser(const std::string& text);

// The parameters, drawn in the order in which the function has them. The first initialiser whose
// pattern matches counts; where none does, names that begin with b or c start at zero, others by
// Glorot: uniform in +-sqrt(6 / (in + out)). He: normal with variance 2 / in.
std::vector<double> draw_parameters(const std::vector<Block>& parameters,
                                    const std::vector<Initialiser>& initialisers, Random& random);

}  // namespace gradsmith::runtime
