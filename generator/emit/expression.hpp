#pragma once

// Expressions as they stand in emitted statements: small trees over literals, names, elements of
// parameters and operators. No language's spelling is in them yet.

#include <cstdint>
#include <string>
#include <vector>

#include "ir/ops.hpp"
#include "ir/type.hpp"

namespace gradsmith {

struct Expression;

/// One step from an object to what lies inside it.
struct Access {
  std::string field;       ///< a member's name; empty: a subscript
  std::int64_t index = 0;  ///< the subscript, where it is constant
  int operand = -1;        ///< else its place in `Expression::operands`
  bool of_class = false;   ///< a subscript that a class takes, as std::size_t

  bool operator==(const Access&) const = default;
};

/// An object that can be read or written: a parameter, or what lies inside one.
struct Place {
  std::string root;
  std::vector<Access> path;

  bool operator==(const Place&) const = default;
};

/// Trees are kept shallow by the scheduler (a statement fits a line), so walking them may recurse.
struct Expression {
  enum class Kind : std::uint8_t {
    Literal,  ///< `value` of `element`
    Name,     ///< a local: `place.root`
    Read,     ///< `place`; operands are its subscripts that are not constant
    Apply,    ///< `op` of the operands
    Convert,  ///< the operand as `element`, or as the integer type that `place.root` spells
    Choose,   ///< [condition, a, b], lazy
    Lanes,  ///< the function `place.root` of the operands, of which some are eight numbers at once
    Address,  ///< of the operand, a Read
  };
  Kind kind = Kind::Literal;
  Op op = Op::Constant;
  Element element = Element::F64;  ///< of the result
  double value = 0;                ///< of a floating literal
  std::int64_t integer = 0;        ///< of an Index or Bool literal
  Place place;
  std::vector<Expression> operands;

  bool is_apply(Op wanted) const { return kind == Kind::Apply && op == wanted; }
  /// The same text. NaN literals are unequal.
  bool operator==(const Expression&) const = default;
};

Expression literal(Element element, double value);
Expression literal(Element element, std::int64_t value);
Expression name(Element element, std::string name);
Expression read(Element element, Place place, std::vector<Expression> subscripts = {});
Expression convert(Element element, Expression x);
/// An integer as one of C++'s own types: `unsigned char`.
Expression convert(std::string integer_type, Expression x);
Expression choose(Expression condition, Expression a, Expression b);
/// `gradsmith_math::load(&x[i])` and the like; see emit/vector_math.hpp.
Expression lanes_call(Element element, std::string function, std::vector<Expression> operands);
Expression address(Expression read);

/// The operator applied, with signs placed as one writes them: a + (-b) is a - b, a - (-b) is
/// a + b, (-a) + b is b - a, and the same for negative literals. All of these keep every bit.
Expression apply(Op op, std::vector<Expression> operands);

/// Whether the name of a local occurs in the expression.
bool mentions(const Expression& e, const std::string& root);

}  // namespace gradsmith
