#pragma once

// Loop programs about arrays: gathers, stencils, triangles, steps and run-time lengths.

#include <cmath>

#include "unit/loop_program.hpp"

namespace gradsmith::test {

/// Reads through an index array, some elements twice and one never.
inline LoopProgram gather() {
  LoopProgram p{"gather", {}, kNoNode, {"x"}, {}, {}};
  LoopBuilder b(p.graph);
  const Expr x = b.input("x", {5});
  const Expr index = b.input("index", {6}, Element::Index);
  p.output = b.sum(b.index(6), [&](Expr i) {
                const Expr element = b.at(x, {b.at(index, {i})});
                return sin(element) * element;
              }).id;
  p.inputs = {{"x", Value::vector(LoopNumbers(3).list(5))},
              {"index", Value(Element::Index, {6}, {0, 3, 3, 1, 0, 2})}};
  p.reference = [](const Environment& e) {
    long double sum = 0;
    for (long double i : e.at("index").numbers) {
      const long double element = e.at("x").numbers[static_cast<std::size_t>(i)];
      sum += std::sin(element) * element;
    }
    return sum;
  };
  return p;
}

/// Jacobi steps of the heat equation: each step writes the inner points from the old ones.
inline LoopProgram heat_jacobi() {
  LoopProgram p{"heat, Jacobi", {}, kNoNode, {"u", "c"}, {}, {}};
  constexpr std::int64_t kPoints = 6;
  LoopBuilder b(p.graph);
  const Expr u0 = b.input("u", {kPoints});
  const Expr c = b.input("c");
  const Expr fold = b.fold(b.upto(b.index(4)), {u0}, [&](Expr, const std::vector<Expr>& s) {
    const Expr& u = s[0];
    return std::vector{b.write(
        b.range(b.index(1), b.index(kPoints - 1)), u, [](Expr i) { return i; },
        [&](Expr i) {
          return b.at(u, {i}) + c * (b.at(u, {i - 1}) - 2.0 * b.at(u, {i}) + b.at(u, {i + 1}));
        })};
  });
  const Expr last = b.final_state(fold, 0);
  p.output = b.sum(b.index(kPoints), [&](Expr i) { return b.at(last, {i}) * b.at(last, {i}); }).id;
  p.inputs = {{"u", Value::vector(LoopNumbers(4).list(kPoints))}, {"c", 0.1}};
  p.reference = [](const Environment& e) {
    std::vector<long double> u = e.at("u").numbers;
    for (int t = 0; t < 4; ++t) {
      const std::vector<long double> old = u;
      for (std::size_t i = 1; i + 1 < u.size(); ++i) {
        u[i] = old[i] + e.at("c").number() * (old[i - 1] - 2 * old[i] + old[i + 1]);
      }
    }
    long double sum = 0;
    for (long double x : u) sum += x * x;
    return sum;
  };
  return p;
}

/// A nonlinear sweep in place: each point sees the new value of the one before, and the sweeps run
/// backwards.
inline LoopProgram in_place() {
  LoopProgram p{"in place, backwards", {}, kNoNode, {"u", "c"}, {}, {}};
  constexpr std::int64_t kPoints = 6;
  LoopBuilder b(p.graph);
  const Expr u0 = b.input("u", {kPoints});
  const Expr c = b.input("c");
  const Expr fold = b.fold(b.upto(b.index(3)), {u0}, [&](Expr, const std::vector<Expr>& outer) {
    const Range backwards = b.range(b.index(kPoints - 2), b.index(0), -1);
    const Expr sweep = b.fold(backwards, {outer[0]}, [&](Expr i, const std::vector<Expr>& s) {
      const Expr& u = s[0];
      const Expr here = b.at(u, {i});
      return std::vector{b.set(
          u, {i},
          here + c * (b.at(u, {i - 1}) * b.at(u, {i - 1}) - 2.0 * here + sin(b.at(u, {i + 1}))))};
    });
    return std::vector{b.final_state(sweep, 0)};
  });
  const Expr last = b.final_state(fold, 0);
  p.output = b.sum(b.index(kPoints), [&](Expr i) { return b.at(last, {i}) * b.at(last, {i}); }).id;
  p.inputs = {{"u", Value::vector(LoopNumbers(5).list(kPoints))}, {"c", 0.1}};
  p.reference = [](const Environment& e) {
    std::vector<long double> u = e.at("u").numbers;
    for (int t = 0; t < 3; ++t) {
      for (std::size_t i = kPoints - 2; i > 0; --i) {
        u[i] += e.at("c").number() * (u[i - 1] * u[i - 1] - 2 * u[i] + std::sin(u[i + 1]));
      }
    }
    long double sum = 0;
    for (long double x : u) sum += x * x;
    return sum;
  };
  return p;
}

/// A triangle of pairs with a branch on the data.
inline LoopProgram triangle_of_branches() {
  LoopProgram p{"triangle of branches", {}, kNoNode, {"a"}, {}, {}};
  LoopBuilder b(p.graph);
  const Expr a = b.input("a", {5});
  p.output = b.sum(b.index(5), [&](Expr i) {
                return b.sum(i, [&](Expr j) {
                  const Expr x = b.at(a, {i});
                  const Expr y = b.at(a, {j});
                  return choose(y < x, sin(x * y), x - y);
                });
              }).id;
  p.inputs = {{"a", Value::vector(LoopNumbers(7).list(5))}};
  p.reference = [](const Environment& e) {
    const std::vector<long double>& v = e.at("a").numbers;
    long double sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        sum += v[j] < v[i] ? std::sin(v[i] * v[j]) : v[i] - v[j];
      }
    }
    return sum;
  };
  return p;
}

/// Newton's iteration with a product and a maximum, and a trace of what is computed on the way.
inline LoopProgram traced_iteration() {
  LoopProgram p{"traced iteration", {}, kNoNode, {"x", "a"}, {}, {}};
  LoopBuilder b(p.graph);
  const Expr x = b.input("x");
  const Expr a = b.input("a", {4});
  const Expr fold =
      b.fold(b.range(b.index(3), b.index(-1), -1), {x, b.real(1)},
             [&](Expr i, const std::vector<Expr>& s) {
               return std::vector{(s[0] + b.at(a, {i}) / s[0]) / 2.0, s[1] * exp(-s[0])};
             });
  const Expr quotients =
      b.trace(fold, [&](Expr i, const std::vector<Expr>& s) { return b.at(a, {i}) / s[0] + s[1]; });
  const Expr largest = b.reduce(Op::Fmax, b.upto(b.index(4)), b.real(-HUGE_VAL),
                                [&](Expr t) { return b.at(quotients, {t}); });
  const Expr product = b.reduce(Op::Mul, b.upto(b.index(4)), b.real(1),
                                [&](Expr t) { return 1.0 + b.at(quotients, {t}); });
  p.output = (b.final_state(fold, 0) * b.final_state(fold, 1) + largest + log(product)).id;
  p.inputs = {{"x", 1.25}, {"a", Value::vector({2, 3, 0.5L, 1.75L})}};
  p.reference = [](const Environment& e) {
    long double root = e.at("x").number();
    long double weight = 1;
    long double greatest = -HUGE_VALL;
    long double logs = 0;
    for (std::size_t i = 4; i-- > 0;) {
      const long double target = e.at("a").numbers[i];
      const long double quotient = target / root + weight;
      greatest = std::fmax(greatest, quotient);
      logs += std::log(1 + quotient);
      weight *= std::exp(-root);
      root = (root + target / root) / 2;
    }
    return root * weight + greatest + logs;
  };
  return p;
}

/// Rows written whole, into an array of run-time length, and summed as arrays.
inline LoopProgram rows_of_run_time_length() {
  LoopProgram p{"rows of run-time length", {}, kNoNode, {"a", "w"}, {}, {}};
  LoopBuilder b(p.graph);
  Graph& g = p.graph;
  const Expr n{&g, g.input("n", scalar_type(Element::Index))};
  const Expr a{&g, g.input("a", g.intern({Element::F64, {n.id, g.index(2)}}))};
  const Expr w = b.input("w", {2});
  const auto row = [&](const Expr& i) {
    return b.map(b.index(2), [&](Expr j) { return b.at(a, {i, j}) * b.at(w, {j}); });
  };
  // Every other row, from the last one down.
  const Expr scaled = b.write(b.range(n - 1, b.index(-1), -2), a, [](Expr i) { return i; }, row);
  const Expr zero{&g, g.zeros(g[w.id].type)};
  const Expr columns =
      b.reduce(Op::Add, b.upto(n), zero, [&](Expr i) { return b.at(scaled, {i}); });
  p.output = b.sum(b.index(2), [&](Expr j) {
                return b.at(columns, {j}) * b.at(columns, {j}) * b.to_real(j + 1);
              }).id;
  p.inputs = {{"n", Value::index(5)},
              {"a", Value::matrix(5, 2, LoopNumbers(8).list(10))},
              {"w", Value::vector({0.5L, -1.5L})}};
  p.reference = [](const Environment& e) {
    long double sum = 0;
    for (std::int64_t j = 0; j < 2; ++j) {
      long double column = 0;
      for (std::int64_t i = 0; i < 5; ++i) {
        column += e.at("a").at({i, j}) * (i % 2 == 0 ? e.at("w").at({j}) : 1);
      }
      sum += column * column * static_cast<long double>(j + 1);
    }
    return sum;
  };
  return p;
}

}  // namespace gradsmith::test
