#pragma once

// Functions that differ in their bodies alone, compared with the oracle.

#include <string>
#include <vector>

namespace e2e {

struct Bodies {
  std::string folder;        ///< of the scratch files; also the functions' name
  std::string length = "n";  ///< how many elements x has
  bool tells_length = true;  ///< the generator is told, or finds it
  std::string helpers = "";  ///< what the spec defines besides
  std::vector<std::string> bodies;
};

/// Whether functions `double(c, x, n)` with those bodies, which add to `s`, have the value of the
/// spec (under the strict policy its bits) and the derivatives of the oracle.
void compare_bodies(const Bodies& b);

}  // namespace e2e
