#pragma once

// What a random program of loops may mention at a point of its body, with what is known of ranges.

#include <string>
#include <vector>

namespace e2e {

/// A loop's index with low <= index < size + above, where size is an int parameter, an expression
/// like `n / 2`, or a number.
struct LoopIndex {
  std::string name;
  std::string size;
  int low = 0;
  int above = 0;
  bool integer_constant = false;  ///< the size is a number
};

/// An array of `size + extra` elements, or of `rows * columns`.
struct LoopArray {
  std::string name;
  std::string size;
  int extra = 0;
  std::string columns = {};  ///< of a matrix, `size` being its rows
  bool nested = false;       ///< W[i][j], else W[i * columns + j]
  bool packed = false;       ///< size * (size + 1) / 2 elements, a triangle
  bool writable = false;
};

/// An array of integers `size` long, whose elements are indices below `limit`.
struct IndexArray {
  std::string name;
  std::string size;
  std::string limit;
};

struct LoopScope {
  std::vector<std::string> reads;     ///< floating scalars, struct members
  std::vector<std::string> states;    ///< those that may be assigned
  std::vector<std::string> counters;  ///< integers that may be incremented
  std::vector<std::string> pairs;     ///< objects of the struct Pair
  std::vector<std::string> guarded;   ///< elements that are there because a condition says so
  std::vector<LoopArray> arrays;
  std::vector<LoopIndex> indices;
  std::vector<IndexArray> index_arrays;
  bool in_loop = false;
};

}  // namespace e2e
