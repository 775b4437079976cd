// Columns that hold one number in every row are read as that number, at the same values.

#include "passes/constant_elements.hpp"

#include <catch2/catch.hpp>

#include "ir/evaluate.hpp"
#include "ir/parse.hpp"
#include "ir/verify.hpp"
#include "passes/rebuild.hpp"
#include "passes/simplify.hpp"

namespace gradsmith::test {
namespace {

const std::string kX = "(Input \"x[]\" (f64 5i))";
const std::string kRow = "(Bound 1 0 index)";
const std::string kType = "(f64 15i)";
const std::string kState = "(Bound 1 1 " + kType + ")";
const std::string kNoValues = "(Input \"?a[]\" " + kType + ")";

/// The place of an element of this row of three, or of the one before.
std::string here(int column) {
  return "(Add (Mul 3i " + kRow + ") " + std::to_string(column) + "i)";
}
std::string before(int column) {
  return "(Add (Mul 3i (Sub " + kRow + " 1i)) " + std::to_string(column) + "i)";
}
std::string set(const std::string& base, const std::string& place, const std::string& value) {
  return "(Write 2 (0i 1i 1i) " + base + " " + value + " " + place + ")";
}
/// What the row before holds, and a number for the first row.
std::string kept(int column, const std::string& first) {
  return "(If (Gt " + kRow + " 0i) (At " + kState + " " + before(column) + ") " + first + ")";
}
std::string at_x(const std::string& i) { return "(At " + kX + " " + i + ")"; }

/// Five rows: a number of the row, one that stays, and one of both.
std::string rows(const std::string& second, const std::string& third,
                 const std::string& init = kNoValues) {
  return "(Final 0 (Fold 1 (0i 5i 1i) (" + init + ") (" +
         set(set(set(kState, here(0), at_x(kRow)), here(1), second), here(2), third) + ")))";
}

struct After {
  std::ptrdiff_t loads = 0;  ///< of arrays that loops have filled
  std::ptrdiff_t writes = 0;
};

After after(const std::string& result, FpPolicy policy = FpPolicy::Finite) {
  INFO(result);
  Function f;
  f.name = "f";
  f.policy = policy;
  f.outputs.push_back({"", {}, parse_sexpr(f.graph, "(graph " + result + ")")});
  const Function made = constant_elements(f);
  CHECK(violations(made.graph).empty());
  const Environment at{{"x[]", Value::vector({2, 3, 5, 7, 11})}};
  CHECK(evaluate<double>(made.graph, made.outputs[0].value, at).numbers ==
        evaluate<double>(f.graph, f.outputs[0].value, at).numbers);
  After found;
  for (NodeId id : reachable(made.graph, roots_of(made))) {
    const bool load = made.graph.op(id) == Op::At;
    found.loads += load && made.graph.op(made.graph.operand(id, 0)) != Op::Input;
    found.writes += made.graph.op(id) == Op::Write;
  }
  return found;
}

/// The sum over rows, last one first, of their columns.
std::string summed(const std::string& array) {
  const std::string row = "(Mul 3i (Sub 4i " + kRow + "))";
  std::string sum = "(At " + array + " " + row + ")";
  for (const char* column : {"1i", "2i"}) {
    sum = "(Add " + sum + " (At " + array + " (Add " + row + " " + column + ")))";
  }
  return "(Reduce Add 1 (0i 5i 1i) 0 " + sum + ")";
}

}  // namespace

TEST_CASE("a column that is copied from row to row is what the first row has") {
  const After found = after(summed(rows(kept(1, "4"), "(Mul " + kept(1, "4") + " 0.5)")));
  CHECK(found.loads == 1);
  CHECK(found.writes == 1);
  // A product with a column of zeros.
  const std::string turned = "(Add (Mul " + kept(1, "0") + " " + at_x(kRow) + ") (Mul " +
                             kept(2, "0") + " " + at_x("2i") + "))";
  CHECK(after(summed(rows(turned, turned))).loads == 1);
  CHECK(after(summed(rows(turned, turned)), FpPolicy::Strict).writes == 3);
}

TEST_CASE("columns that may hold two numbers are read") {
  CHECK(after(summed(rows(kept(1, "4"), kept(1, "3")))).writes == 2);
  CHECK(after(summed(rows("(Neg " + kept(1, "4") + ")", "1"))).writes == 2);
  CHECK(after(summed(rows(kept(2, "4"), kept(1, "3")))).writes == 3);
  // What it begins with.
  const std::string zeros = "(Map 1 15i 0)";
  CHECK(after(summed(rows(kept(1, "0"), kept(2, "1"), zeros))).writes == 2);
  CHECK(after(summed(rows(kept(1, "0"), "1", set(kNoValues, "4i", "2")))).writes == 3);
  CHECK(after(summed(rows(kept(1, "0"), "1", set(kNoValues, "5i", "1")))).writes == 2);
}

TEST_CASE("arrays that are more than columns stay as they are") {
  const std::string array = rows(kept(1, "4"), "1");
  // The whole array is the result; an element whose column is not known is read.
  CHECK(after(array).writes == 3);
  CHECK(after("(At " + array + " (Quotient 9i 2i))").writes == 3);
  CHECK(after("(Reduce Add 1 (0i 15i 1i) 0 (At " + array + " " + kRow + "))").writes == 3);
  // The place that is set may be in any column.
  const std::string anywhere =
      set(set(kState, here(1), kept(1, "4")), "(Quotient (Mul 5i " + kRow + ") 2i)", at_x(kRow));
  const std::string loop = "(Final 0 (Fold 1 (0i 5i 1i) (" + kNoValues + ") (" + anywhere + ")))";
  CHECK(after("(At " + loop + " 10i)").writes == 2);
}

}  // namespace gradsmith::test
