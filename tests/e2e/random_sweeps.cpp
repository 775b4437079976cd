#include "random_sweeps.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "random.hpp"

namespace e2e {
namespace {

using Kind = LoopParameter::Kind;
using Role = LoopParameter::Role;

/// All arrays have n + 2 elements, so that a sweep over 1 to n has both neighbours.
class Sweeps {
 public:
  explicit Sweeps(std::uint64_t seed) : random_(seed) { f_.name = fmt::format("sweep{}", seed); }
  LoopFunction write();

 private:
  void parameter(const std::string& name, Kind kind, Role role, const std::string& length);
  void block(int statements);
  void statement();
  void sweep();
  void point();
  void copy();
  void norm();
  void branch();
  void steps(int body);

  std::string leaf();
  std::string condition();
  std::string subscript();
  std::string fresh(const char* stem) { return fmt::format("{}{}", stem, used_++); }
  void line(const std::string& code) {
    body_ += std::string(static_cast<std::size_t>(indent_) * 2, ' ') + code + "\n";
  }
  template <class Inside>
  void nested(const std::string& head, Inside inside) {
    const std::size_t numbers = numbers_.size();
    line(head + " {");
    ++indent_;
    inside();
    --indent_;
    line("}");
    numbers_.resize(numbers);
  }

  Random random_;
  LoopFunction f_;
  std::vector<std::string> arrays_ = {"t"};   // that change
  std::vector<std::string> numbers_ = {"c"};  // in scope
  std::vector<std::string> indices_;          // of the steps around
  std::vector<std::string> below_n_;          // those of them that are
  std::string body_;
  int indent_ = 1;
  int used_ = 0;
  int budget_ = 0;
};

void Sweeps::parameter(const std::string& name, Kind kind, Role role, const std::string& length) {
  LoopParameter p{name};
  p.kind = kind;
  p.role = role;
  p.length = length;
  f_.parameters.push_back(p);
}

std::string Sweeps::subscript() {
  if (!below_n_.empty() && random_.chance(40)) {
    return random_.pick(below_n_) + random_.pick({"", " + 1", " + 2"});
  }
  return random_.pick({"0", "1", "n", "n + 1"});
}

std::string Sweeps::leaf() {
  switch (random_.below(4)) {
    case 0:
      return random_.pick(numbers_);
    case 1:
      return fmt::format("x[{}]", subscript());
    case 2:
      return fmt::format("{}[{}]", random_.pick(arrays_), subscript());
    default:
      return random_.pick({"0.5", "c", "0.25"});
  }
}

std::string Sweeps::condition() {
  if (!indices_.empty() && random_.chance(60)) {
    const std::string& k = random_.pick(indices_);
    return fmt::format(fmt::runtime(random_.pick(
                           {"{} % 2 == 0", "{} > 0", "{} == n % 3", "{} + 1 < n", "{} % 3 != 1"})),
                       k);
  }
  return fmt::format("{} {} {}", leaf(), random_.pick({"<", ">"}), leaf());
}

void Sweeps::sweep() {
  const std::string j = fresh("j"), a = random_.pick(arrays_), b = random_.pick(arrays_);
  struct Range {
    const char* head;
    bool before, after;  // whether the element has such neighbours
  };
  static const std::vector<Range> kRanges = {
      {"for (int {0} = 0; {0} < n; ++{0})", false, true},
      {"for (int {0} = 0; {0} < n + 2; ++{0})", false, false},
      {"for (int {0} = 1; {0} < n + 1; ++{0})", true, true},
      {"for (int {0} = 1; {0} <= n; {0} += 2)", true, true},
      {"for (int {0} = n; {0} > 0; --{0})", true, true},
      {"for (int {0} = n + 1; {0} >= 0; --{0})", false, false},
      {"for (int {0} = n - 1; {0} >= 0; --{0})", false, true}};
  const Range range = random_.pick(kRanges);
  const auto element = [&](const std::string& array) {
    const int kind = random_.below(4);
    const char* by = kind == 0 && range.before ? " - 1" : kind == 1 && range.after ? " + 1" : "";
    return fmt::format("{}[{}{}]", array, j, by);
  };
  nested(fmt::format(fmt::runtime(range.head), j), [&] {
    if (random_.chance(20)) {
      line(fmt::format("if ({} > {}) continue;", element(random_.chance(50) ? a : "x"), leaf()));
    }
    switch (random_.below(7)) {
      case 0:
        return line(fmt::format("{}[{}] *= {};", a, j, element("x")));
      case 1:
        return line(fmt::format("{}[{}] = std::sin({}) + {};", a, j, element(a), element(b)));
      case 2:
        return line(fmt::format("{0}[{1}] = {0}[{1}] + 0.25 * ({2} - {0}[{1}]) * {3};", a, j,
                                element(a), leaf()));
      case 3:
        return line(fmt::format("{}[{}] = {} * {};", a, j, element("x"), leaf()));
      case 4:
        return line(fmt::format("{}[{}] += {} * {};", a, j, leaf(), element(b)));
      case 5:
        return line(fmt::format("s += {} * {};", element(a), element(b)));
      default:
        return line(fmt::format("{}[{}] = std::tanh({} * {});", a, j, element(a), element(a)));
    }
  });
}

void Sweeps::point() {
  line(fmt::format("{}[{}] {} {};", random_.pick(arrays_), subscript(),
                   random_.pick({"=", "=", "+=", "*="}), leaf()));
}

void Sweeps::copy() {
  const std::string j = fresh("j");
  line(fmt::format("for (int {0} = 0; {0} < n + 2; ++{0}) {1}[{0}] = {2}[{0}];", j,
                   random_.pick(arrays_), random_.pick(arrays_)));
}

void Sweeps::norm() {
  const std::string w = fresh("w"), j = fresh("j"), a = random_.pick(arrays_);
  line(fmt::format("double {} = 0;", w));
  line(fmt::format("for (int {0} = 0; {0} < n + 2; ++{0}) {1} += {2}[{0}] * {2}[{0}];", j, w, a));
  if (random_.chance(50)) line(fmt::format("{0} = 1 / (1 + {0});", w));
  numbers_.push_back(w);
}

void Sweeps::branch() {
  nested("if (" + condition() + ")", [&] { block(random_.between(1, 2)); });
  if (random_.chance(40)) {
    body_.pop_back();
    body_ += " else\n";
    nested("", [&] { block(random_.between(1, 2)); });
  }
}

void Sweeps::steps(int body) {
  const std::string k = fresh("k");
  const bool over_n = random_.chance(40);
  nested(fmt::format(fmt::runtime(over_n               ? "for (int {0} = 0; {0} < n; ++{0})"
                                  : random_.chance(50) ? "for (int {0} = 0; {0} < m; ++{0})"
                                                       : "for (int {0} = 0; {0} < 3; ++{0})"),
                     k),
         [&] {
           indices_.push_back(k);
           if (over_n) below_n_.push_back(k);
           block(body);
           if (random_.chance(20)) {
             line(fmt::format("if ({}) {};", condition(), random_.pick({"continue", "break"})));
             block(1);
           }
         });
  indices_.pop_back();
  if (over_n) below_n_.pop_back();
}

void Sweeps::statement() {
  if (--budget_ < 0) return point();
  const int kind = random_.below(100);
  const bool deep = indices_.size() > 1 || indent_ > 4;
  if (kind < 40) return sweep();
  if (kind < 55) return point();
  if (kind < 63) return copy();
  if (kind < 73) return norm();
  if (kind < 90) return deep ? sweep() : branch();
  return deep ? sweep() : steps(random_.between(1, 2));
}

void Sweeps::block(int statements) {
  for (int k = 0; k < statements; ++k) statement();
}

LoopFunction Sweeps::write() {
  parameter("c", Kind::Scalar, Role::Param, "1");
  parameter("x", Kind::Pointer, Role::Param, "n + 2");
  parameter("n", Kind::Size, Role::Param, "1");
  parameter("m", Kind::Size, Role::Param, "1");
  parameter("t", Kind::Pointer, Role::Work, "n + 2");
  std::string signature = "double c, const double* x, int n, int m, gradsmith::work<double>* t";
  if (random_.chance(60)) {
    parameter("q", Kind::Pointer, Role::Work, "n + 2");
    signature += ", gradsmith::work<double>* q";
    arrays_.emplace_back("q");
  }
  const bool kept = random_.chance(25);
  line("double s = c;");
  for (const std::string& a : arrays_) {
    line(fmt::format("for (int i = 0; i < n + 2; ++i) {}[i] = {};", a,
                     random_.pick({"x[i]", "x[i] * c", "c", "std::sin(x[i])"})));
  }
  if (kept) {
    parameter("u", Kind::Pointer, Role::InOut, "n + 2");
    signature += ", double* u";
    arrays_.emplace_back("u");
    line("for (int i = 0; i < n + 2; ++i) s += 0.25 * u[i];");  // in and out, whatever follows
  }
  budget_ = random_.between(3, 8);
  steps(random_.between(1, 4));
  if (random_.chance(30)) statement();
  for (const std::string& a : arrays_) {
    line(fmt::format("for (int i = 0; i < n + 2; ++i) s += {0}[i] * {1};", a,
                     random_.pick({"x[i]", "c", "0.5"})));
  }
  if (kept) line("for (int i = 0; i < n + 2; ++i) u[i] += 0.5 * s;");
  line("return s;");
  f_.all_lengths = true;
  f_.name_space = "spec_" + f_.name;
  f_.text = fmt::format("namespace {} {{\n\ndouble {}({}) {{\n{}}}\n\n}}\n", f_.name_space, f_.name,
                        signature, body_);
  return f_;
}

}  // namespace

LoopFunction random_sweeps(std::uint64_t seed) { return Sweeps(seed).write(); }

}  // namespace e2e
