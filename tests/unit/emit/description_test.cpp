#include "emit/description.hpp"

#include <catch2/catch.hpp>

namespace gradsmith {

TEST_CASE("numbers are words in names") {
  CHECK(number_word(2) == "2");
  CHECK(number_word(0.5) == "0_5");
  CHECK(number_word(1e-16) == "1em16");
  CHECK(number_word(1e22) == "1e22");
  CHECK(number_word(-3) == "neg_3");
}

TEST_CASE("operators say what they make of short names") {
  CHECK(describe(Op::Exp, "x", "") == "exp_x");
  CHECK(describe(Op::Neg, "x", "") == "neg_x");
  CHECK(describe(Op::Div, "1", "r2") == "inv_r2");
  CHECK(describe(Op::Div, "x", "y") == "x_over_y");
  CHECK(describe(Op::Sub, "1", "h") == "one_minus_h");
  CHECK(describe(Op::Add, "1", "h") == "one_plus_h");
  CHECK(describe(Op::Mul, "r", "r") == "r_sq");
  CHECK(describe(Op::Min, "a", "b") == "a_min_b");
}

TEST_CASE("what has no short description has none") {
  CHECK(describe(Op::Mul, "x", "y") == "");
  CHECK(describe(Op::Add, "x", "1") == "");
  CHECK(describe(Op::Div, "x", "2") == "");
  CHECK(describe(Op::Exp, "", "") == "");
  CHECK(describe(Op::Pow, "x", "y") == "");
  CHECK(describe(Op::Div, "a_long_quantity", "another_quantity") == "");
}

TEST_CASE("comparisons say what holds, whichever side the number is on") {
  CHECK(describe_comparison(Op::Gt, "x", "0") == "x_positive");
  CHECK(describe_comparison(Op::Lt, "0", "x") == "x_positive");
  CHECK(describe_comparison(Op::Lt, "x", "0") == "x_negative");
  CHECK(describe_comparison(Op::Gt, "r2", "1em16") == "r2_above_1em16");
  CHECK(describe_comparison(Op::Ge, "0_5", "x") == "x_at_most_0_5");
  CHECK(describe_comparison(Op::Eq, "x", "y") == "x_is_y");
  CHECK(describe_comparison(Op::Ne, "n", "0") == "n_is_not_0");
  CHECK(describe_comparison(Op::Lt, "", "0") == "");
}

TEST_CASE("conversions name the type") {
  CHECK(describe_conversion(Element::F64, "n") == "n_double");
  CHECK(describe_conversion(Element::F32, "x") == "x_float");
  CHECK(describe_conversion(Element::F64, "") == "");
}

}  // namespace gradsmith
