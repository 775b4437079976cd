#pragma once

// Figures as the tables show them.

#include <string>

namespace gradsmith {

// The compiler that built this program: "g++ 12.2.0".
std::string compiler();

std::string fixed(double number, int decimals);

// Three digits are what repeated runs agree in.
std::string three_digits(double number);

}  // namespace gradsmith
