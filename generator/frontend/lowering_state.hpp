#pragma once

// What the walk of lowering keeps: the functions and loops that it is inside, and what it found out
// about the loop that it is about to enter.

#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "frontend/environment.hpp"
#include "frontend/integers.hpp"
#include "frontend/loop_syntax.hpp"
#include "frontend/place.hpp"
#include "ir/provenance.hpp"

namespace gradsmith::frontend {

/// A loop whose body is being lowered, at the open level of its position in the stack, plus one.
struct OpenLoop {
  Interval index;                                  ///< what its index can be
  NodeId before = kNoNode;                         ///< the index is below this; may be unknown
  std::unordered_set<VariableId> written;          ///< outer variables that its body may write
  std::vector<std::pair<NodeId, Origin>> origins;  ///< of nodes that depend on it
  std::unordered_set<NodeId> noted;                ///< those that have a place already
  std::string index_name;                          ///< the author's; empty: it has none
  clang::SourceLocation where = {};
  std::unordered_set<Slot> pointers_read = {};                       ///< by its body, so far
  std::unordered_set<const clang::ValueDecl*> references_read = {};  ///< those to elements
};

/// A loop or switch of the author's that `break` and `continue` leave.
struct Breakable {
  VariableId broke = 0;
  std::optional<VariableId> continued;  ///< none: a switch
};

/// A function, lambda or constructor whose body is being lowered.
struct Frame {
  const clang::FunctionDecl* function = nullptr;
  clang::SourceLocation call;  ///< invalid for the entry function
  std::unordered_map<const clang::ValueDecl*, Place> bindings;
  std::unordered_set<const clang::ValueDecl*> stale;  ///< references to elements that have gone
  std::optional<Place> self;                          ///< what `this` points to
  VariableId returned = 0;                            ///< flag
  std::optional<VariableId> result;
  int branches = 0;       ///< how many were open when it was entered
  std::size_t loops = 0;  ///< and how many loops
  std::vector<Breakable> breakables;
};

/// A comparison that a loop's index must pass for another trip: `factor * i + terms < bound`.
struct LoopBound {
  const clang::Expr* bound = nullptr;  ///< null: zero
  std::int64_t factor = 1;             ///< above zero
  std::vector<LinearSide::Term> terms;
  bool counts = false;        ///< the test counts the index itself: `++i < n`
  bool mirrored = false;      ///< the author wrote the opposite of factor and terms: `n - i > 0`
  clang::QualType tested_as;  ///< of the side that the index is in
  clang::BinaryOperatorKind comparison = clang::BO_LT;
};

/// A loop that counts, as `for`, `while` or `do` say it.
struct CountedLoop {
  const clang::Stmt* init = nullptr;       ///< may be null
  std::vector<LoopTest> tests;             ///< what must hold for another trip, in order
  const clang::Expr* increment = nullptr;  ///< null: there is none, or the test counts
  std::vector<const clang::Expr*> after;   ///< what the body does after it counted
  std::vector<const clang::Stmt*> body;
  bool test_counts = false;  ///< `increment` is part of the test
  bool runs_first = false;   ///< `do`: the tests are made after each trip
  clang::SourceLocation where;
};

/// What a loop's header says.
struct LoopHeader {
  const clang::VarDecl* index = nullptr;
  bool declared = false;      ///< in the header itself
  bool counts_first = false;  ///< `i-- > 0`: the body sees the index one lower
  bool may_leave = false;     ///< other than by its bound
  const clang::Expr* begin = nullptr;
  LoopBound until;
  std::vector<LoopTest> also;  ///< what must hold besides, before each trip
  std::int64_t step = 1;
  std::vector<const clang::Expr*> before;  ///< what the increment does before it counts
  std::vector<const clang::Expr*> after;   ///< and after that
  clang::SourceLocation where;
};

/// The variables that a statement may write, of those that exist before it.
struct Written {
  std::set<VariableId> variables;
  bool returns = false;
  bool breaks = false;  ///< leaves the loop whose body it is
};

/// Counts how deep the walk is, for as long as it lives.
class Nested {
 public:
  explicit Nested(int& depth) : depth_(depth) { ++depth_; }
  ~Nested() { --depth_; }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;

 private:
  int& depth_;
};

}  // namespace gradsmith::frontend
