// What data files may look like, and what is made of them.

#include <catch2/catch.hpp>

#include "training.hpp"

using namespace training;

namespace {

const char* const kTwoOutputs =
    "#include <gradsmith/spec.hpp>\nusing namespace gradsmith;\n"
    "void predict(const param<double> (&w)[2], data<double> x, double (&out)[2]) {\n"
    "  out[0] = w[0] * x;\n  out[1] = w[1] * x;\n}\n"
    "double loss(const param<double> (&w)[2], data<double> x, const data<double> (&y)[2]) {\n"
    "  const double p = w[0] * x - y[0];\n  const double q = w[1] * x - y[1];\n"
    "  return p * p + q * q;\n}\n";

/// Training of two outputs by this file.
e2e::Ran two_outputs(const std::string& name, const std::string& csv, const std::string& columns) {
  const fs::path folder = e2e::fresh_folder(name);
  e2e::write_file(folder / "s.cpp", kTwoOutputs);
  e2e::write_file(folder / "s.csv", csv);
  return train({"s.cpp", "--data=s.csv", "--loss=loss", "--predict=predict", "--columns=" + columns,
                "--lr=0.1", "--quiet"},
               folder);
}

}  // namespace

TEST_CASE("several outputs that are no classes have a mean square error, not an accuracy") {
  const e2e::Ran ran = two_outputs("train_outputs", "x,p,q,r\n1,1.5,0,2.5\n2,3,0,5\n", "y=p+r");
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  CHECK(contains(ran.out, "training mean square error"));
  CHECK(!contains(ran.out, "accuracy"));
  const e2e::Ran classes = two_outputs("train_classes_of_two", "x,p,q\n1,1,0\n2,0,1\n", "y=p:q");
  INFO(classes.err);
  CHECK(contains(classes.out, "accuracy"));
}

TEST_CASE("names of columns in quotes may have commas, and lines may end as on old machines") {
  const e2e::Ran ran =
      two_outputs("train_quoted", "x,\"p,1\",\"r:2\"\r1,1.5,2.5\r2,3,5\r", "y=\"p,1\"+\"r:2\",x=x");
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  CHECK(contains(ran.out, "w[0] = 1.5\nw[1] = 2.5\n"));
  const e2e::Ran open = two_outputs("train_open_quote", "x,p\n1,2\n", "y=\"p");
  CHECK(open.status == 2);
  CHECK(contains(open.err, "a quote has no end"));
}

TEST_CASE("what is wrong with a file is said with its line and column") {
  const e2e::Ran missing = two_outputs("train_missing", "x,p\n1,2\n", "y=p+r");
  CHECK(missing.status == 1);
  CHECK(contains(missing.err, "s.csv:1:1: there is no column 'r'; there are: x, p"));
  const e2e::Ran few = two_outputs("train_few_columns", "x,p\n1,2\n", "y=p");
  CHECK(few.status == 2);
  CHECK(contains(few.err, "s.csv:1:1: 'y' takes 2 columns, and it was given 1"));
  const e2e::Ran class_of_none = two_outputs("train_onehot", "x,k\n1,0\n1,  2\n", "y=onehot(k)");
  CHECK(class_of_none.status == 1);
  CHECK(contains(class_of_none.err, "s.csv:3:5: column 'k' holds 2, and 'y' takes 0 to 1"));
  const e2e::Ran other = two_outputs("train_semicolons", "x;k\n1;0\n", "y=onehot(k)");
  CHECK(other.status == 1);
  CHECK(contains(other.err, "s.csv:1:2: fields are separated by semicolons"));
}

TEST_CASE("of several runs each line of progress says which it is of") {
  const fs::path folder = e2e::fresh_folder("train_progress");
  const e2e::Ran ran = train(five_points({"--restarts=1"}), folder);
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  CHECK(contains(ran.err, "run 1/2  epoch 25/250"));
  CHECK(contains(ran.err, "run 2/2  epoch 250/250"));
}
