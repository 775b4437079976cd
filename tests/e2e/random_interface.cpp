#include "random_interface.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace e2e {
namespace {

std::vector<Number> numbers_of(const std::string& name, const std::vector<int>& extents,
                               bool is_float) {
  std::vector<Number> numbers{{name, is_float}};
  for (const int extent : extents) {
    std::vector<Number> next;
    for (const Number& n : numbers) {
      for (int k = 0; k < extent; ++k) next.push_back({fmt::format("{}[{}]", n.path, k), is_float});
    }
    numbers = next;
  }
  return numbers;
}

std::vector<Number> pair_numbers(const std::string& name) {
  return {{name + ".a", false}, {name + ".b", false}};
}

std::vector<Number> body_numbers(const std::string& name) {
  return {{name + ".at.a", false},
          {name + ".at.b", false},
          {name + ".w[0]", false},
          {name + ".w[1]", false},
          {name + ".scale", true}};
}

std::vector<Number> pairs_numbers(const std::string& name) {
  std::vector<Number> all;
  for (const char* k : {"[0]", "[1]"}) {
    for (const Number& n : pair_numbers(name + k)) all.push_back(n);
  }
  return all;
}

}  // namespace

std::string InterfaceWriter::name() {
  static const std::vector<std::string> pool = {
      "x",       "y",       "z",       "w",     "v",   "d",   "g",     "h",      "p",
      "k",       "value",   "result",  "hv",    "dv",  "d_x", "inv_x", "x_1",    "jacobian",
      "hessian", "E",       "exp_x",   "gamma", "div", "j0",  "i",     "n",      "pi",
      "in",      "tangent", "adjoint", "out",   "a",   "b",   "temp",  "sqrt_x", "x_"};
  std::string candidate;
  do {
    candidate = random_.pick(pool);
  } while (std::find(used_.begin(), used_.end(), candidate) != used_.end());
  used_.push_back(candidate);
  return candidate;
}

Parameter InterfaceWriter::input(int& numbers_left) {
  Parameter p;
  const std::string n = p.name = name();
  const auto set = [&](const std::string& declaration, const std::string& object,
                       std::vector<Number> numbers) {
    p.declaration = declaration;
    p.object = object;
    p.numbers = std::move(numbers);
  };
  switch (random_.below(numbers_left >= 6 ? 18 : 8)) {
    case 0:
      set("const $D& " + n, "$D " + n, {{n, false}});
      break;
    case 1:
      set("const $D " + n, "$D " + n, {{n, false}});
      break;
    case 2:
      set("$F " + n, "$F " + n, {{n, true}});
      break;
    case 8:
      set("const $D " + n + "[3]", "$D " + n + "[3]", numbers_of(n, {3}, false));
      break;
    case 9:
      set("const $D (&" + n + ")[3]", "$D " + n + "[3]", numbers_of(n, {3}, false));
      break;
    case 10:
      set("const $D " + n + "[2][2]", "$D " + n + "[2][2]", numbers_of(n, {2, 2}, false));
      break;
    case 11:
      set("const $D (&" + n + ")[2][3]", "$D " + n + "[2][3]", numbers_of(n, {2, 3}, false));
      break;
    case 12:
      set("const std::array<$D, 3>& " + n, "std::array<$D, 3> " + n, numbers_of(n, {3}, false));
      break;
    case 13:
      set("std::array<std::array<$D, 2>, 2> " + n, "std::array<std::array<$D, 2>, 2> " + n,
          numbers_of(n, {2, 2}, false));
      break;
    case 14:
      set("const shapes::Pair& " + n, "shapes::Pair " + n, pair_numbers(n));
      break;
    case 15:
      set("shapes::Body " + n, "shapes::Body " + n, body_numbers(n));
      break;
    case 16:
      set("const shapes::Pair (&" + n + ")[2]", "shapes::Pair " + n + "[2]", pairs_numbers(n));
      break;
    case 17:
      set("const $F (&" + n + ")[2]", "$F " + n + "[2]", numbers_of(n, {2}, true));
      break;
    default:
      set("$D " + n, "$D " + n, {{n, false}});
      break;
  }
  numbers_left -= static_cast<int>(p.numbers.size());
  return p;
}

Parameter InterfaceWriter::output(bool in_out) {
  Parameter p;
  const std::string n = p.name = name();
  p.role = in_out ? Role::InOut : Role::Output;
  const auto set = [&](const std::string& declaration, const std::string& object,
                       std::vector<Number> numbers) {
    p.declaration = declaration;
    p.object = object;
    p.numbers = std::move(numbers);
  };
  switch (random_.below(8)) {
    case 0:
      set("$D (&" + n + ")[2]", "$D " + n + "[2]", numbers_of(n, {2}, false));
      break;
    case 1:
      set("$D " + n + "[3]", "$D " + n + "[3]", numbers_of(n, {3}, false));
      break;
    case 2:
      set("std::array<$D, 2>& " + n, "std::array<$D, 2> " + n, numbers_of(n, {2}, false));
      break;
    case 3:
      set("shapes::Pair& " + n, "shapes::Pair " + n, pair_numbers(n));
      break;
    case 4:
      set("$D (&" + n + ")[2][2]", "$D " + n + "[2][2]", numbers_of(n, {2, 2}, false));
      break;
    case 5:
      set("$F& " + n, "$F " + n, {{n, true}});
      break;
    default:
      set("$D& " + n, "$D " + n, {{n, false}});
      break;
  }
  return p;
}

void InterfaceWriter::result(Interface& f) {
  switch (random_.below(6)) {
    case 0:
      f.result = "std::array<$D, 2>", f.result_numbers = numbers_of("result", {2}, false);
      break;
    case 1:
      f.result = "shapes::Pair", f.result_numbers = pair_numbers("result");
      break;
    case 2:
      f.result = "$D", f.result_numbers = {{"result", false}};
      break;
    default:
      f.result = "void";
      break;
  }
}

void InterfaceWriter::mention(const Parameter& p, bool writable, Scope& scope) {
  const bool pointer =
      p.declaration.find('[') != std::string::npos && p.declaration.find('&') == std::string::npos;
  const bool reference = p.declaration.find('&') != std::string::npos;
  const bool is_float = p.numbers[0].is_float;
  if (p.object.find("shapes::") != std::string::npos) {
    for (const Number& n : p.numbers) scope.scalars.push_back({n.path, n.is_float, writable});
    if (p.object == "shapes::Pair " + p.name) scope.pairs.push_back(p.name);
    if (p.object == "shapes::Body " + p.name) {
      scope.arrays.push_back({p.name + ".w", {2}, false, writable, true});
      scope.pairs.push_back(p.name + ".at");
    }
    return;
  }
  if (p.numbers.size() == 1) {
    // A copy may be written to, and is then another quantity than the parameter.
    const bool copy = !reference && p.declaration.find("const") == std::string::npos;
    scope.scalars.push_back({p.name, is_float, writable || copy});
    return;
  }
  std::vector<int> extents;
  for (std::size_t at = p.object.find(p.name); (at = p.object.find('[', at)) != std::string::npos;
       ++at) {
    extents.push_back(p.object[at + 1] - '0');
  }
  if (p.object.find("std::array<std::array") == 0)
    extents = {2, 2};
  else if (p.object.find("std::array") == 0)
    extents = {static_cast<int>(p.numbers.size())};
  scope.arrays.push_back({p.name, extents, is_float, writable, !pointer});
}

}  // namespace e2e
