#include "random_statement.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace e2e {

std::string StatementWriter::fresh(const std::string& stem) {
  return fmt::format("{}{}", stem, ++used_);
}

void StatementWriter::statements(Scope& scope, int n) {
  for (int k = 0; k < n; ++k) statement(scope);
}

void StatementWriter::block(const Scope& scope, int n) {
  Scope inner = scope;
  ++indent_;
  statements(inner, n);
  --indent_;
}

void StatementWriter::statement(Scope& scope) {
  const int kind = random_.below(100);
  if (kind < 26) return declaration(scope);
  if (kind < 34) return array_declaration(scope);
  if (kind < 40) return object_declaration(scope);
  if (kind < 46) return alias(scope);
  if (kind < 66) return assignment(scope);
  if (kind < 78) return branches_ < 3 ? branch(scope) : assignment(scope);
  if (kind < 86) return loops_ < 2 ? loop(scope) : assignment(scope);
  if (kind < 90) return loops_ < 2 ? range_for(scope) : assignment(scope);
  if (kind < 93) return loops_ < 1 ? matrix(scope) : declaration(scope);
  if (kind < 97) return leave(scope);
  call_for_effect(scope);
}

void StatementWriter::declaration(Scope& scope) {
  const auto e = [&] { return write_.expression(scope, random_.between(1, 3)); };
  const std::string name = fresh(random_.pick({"t", "s", "u", "r", "inv_t", "d_t", "q"}));
  switch (random_.below(11)) {
    case 0: {
      line(fmt::format("const $F {} = $N({});", name, e()));
      scope.scalars.push_back({name, true, false});
      return;
    }
    case 1: {
      line(fmt::format("$F {} = $N({});", name, e()));
      scope.scalars.push_back({name, true, true});
      return;
    }
    case 2: {
      const std::string other = fresh("v");
      const std::string first = e();
      line(fmt::format("$D {} = {}, {} = {} * {};", name, first, other, name, e()));
      scope.scalars.push_back({name, false, true});
      scope.scalars.push_back({other, false, true});
      return;
    }
    case 3: {
      line(fmt::format("$C $D {} = {};", name,
                       random_.pick({"$L(0.35)", "$L(-1.25)", "2 * $L(0.4)"})));
      scope.scalars.push_back({name, false, false});
      return;
    }
    case 4: {
      const std::string flag = fresh("flag");
      line(fmt::format("const bool {} = {};", flag, write_.condition(scope, 1)));
      scope.bools.push_back(flag);
      return;
    }
    case 5: {
      line(fmt::format("$D {};", name));
      line(fmt::format("{} = {};", name, e()));
      scope.scalars.push_back({name, false, true});
      return;
    }
    case 6:
      line(fmt::format("$D {}{{$D({})}};", name, e()));
      break;
    case 7:
      line(fmt::format("$D {}({});", name, e()));
      break;
    case 8:
      line(fmt::format("auto {} = $D({});", name, e()));
      break;
    default:
      line(fmt::format("const $D {} = {};", name, e()));
      scope.scalars.push_back({name, false, false});
      return;
  }
  scope.scalars.push_back({name, false, true});
}

void StatementWriter::array_declaration(Scope& scope) {
  const auto e = [&] { return "$D(" + write_.expression(scope, 1) + ")"; };
  const std::string name = fresh("a");
  switch (random_.below(6)) {
    case 0:
      line(fmt::format("$D {}[3] = {{{}, {}, {}}};", name, e(), e(), e()));
      scope.arrays.push_back({name, {3}, false, true, true});
      return;
    case 1:
      line(fmt::format("$D {}[3] = {{{}}};", name, e()));
      scope.arrays.push_back({name, {3}, false, true, true});
      return;
    case 2:
      line(fmt::format("std::array<$D, 2> {} = {{{}, {}}};", name, e(), e()));
      scope.arrays.push_back({name, {2}, false, true, true});
      return;
    case 3:
      line(
          fmt::format("const $D {}[2][2] = {{{{{}, {}}}, {{{}, {}}}}};", name, e(), e(), e(), e()));
      scope.arrays.push_back({name, {2, 2}, false, false, true});
      return;
    case 4:
      line(fmt::format("std::array<std::array<$D, 2>, 2> {}{{}};", name));
      line(fmt::format("{}[1][0] = {};", name, e()));
      scope.arrays.push_back({name, {2, 2}, false, true, true});
      return;
    default:
      line(fmt::format("$F {}[2] = {{static_cast<$F>({}), $l(0.5)}};", name, e()));
      scope.arrays.push_back({name, {2}, true, true, true});
      return;
  }
}

void StatementWriter::object_declaration(Scope& scope) {
  const auto e = [&] { return "$D(" + write_.expression(scope, 1) + ")"; };
  switch (random_.below(4)) {
    case 0: {
      const std::string name = fresh("turn");
      line(fmt::format("const Turn {}({});", name, e()));
      scope.turns.push_back(name);
      return;
    }
    case 1: {
      const std::string name = fresh("pair");
      line(fmt::format("shapes::Pair {}{{{}, {}}};", name, e(), e()));
      line(fmt::format("{}.b -= {};", name, e()));
      scope.pairs.push_back(name);
      return;
    }
    default: {
      const std::string name = fresh("vec");
      line(fmt::format("Vec2 {}{{{}, {}}};", name, e(), e()));
      if (!scope.vectors.empty() && random_.chance(60)) {
        line(fmt::format("{} += {} + {};", name, random_.pick(scope.vectors), name));
      }
      if (random_.chance(40)) line(fmt::format("{}.y = {};", name, e()));
      scope.vectors.push_back(name);
      scope.scalars.push_back({name + ".y", false, true});
    }
  }
}

// References and pointers into what is known.
void StatementWriter::alias(Scope& scope) {
  std::vector<Array> rows;
  std::copy_if(scope.arrays.begin(), scope.arrays.end(), std::back_inserter(rows),
               [](const Array& a) { return a.extents.size() == 1 && a.extents[0] > 1; });
  if (!rows.empty() && random_.chance(60)) {
    const Array a = random_.pick(rows);
    const std::string name = fresh("p");
    const std::string type = a.is_float ? "$F" : "$D";
    const bool writable = a.writable && random_.chance(50);
    line(fmt::format("{}{}* {} = &{}[{}];", writable ? "" : "const ", type, name, a.name,
                     a.extents[0] - 2));
    if (random_.chance(30)) line(fmt::format("++{};", name)), line(fmt::format("--{};", name));
    scope.arrays.push_back({name, {2}, a.is_float, writable, false});
    scope.scalars.push_back({fmt::format("*({} + 1)", name), a.is_float, writable});
    return;
  }
  if (!scope.scalars.empty()) {
    const Scalar s = random_.pick(scope.scalars);
    const std::string name = fresh("ref");
    const bool writable = s.writable && random_.chance(70);
    line(fmt::format("{}{}& {} = {};", writable ? "" : "const ", s.is_float ? "$F" : "$D", name,
                     s.text));
    scope.scalars.push_back({name, s.is_float, writable});
  }
}

void StatementWriter::assignment(Scope& scope) {
  std::vector<Scalar> places;
  std::copy_if(scope.scalars.begin(), scope.scalars.end(), std::back_inserter(places),
               [](const Scalar& s) { return s.writable; });
  for (const Array& a : scope.arrays) {
    if (a.writable) places.push_back({write_.element(scope, a), a.is_float, true});
  }
  if (places.empty()) return declaration(scope);
  const Scalar place = random_.pick(places);
  const std::string e = write_.expression(scope, random_.between(1, 3));
  const auto store = [&](const std::string& value) {
    return place.is_float ? "$N(" + value + ")" : value;
  };
  switch (random_.below(12)) {
    case 0:
    case 1:
      line(fmt::format("{} += {};", place.text, e));
      return;
    case 2:
      line(fmt::format("{} -= {};", place.text, e));
      return;
    case 3:
      line(fmt::format("{} *= {};", place.text, write_.bounded(scope, 1)));
      return;
    case 4:
      line(fmt::format("{} /= $L(1.5) + {} * {};", place.text, e, e));
      return;
    case 5:
      line(fmt::format("{}{};", random_.pick({"++", "--"}), place.text));
      return;
    case 6:
      line(fmt::format("{} = {};", place.text,
                       store(fmt::format("($L(0.5) * {} + {})", place.text, e))));
      return;
    case 7: {
      const Scalar& other = random_.pick(places);
      if (place.is_float || other.is_float || other.text == place.text || indent_ > 3) break;
      // Distinct variables, or the same one written twice with one value: both are well defined.
      line(fmt::format("{} = {} = {};", place.text, other.text, e));
      return;
    }
    case 8:
      line(fmt::format("({} *= 2) -= {};", place.text, write_.literal()));
      return;
    default:
      break;
  }
  line(fmt::format("{} = {};", place.text, store(e)));
}

void StatementWriter::branch(Scope& scope) {
  ++branches_;
  line(fmt::format("if ({}) {{", write_.condition(scope, 2)));
  block(scope, random_.between(1, 3));
  if (random_.chance(35)) {
    line(fmt::format("}} else if ({}) {{", write_.condition(scope, 1)));
    block(scope, random_.between(1, 2));
  }
  if (random_.chance(50)) {
    line("} else {");
    block(scope, random_.between(1, 2));
  }
  line("}");
  --branches_;
}

void StatementWriter::loop(Scope& scope) {
  ++loops_;
  const std::string i = loops_ == 1 ? fresh("i") : fresh("j");
  const int n = random_.between(2, 3);
  Scope inner = scope;
  bool is_unsigned = false;
  switch (random_.below(7)) {
    case 0:
      line(fmt::format("for (int {0} = {1}; {0} >= 0; --{0}) {{", i, n - 1));
      break;
    case 1:
      line(fmt::format("for (int {0} = 0; {0} < {1}; {0} += 2) {{", i, n));
      break;
    case 2:
      line(fmt::format("for (std::size_t {0} = 0; {0} < {1}; ++{0}) {{", i, n));
      is_unsigned = true;
      break;
    case 3:
      line(fmt::format("for (int {0} = 0; {0} != {1}; {0}++) {{", i, n));
      break;
    case 4:
      line(fmt::format("for (int {0} = 1; {0} <= {1}; ++{0}) {{", i, n - 1));
      break;
    default:
      line(fmt::format("for (int {0} = 0; {0} < {1}; ++{0}) {{", i, n));
      break;
  }
  inner.indices.push_back({i, n, is_unsigned});
  if (random_.chance(15)) {
    ++indent_;
    line(fmt::format("if ({} == {}) continue;", i, is_unsigned ? "1u" : "1"));
    --indent_;
  }
  block(inner, random_.between(1, 3));
  if (random_.chance(15)) {
    ++indent_;
    line(fmt::format("if ({}) break;", write_.condition(inner, 1)));
    --indent_;
  }
  line("}");
  --loops_;
}

void StatementWriter::range_for(Scope& scope) {
  std::vector<Array> known;
  std::copy_if(scope.arrays.begin(), scope.arrays.end(), std::back_inserter(known),
               [](const Array& a) { return a.extents.size() == 1 && a.keeps_extent; });
  if (known.empty()) return loop(scope);
  ++loops_;
  const Array a = random_.pick(known);
  const std::string name = fresh("e");
  const std::string type = a.is_float ? "$F" : "$D";
  Scope inner = scope;
  switch (a.writable ? random_.below(3) : random_.below(2)) {
    case 0:
      line(fmt::format("for (const {}& {} : {}) {{", type, name, a.name));
      inner.scalars.push_back({name, a.is_float, false});
      break;
    case 1:
      line(fmt::format("for ({} {} : {}) {{", random_.chance(50) ? type : "auto", name, a.name));
      inner.scalars.push_back({name, a.is_float, true});
      break;
    default:
      line(fmt::format("for ({}& {} : {}) {{", type, name, a.name));
      inner.scalars.push_back({name, a.is_float, true});
  }
  block(inner, random_.between(1, 2));
  line("}");
  --loops_;
}

// A local matrix, left uninitialised and filled by nested loops.
void StatementWriter::matrix(Scope& scope) {
  ++loops_;
  const std::string m = fresh("m");
  const int rows = 2, columns = random_.between(2, 3);
  const std::string i = fresh("i"), j = fresh("j");
  line(fmt::format("$D {}[{}][{}];", m, rows, columns));
  line(fmt::format("for (int {0} = 0; {0} < {1}; ++{0}) {{", i, rows));
  ++indent_;
  line(fmt::format("for (int {0} = 0; {0} < {1}; ++{0}) {{", j, columns));
  Scope inner = scope;
  inner.indices.push_back({i, rows, false});
  inner.indices.push_back({j, columns, false});
  ++indent_;
  line(fmt::format("{}[{}][{}] = {} == {} ? $D({}) : $D({});", m, i, j, i, j,
                   write_.expression(inner, 2), write_.expression(inner, 1)));
  if (random_.chance(40)) line(fmt::format("{0}[{1}][{2}] += {0}[{1}][0] * $L(0.5);", m, i, j));
  --indent_;
  line("}");
  --indent_;
  line("}");
  scope.arrays.push_back({m, {rows, columns}, false, true, true});
  if (random_.chance(50)) {
    const std::string row = fresh("row");
    line(fmt::format("$D* {} = {}[1];", row, m));
    scope.arrays.push_back({row, {columns}, false, true, false});
  }
  --loops_;
}

void StatementWriter::leave(Scope& scope) {
  if (early_return_.empty()) return assignment(scope);
  const std::string value = write_.expression(scope, 2);
  line(fmt::format("if ({}) {}", write_.condition(scope, 1),
                   fmt::format(fmt::runtime(early_return_), value)));
}

void StatementWriter::call_for_effect(Scope& scope) {
  std::vector<Scalar> places;
  std::copy_if(scope.scalars.begin(), scope.scalars.end(), std::back_inserter(places),
               [](const Scalar& s) { return s.writable && !s.is_float; });
  std::vector<Array> rows;
  std::copy_if(scope.arrays.begin(), scope.arrays.end(), std::back_inserter(rows),
               [](const Array& a) {
                 return a.extents.size() == 1 && a.writable && !a.is_float && a.name[0] == 'a' &&
                        a.keeps_extent;
               });
  if (!rows.empty() && random_.chance(50)) {
    const Array& a = random_.pick(rows);
    line(fmt::format("scale_by(&{}[0], {}, {});", a.name, a.extents[0], write_.bounded(scope, 1)));
    return;
  }
  if (places.size() < 2) return declaration(scope);
  line(fmt::format("swap_in_place({}, {});", places.front().text, places.back().text));
}

}  // namespace e2e
