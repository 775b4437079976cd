#pragma once

// How far the integers and the elements of arrays that a loop's body mentions move from one trip to
// the next, and whether several trips at once would get into each other's way.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "emit/expression.hpp"

namespace gradsmith {

class TripSteps {
 public:
  /// The loop's own index, which counts up by one.
  explicit TripSteps(const std::string& index);

  /// A local integer of the body, by its value, or fixed for each trip of an inner loop.
  void define(const std::string& local, const Expression& value);
  void define_fixed(const std::string& local);
  void enter_inner_loop() { ++depth_; }
  void leave_inner_loop() { --depth_; }

  bool is_integer(const std::string& local) const { return integers_.contains(local); }

  /// How much more an integer is in the next trip; none where that is not the same every time.
  std::optional<Expression> of(const Expression& integer) const;
  bool is_fixed(const Expression& integer) const;

  /// How much further an element, a Read, lies in the next trip; none where that is not the same
  /// every time, or no matter of the last subscript alone.
  std::optional<Expression> of_element(const Expression& read) const;

  enum class Use : std::uint8_t { Read, Set, Add };
  /// Notes what the body does with an element whose step is known.
  void note(const Expression& element, Use use);
  /// Whether each array that is written is only added to, which may be in any order; or every trip
  /// uses an element of it of its own.
  bool are_independent() const;

 private:
  struct Integer {
    int definition = 0;
    bool in_inner_loop = false;
    std::optional<Expression> step;
  };
  struct Memory {
    std::string root;
    std::string element;  ///< its text, with the number of each definition: the same, if equal
    Use use = Use::Read;
    bool own = false;  ///< one of its trip alone
  };

  void note_reads(const Expression& e);

  int definitions_ = 0;
  int depth_ = 0;  // of inner loops
  std::map<std::string, Integer> integers_;
  std::vector<Memory> memory_;
};

/// Whether a step is that number.
bool is_step(const Expression& step, std::int64_t value);

}  // namespace gradsmith
