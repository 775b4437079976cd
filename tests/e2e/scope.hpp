#pragma once

// What a random function may mention at a point of its body.

#include <cstddef>
#include <string>
#include <vector>

namespace e2e {

struct Scalar {
  std::string text;
  bool is_float = false;
  bool writable = false;
};

/// A C array, std::array or pointer: `name[i][j]`.
struct Array {
  std::string name;
  std::vector<int> extents;
  bool is_float = false;
  bool writable = false;
  bool keeps_extent = true;  ///< not decayed to a pointer: a range-for goes over it
};

/// An int in scope; loop variables hold 0 <= value < limit.
struct Index {
  std::string name;
  int limit = 0;
  bool is_unsigned = false;
};

struct Scope {
  bool tame = false;  ///< arguments stay inside the domains of functions and divisions
  std::vector<Scalar> scalars;
  std::vector<Array> arrays;
  std::vector<Index> indices;
  std::vector<std::string> bools;
  std::vector<std::string> turns;    ///< objects of the struct Turn
  std::vector<std::string> vectors;  ///< objects of the struct Vec2
  std::vector<std::string> pairs;    ///< objects of shapes::Pair
};

}  // namespace e2e
