#include "figures.hpp"

#include <cstdio>

namespace gradsmith {

std::string compiler() {
#ifdef __clang__
  return "clang++ " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

std::string fixed(double number, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, number);
  return text;
}

std::string three_digits(double number) {
  return fixed(number, number < 9.995 ? 2 : number < 99.95 ? 1 : 0);
}

}  // namespace gradsmith
