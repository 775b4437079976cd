#pragma once

// The statement tree between graph and text: what is computed, in which order and under which
// guard, before any language spells it.

#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "emit/expression.hpp"
#include "support/boxed.hpp"

namespace gradsmith {

struct Statement;

/// Statements in order.
struct Block {
  std::vector<Statement> statements;
};

/// A local that never changes: `const double r2 = x * x + y * y;`.
struct Define {
  std::string name;
  Expression value;
  std::string comment;  ///< what the local is, or where it stands in the spec; may be empty
  bool lanes = false;   ///< eight of them at once
};

/// A local that is assigned later.
struct Declare {
  std::optional<Element> type;  ///< empty: the function's own result type
  std::string name;
  std::optional<Expression> value;  ///< what it holds where no branch assigns it
  std::string comment;
  bool lanes = false;
};

struct Assign {
  Place place;
  Expression value;
  std::string comment = {};
  std::vector<Expression> subscripts = {};  ///< of `place`, those that are not constant
  Op with = Op::Constant;                   ///< Add for `+=`, and so on
};

/// An array of the function's own: `double terms[8][3];`.
struct DeclareArray {
  Element type = Element::F64;
  std::string name;
  std::vector<std::int64_t> extents;
};

/// A part of the workspace under a name of its own.
struct Slice {
  std::string name;
  std::string workspace;
  std::vector<Expression> offset;  ///< its first element; empty where it is the workspace's
};

/// A pointer to an element of an array, which others follow: `const double* const a_row = a + i;`.
struct RowPointer {
  Element element = Element::F64;
  bool is_read_only = true;
  std::string name;
  std::string array;
  Expression offset;
};

/// Zeros for all elements of a flat array.
struct Clear {
  std::string array;
  std::int64_t count = 0;
  std::string index;  ///< of the loop
};

struct Branch {
  Expression condition;
  Block when_true;
  Block when_false;
};

struct Return {
  Expression value;
};

/// A call for what it writes: `gradsmith_math::store(&t[i], x);`.
struct Perform {
  Expression call;
  std::string comment;
};

/// Runs a part of a function that is split (emit/split.hpp).
struct Call {
  std::size_t part = 0;  ///< its place among the parts
};

/// for (int index = begin; index < end; index += step), or > and -= where the step is negative.
/// Its bounds are boxed: a loop in place would make all other statements, of which there may be
/// millions, half as large again.
struct Loop {
  std::string index;
  Boxed<Expression> begin;
  Boxed<Expression> end;
  std::int64_t step = 1;
  Block body;
  std::string comment;
  std::string until = {};  ///< a local that ends the loop once it is true; empty: none
};

struct Statement {
  std::variant<Define, Declare, Assign, Clear, Branch, Return, Call, DeclareArray, Slice,
               RowPointer, Loop, Perform>
      is;
};

/// What a block costs when every statement in it runs.
struct OperationCounts {
  std::int64_t operations = 0;  ///< arithmetic and comparisons, divisions and calls not among them
  std::int64_t divisions = 0;
  std::int64_t calls = 0;  ///< of functions, square roots among them
};

OperationCounts count_operations(const Block& block);

/// Visits every place that an expression reads, and every local in it, in order.
template <class AnExpression, class Visit>
void visit_places_in(AnExpression& e, const Visit& visit) {
  const bool is_local = e.kind == Expression::Kind::Name || e.kind == Expression::Kind::Read;
  if (is_local) visit(e.place);
  for (auto& o : e.operands) visit_places_in(o, visit);
}

/// The root of each.
template <class Visit>
void visit_roots(const Expression& e, const Visit& visit) {
  visit_places_in(e, [&](const Place& place) { visit(place.root); });
}

/// The same for what a statement reads and writes, inside its branches too.
template <class Visit>
void visit_roots(const Statement& s, const Visit& visit) {
  if (const auto* define = std::get_if<Define>(&s.is)) visit_roots(define->value, visit);
  if (const auto* declare = std::get_if<Declare>(&s.is); declare && declare->value) {
    visit_roots(*declare->value, visit);
  }
  if (const auto* returned = std::get_if<Return>(&s.is)) visit_roots(returned->value, visit);
  if (const auto* perform = std::get_if<Perform>(&s.is)) visit_roots(perform->call, visit);
  if (const auto* clear = std::get_if<Clear>(&s.is)) visit(clear->array);
  if (const auto* assign = std::get_if<Assign>(&s.is)) {
    visit(assign->place.root);
    for (const Expression& e : assign->subscripts) visit_roots(e, visit);
    visit_roots(assign->value, visit);
  }
  if (const auto* slice = std::get_if<Slice>(&s.is)) {
    visit(slice->workspace);
    for (const Expression& e : slice->offset) visit_roots(e, visit);
  }
  if (const auto* pointer = std::get_if<RowPointer>(&s.is)) {
    visit(pointer->array);
    visit_roots(pointer->offset, visit);
  }
  if (const auto* loop = std::get_if<Loop>(&s.is)) {
    visit_roots(*loop->begin, visit);
    visit_roots(*loop->end, visit);
    if (!loop->until.empty()) visit(loop->until);
    for (const Statement& inner : loop->body.statements) visit_roots(inner, visit);
  }
  if (const auto* branch = std::get_if<Branch>(&s.is)) {
    visit_roots(branch->condition, visit);
    for (const Statement& inner : branch->when_true.statements) visit_roots(inner, visit);
    for (const Statement& inner : branch->when_false.statements) visit_roots(inner, visit);
  }
}

/// Every root of a place that the block reads or writes, and every local in it.
std::set<std::string> mentioned_roots(const Block& block);

/// Every name that a block declares or mentions.
std::set<std::string> names_in(const Block& block);

/// Whether the block calls an operator's function.
bool calls(const Block& block, Op op);

/// Visits every expression of a block, in order.
template <class Visit>
void for_each_expression(const Block& block, const Visit& visit) {
  for (const Statement& s : block.statements) {
    if (const auto* define = std::get_if<Define>(&s.is)) visit(define->value);
    if (const auto* declare = std::get_if<Declare>(&s.is); declare && declare->value) {
      visit(*declare->value);
    }
    if (const auto* assign = std::get_if<Assign>(&s.is)) {
      for (const Expression& e : assign->subscripts) visit(e);
      visit(assign->value);
    }
    if (const auto* pointer = std::get_if<RowPointer>(&s.is)) visit(pointer->offset);
    if (const auto* loop = std::get_if<Loop>(&s.is)) {
      visit(*loop->begin);
      visit(*loop->end);
      for_each_expression(loop->body, visit);
    }
    if (const auto* returned = std::get_if<Return>(&s.is)) visit(returned->value);
    if (const auto* perform = std::get_if<Perform>(&s.is)) visit(perform->call);
    if (const auto* branch = std::get_if<Branch>(&s.is)) {
      visit(branch->condition);
      for_each_expression(branch->when_true, visit);
      for_each_expression(branch->when_false, visit);
    }
  }
}

}  // namespace gradsmith
