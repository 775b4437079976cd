// Every row of ops.def in emitted code: it compiles without a warning and gives the row's value.

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <sstream>

#include "emit/print_cpp.hpp"
#include "emit/schedule.hpp"
#include "emit/special_functions.hpp"
#include "unit/emit/compiled.hpp"
#include "unit/emit/function_builder.hpp"

namespace gradsmith {
namespace {

const double kPoints[] = {-3.0, -1.0, -0.75, -0.0, 0.0, 0.25, 0.5, 1.0, 2.0, 3.5, INFINITY, NAN};
const int kIntegers[] = {-7, -1, 1, 2, 9};

bool takes(const OpRow& row, Element element) {
  switch (row.signature) {
    case Signature::Arith:
    case Signature::Compare:
      return element != Element::Bool;
    case Signature::Real:
      return is_floating(element);
    case Signature::Integer:
      return element == Element::Index;
    case Signature::Logic:
      return element == Element::Bool;
    case Signature::OrderReal:
      return false;  // of two types; special_functions_test.cpp compares it
  }
  return false;
}

const char* type(Element e) {
  return e == Element::F64    ? "double"
         : e == Element::F32  ? "float"
         : e == Element::Bool ? "bool"
                              : "int";
}

std::string function_name(const OpRow& row, Element element) {
  return "op_" + std::string(row.name) + "_" + type(element);
}

Function function_of(const OpRow& row, Element element) {
  FunctionBuilder b(function_name(row, element));
  const char* names[] = {"x", "y", "z"};
  std::vector<NodeId> operands;
  for (int k = 0; k < row.operands; ++k) operands.push_back(b.number(names[k], element).id);
  const NodeId result = b.f.graph.apply(row.op, operands);
  b.f.result = {std::string(type(b.f.graph.element(result))) + " ", ""};
  b.returns({&b.f.graph, result});
  return b.f;
}

template <class Do>
void for_each_case(const Do& act) {
  for (const OpRow& row : op_rows()) {
    for (const Element e : {Element::F64, Element::F32, Element::Index, Element::Bool}) {
      if (takes(row, e)) act(row, e);
    }
  }
}

std::vector<double> points(Element element) {
  if (element == Element::Bool) return {0, 1};
  if (element == Element::Index) return {std::begin(kIntegers), std::end(kIntegers)};
  return {std::begin(kPoints), std::end(kPoints)};
}

std::string argument(double x, Element element) {
  if (element == Element::Bool) return x != 0 ? "true" : "false";
  if (element == Element::Index) return std::to_string(static_cast<int>(x));
  if (std::isnan(x)) return "nan";
  return std::isinf(x) ? "infinity" : fmt::format("{:.3e}", x);
}

/// C leaves open which of two zeros fmin and fmax return, and compilers differ.
bool differs_by_zero_of_minimum(const std::string& line, const std::string& value) {
  const bool minimum = line.starts_with("op_Fmin_") || line.starts_with("op_Fmax_");
  return minimum && value.ends_with("0x0p+0") && line.ends_with("0x0p+0");
}

/// Printed by the program and by us alike: exact, NaN without its sign.
std::string exact(double x) {
  char text[64];
  std::snprintf(text, sizeof text, "%a", x);
  return std::isnan(x) ? "nan" : text;
}

double expected(const OpRow& row, Element element, double x, double y) {
  if (element == Element::Index) {
    const double quotient = std::trunc(x / y);
    const double value = row.op == Op::Quotient ? quotient : op_value<double>(row.op, x, y);
    return value + 0.0;  // an int has one zero
  }
  if (element != Element::F32) return op_value<double>(row.op, x, y, 0.5);
  return static_cast<double>(
      op_value<float>(row.op, static_cast<float>(x), static_cast<float>(y), 0.5f));
}

}  // namespace

TEST_CASE("every operator on every type it takes is emitted with its row's value") {
  std::string code = "#include <cmath>\n";
  std::string calls = "int main() {\n  volatile double infinity = HUGE_VAL, nan = NAN;\n";
  std::string wanted;
  for_each_case([&](const OpRow& row, Element e) {
    const Function f = function_of(row, e);
    code += cpp_function(f, schedule(f)) + "\n";
    for (const double x : points(e)) {
      for (const double y : points(e)) {
        calls += "  show(" + f.name + "(";
        for (int k = 0; k < row.operands; ++k) {
          const double v = k == 0 ? x : k == 1 ? y : 0.5;
          calls += fmt::format("{}static_cast<{}>({})", k ? ", " : "", type(e), argument(v, e));
        }
        calls += "));\n";
        wanted += fmt::format("{} {}\n", f.name, exact(expected(row, e, x, y)));
        if (row.operands == 1) break;
      }
    }
  });
  const std::string header = write_scratch("operators.hpp", code);
  // The program prints values only; names come from our own list, in the same order.
  const std::string program =
      write_scratch("operators.cpp",
                    "#include \"operators.hpp\"\n#include <cstdio>\n"
                    "static void show(double x) {\n"
                    "  std::isnan(x) ? std::puts(\"nan\") : std::printf(\"%a\\n\", x);\n}\n" +
                        calls + "}\n");
  for (const std::string& compiler : compilers()) {
    const Outcome strict = compile_only(compiler, header);
    INFO(strict.text);
    REQUIRE(strict.good);
    const Outcome run = compile_and_run(compiler, program, "-std=c++11 -O0 -ffp-contract=off");
    REQUIRE(run.good);
    std::istringstream got(run.text);
    std::istringstream want(wanted);
    for (std::string line; std::getline(want, line);) {
      std::string value;
      REQUIRE(std::getline(got, value));
      if (differs_by_zero_of_minimum(line, value)) continue;
      CHECK(line.substr(0, line.find(' ')) + " " + value == line);
    }
  }
}

}  // namespace gradsmith
