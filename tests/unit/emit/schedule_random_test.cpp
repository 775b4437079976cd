// Random functions full of branches: the emitted code gives the bits that a lazy evaluation of the
// graph gives, and computes no division and calls no function that the evaluation does not.

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <sstream>

#include "emit/print_cpp.hpp"
#include "emit/schedule.hpp"
#include "unit/emit/compiled.hpp"
#include "unit/emit/function_builder.hpp"
#include "unit/emit/lazy_evaluator.hpp"

namespace gradsmith {
namespace {

class RandomFunction {
 public:
  RandomFunction(unsigned seed, int nodes, bool with_output_array)
      : b("f" + std::to_string(seed), {with_output_array ? "void " : "double ", ""}), rng_(seed) {
    for (int i = 0; i < kNumbers; ++i) reals_.push_back(b.number("x" + std::to_string(i)));
    const Expr elements = b.array("elements", kElements);
    const Expr single = b.number("single", Element::F32);
    const Expr index = b.number("index", Element::Index);
    for (int i = 0; i < kElements; ++i) reals_.push_back(b.at(elements, i));
    reals_.push_back({&b.f.graph, b.f.graph.at(elements.id, {index.id})});
    reals_.push_back({&b.f.graph, b.f.graph.convert(Element::F64, single.id)});
    reals_.push_back({&b.f.graph, b.f.graph.convert(Element::F64, index.id)});
    for (const double c : {0.0, 1.0, -2.5, -0.0}) reals_.push_back(b.constant(c));
    truths_.push_back(reals_[0] < reals_[1]);
    for (int i = 0; i < nodes; ++i) grow();
    const int outputs = with_output_array ? 4 : 1;
    std::vector<Expr> results;
    for (int i = 0; i < outputs; ++i) results.push_back(recent());
    for (const Expr& e : results) roots.push_back(e.id);
    if (with_output_array) {
      b.output_parameter("out", {"double ", "[4]"});
      b.stores_all("out", results);
    } else {
      b.returns(results[0]);
    }
  }

  FunctionBuilder b;
  std::vector<NodeId> roots;

 private:
  std::size_t pick(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(rng_);
  }
  Expr any() { return reals_[pick(reals_.size())]; }
  /// Mostly late nodes, so that graphs are deep.
  Expr recent() {
    const std::size_t n = std::min<std::size_t>(reals_.size(), 12);
    return pick(4) == 0 ? any() : reals_[reals_.size() - 1 - pick(n)];
  }
  Expr truth() {
    return truths_[truths_.size() - 1 - pick(std::min<std::size_t>(truths_.size(), 4))];
  }

  void grow() {
    Graph* g = &b.f.graph;
    switch (pick(14)) {
      case 0:
        return reals_.push_back(recent() + recent());
      case 1:
        return reals_.push_back(recent() - recent());
      case 2:
        return reals_.push_back(recent() * any());
      case 3:
        return reals_.push_back(-recent());
      case 4:
      case 5:
        return reals_.push_back(recent() / recent());
      case 6: {
        const Op calls[] = {Op::Exp, Op::Log, Op::Sqrt, Op::Sin, Op::Cos, Op::Tanh};
        return reals_.push_back(apply(calls[pick(6)], recent()));
      }
      case 7:
        return reals_.push_back(apply(pick(2) ? Op::Min : Op::Max, recent(), any()));
      case 8: {
        const Expr small{g, g->convert(Element::F32, recent().id)};
        return reals_.push_back({g, g->convert(Element::F64, (small * small).id)});
      }
      case 9: {
        const Op compare[] = {Op::Lt, Op::Le, Op::Gt, Op::Eq, Op::Ne};
        return truths_.push_back(apply(compare[pick(5)], recent(), any()));
      }
      case 10: {
        const Expr c = truth();
        const Expr d = truth();
        if (c.id == d.id) return;  // compilers warn about c && c
        const Expr made[] = {c && d, c || d, choose(c, d, Expr{g, g->boolean(false)}),
                             choose(c, Expr{g, g->boolean(true)}, d)};
        return truths_.push_back(made[pick(4)]);
      }
      default: {
        if (pick(3) == 0) b.named(reals_.back(), "s", 10);
        const Expr c = truth();
        return reals_.push_back(choose(pick(4) ? c : !c, recent(), recent()));
      }
    }
  }

  std::mt19937 rng_;
  std::vector<Expr> reals_;
  std::vector<Expr> truths_;
};

std::vector<Point> points() {
  std::mt19937 rng(7);
  const double special[] = {0.0, -0.0, 1.0, -1.0, 1e300, -1e-300, INFINITY, 0.5, 2.0};
  std::vector<Point> all(24);
  for (std::size_t n = 0; n < all.size(); ++n) {
    const auto draw = [&] {
      return n % 2 ? special[rng() % std::size(special)]
                   : static_cast<double>(rng() % 2000) / 500.0 - 2.0;
    };
    for (double& x : all[n].numbers) x = draw();
    for (double& x : all[n].elements) x = draw();
    all[n].single = static_cast<float>(static_cast<double>(rng() % 64) / 16 - 2);
    all[n].index = static_cast<int>(rng() % kElements);
  }
  return all;
}

std::string hex(double x) {
  char text[64];
  std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(bits(x)));
  return text;
}

/// A number that reports divisions and calls, in place of double.
constexpr const char* kCounted = R"(
#include <cmath>
#include <cstdio>
#include <cstring>
static unsigned long long bits(double x) {
  if (std::isnan(x)) x = std::nan("");
  unsigned long long b;
  std::memcpy(&b, &x, sizeof b);
  return std::isnan(x) ? b & ~(1ull << 63) : b;
}
struct Number {
  double v;
  Number() = default;
  Number(double x) : v(x) {}
  explicit operator float() const { return static_cast<float>(v); }
};
static void report(const char* op, double x, double y) {
  std::printf("%s %llx %llx\n", op, bits(x), bits(y));
}
static Number operator+(Number a, Number b) { return a.v + b.v; }
static Number operator-(Number a, Number b) { return a.v - b.v; }
static Number operator-(Number a) { return -a.v; }
static Number operator*(Number a, Number b) { return a.v * b.v; }
static Number operator/(Number a, Number b) { report("/", a.v, b.v); return a.v / b.v; }
static bool operator<(Number a, Number b) { return a.v < b.v; }
static bool operator<=(Number a, Number b) { return a.v <= b.v; }
static bool operator>(Number a, Number b) { return a.v > b.v; }
static bool operator==(Number a, Number b) { return a.v == b.v; }
static bool operator!=(Number a, Number b) { return a.v != b.v; }
namespace std {
#define CALL(f) static Number f(Number x) { report(#f, x.v, 0); return std::f(x.v); }
CALL(exp) CALL(log) CALL(sqrt) CALL(sin) CALL(cos) CALL(tanh)
}
)";

std::string driver(const std::vector<RandomFunction>& functions, const std::vector<Point>& at) {
  std::string text = "int main() {\n";
  for (const RandomFunction& r : functions) {
    for (const Point& p : at) {
      const auto number = [](double x) {
        return std::isinf(x) ? std::string(x < 0 ? "-" : "") + "HUGE_VAL"
                             : fmt::format("{:.17e}", x);
      };
      text += "  {\n    volatile double in[] = {";
      for (double x : p.numbers) text += number(x) + ", ";
      text += "0};\n    const NUMBER elements[] = {";
      for (double x : p.elements) text += number(x) + ", ";
      text += "};\n    volatile float single = " + number(static_cast<double>(p.single)) + ";\n";
      const std::string call =
          r.b.f.name + "(in[0], in[1], in[2], elements, single, " + std::to_string(p.index);
      text += "    NUMBER out[4];\n";
      text += r.roots.size() > 1 ? "    " + call + ", out);\n" : "    out[0] = " + call + ");\n";
      for (std::size_t k = 0; k < r.roots.size(); ++k) {
        text += "    std::printf(\"= %llx\\n\", bits(VALUE(out[" + std::to_string(k) + "])));\n";
      }
      text += "  }\n";
    }
  }
  return text + "}\n";
}

std::vector<RandomFunction> some_functions(unsigned first, int count, int nodes) {
  std::vector<RandomFunction> functions;
  for (int i = 0; i < count; ++i) {
    functions.emplace_back(first + static_cast<unsigned>(i), nodes, i % 2 == 1);
  }
  // The builder's expressions point into their own graph: it has moved with the vector, and only
  // ids are used from here on.
  return functions;
}

/// Emitted code in terms of Number, but for `double` in names such as index_double.
std::string with_counted_numbers(std::string code) {
  constexpr std::string_view type = "double";
  for (std::size_t at = 0; (at = code.find(type, at)) != std::string::npos;) {
    if (code[at - 1] == '_') {
      at += type.size();
    } else {
      code.replace(at, type.size(), "Number");
    }
  }
  return code;
}

std::string emitted(const std::vector<RandomFunction>& functions) {
  std::string text;
  for (const RandomFunction& r : functions) {
    text += cpp_function(r.b.f, schedule(r.b.f)) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("emitted branches give the bits of a lazy evaluation, and need no more than it does") {
  const int nodes = GENERATE(15, 40, 120);
  const std::vector<RandomFunction> functions =
      some_functions(1000u * static_cast<unsigned>(nodes), 20, nodes);
  const std::vector<Point> at = points();
  const std::string code = emitted(functions);
  const std::string file = "random_" + std::to_string(nodes);
  const std::string plain = "#include <cmath>\n" + code;
  const std::string header = write_scratch(file + ".hpp", plain);
  for (const std::string& compiler : compilers()) {
    const Outcome outcome = compile_only(compiler, header);
    INFO(outcome.text);
    REQUIRE(outcome.good);
  }

  const std::string counted = with_counted_numbers(code);
  const std::string program = write_scratch(
      file + ".cpp", std::string(kCounted) + counted +
                         "#define NUMBER Number\n#define VALUE(x) (x).v\n" + driver(functions, at));
  const Outcome run = compile_and_run(compilers()[0], program, "-std=c++14 -O0 -ffp-contract=off");
  INFO(run.text.substr(0, 4000));
  REQUIRE(run.good);

  std::istringstream lines(run.text);
  for (const RandomFunction& r : functions) {
    for (const Point& p : at) {
      LazyEvaluator evaluator(r.b.f, p);
      std::string expected;
      for (NodeId root : r.roots) expected += "= " + hex(evaluator.value(root)) + "\n";
      std::string got;
      std::string line;
      for (std::size_t k = 0; k < r.roots.size();) {
        REQUIRE(std::getline(lines, line));
        if (line[0] == '=') {
          got += line + "\n";
          ++k;
          continue;
        }
        std::istringstream event(line);
        std::string op;
        std::uint64_t x = 0;
        std::uint64_t y = 0;
        event >> op >> std::hex >> x >> y;
        INFO(cpp_function(r.b.f, schedule(r.b.f)) << "runs " << line << " though nobody needs it");
        REQUIRE(evaluator.events.contains({op, x, y}));
      }
      INFO(cpp_function(r.b.f, schedule(r.b.f)));
      REQUIRE(got == expected);
    }
  }
}

}  // namespace gradsmith
