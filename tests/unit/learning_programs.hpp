#pragma once

// Loop programs from machine learning.

#include <cmath>

#include "unit/loop_program.hpp"

namespace gradsmith::test {

/// A Gaussian mixture's log likelihood, with precisions as packed triangles.
inline LoopProgram gaussian_mixture() {
  LoopProgram p{"gaussian mixture", {}, kNoNode, {"al", "mu", "q", "l"}, {}, {}};
  constexpr std::int64_t kPoints = 4;
  constexpr std::int64_t kParts = 3;
  constexpr std::int64_t kDims = 3;
  constexpr std::int64_t kPacked = kDims * (kDims - 1) / 2;
  LoopBuilder b(p.graph);
  const Expr al = b.input("al", {kParts});
  const Expr mu = b.input("mu", {kParts, kDims});
  const Expr q = b.input("q", {kParts, kDims});
  const Expr l = b.input("l", {kParts, kPacked});
  const Expr x = b.input("x", {kPoints, kDims});
  const Expr parts = b.index(kParts);
  const Expr dims = b.index(kDims);
  const auto packed = [&](const Expr& column, const Expr& row) {
    const Expr two = b.index(2);
    return column * (kDims - 2) + (row - 1 - apply(Op::Quotient, column * (column - 1), two));
  };
  const auto term = [&](const Expr& i, const Expr& k) {
    const Expr centred = b.map(dims, [&](Expr j) { return b.at(x, {i, j}) - b.at(mu, {k, j}); });
    const Expr y = b.map(dims, [&](Expr j) {
      return exp(b.at(q, {k, j})) * b.at(centred, {j}) +
             b.sum(j, [&](Expr c) { return b.at(l, {k, packed(c, j)}) * b.at(centred, {c}); });
    });
    return b.at(al, {k}) + b.sum(dims, [&](Expr j) { return b.at(q, {k, j}); }) -
           0.5 * b.sum(dims, [&](Expr j) { return b.at(y, {j}) * b.at(y, {j}); });
  };
  p.output = b.sum(b.index(kPoints), [&](Expr i) {
                const Expr terms = b.map(parts, [&](Expr k) { return term(i, k); });
                const Expr largest = b.reduce(Op::Max, b.upto(parts), b.real(-HUGE_VAL),
                                              [&](Expr k) { return b.at(terms, {k}); });
                return log(b.sum(parts, [&](Expr k) { return exp(b.at(terms, {k}) - largest); })) +
                       largest;
              }).id;
  LoopNumbers r(1);
  p.inputs = {{"al", Value::vector(r.list(kParts))},
              {"mu", Value::matrix(kParts, kDims, r.list(kParts * kDims))},
              {"q", Value::matrix(kParts, kDims, r.list(kParts * kDims, 0.3))},
              {"l", Value::matrix(kParts, kPacked, r.list(kParts * kPacked))},
              {"x", Value::matrix(kPoints, kDims, r.list(kPoints * kDims))}};
  p.reference = [](const Environment& e) {
    long double total = 0;
    for (std::int64_t i = 0; i < kPoints; ++i) {
      long double likelihood = 0;
      for (std::int64_t k = 0; k < kParts; ++k) {
        long double log_weight = e.at("al").at({k});
        long double squares = 0;
        const auto centred = [&](std::int64_t j) {
          return e.at("x").at({i, j}) - e.at("mu").at({k, j});
        };
        for (std::int64_t j = 0; j < kDims; ++j) {
          log_weight += e.at("q").at({k, j});
          long double y = std::exp(e.at("q").at({k, j})) * centred(j);
          for (std::int64_t c = 0; c < j; ++c) {
            y += e.at("l").at({k, c * (kDims - 2) + (j - 1 - c * (c - 1) / 2)}) * centred(c);
          }
          squares += y * y;
        }
        likelihood += std::exp(log_weight - squares / 2);
      }
      total += std::log(likelihood);
    }
    return total;
  };
  return p;
}

/// The inputs of the two recurrent networks.
inline Environment recurrent_inputs(std::int64_t trips, std::int64_t width) {
  LoopNumbers r(2);
  const auto n = static_cast<std::size_t>(width);
  return {{"W", Value::matrix(width, width, r.list(n * n))},
          {"U", Value::vector(r.list(n))},
          {"b", Value::vector(r.list(n))},
          {"h0", Value::vector(r.list(n))},
          {"xs", Value::vector(r.list(static_cast<std::size_t>(trips)))}};
}

/// An Elman network with an array as state, whose loss reads every state.
inline LoopProgram recurrent_network() {
  LoopProgram p{"recurrent network", {}, kNoNode, {"W", "U", "b", "h0", "xs"}, {}, {}};
  constexpr std::int64_t kTrips = 5;
  constexpr std::int64_t kWidth = 3;
  LoopBuilder b(p.graph);
  const Expr W = b.input("W", {kWidth, kWidth});
  const Expr U = b.input("U", {kWidth});
  const Expr bias = b.input("b", {kWidth});
  const Expr h0 = b.input("h0", {kWidth});
  const Expr xs = b.input("xs", {kTrips});
  const Expr width = b.index(kWidth);
  const Expr fold = b.fold(b.upto(b.index(kTrips)), {h0}, [&](Expr t, const std::vector<Expr>& s) {
    return std::vector{b.map(width, [&](Expr i) {
      return tanh(b.at(bias, {i}) + b.at(xs, {t}) * b.at(U, {i}) +
                  b.sum(width, [&](Expr j) { return b.at(W, {i, j}) * b.at(s[0], {j}); }));
    })};
  });
  const Expr last = b.final_state(fold, 0);
  const Expr states = b.trace(fold, [](Expr, const std::vector<Expr>& s) { return s[0]; });
  p.output = (b.sum(width, [&](Expr i) { return b.at(last, {i}) * b.at(last, {i}); }) +
              b.sum(b.index(kTrips), [&](Expr t) {
                return sin(b.at(states, {t, b.index(0)}));
              })).id;
  p.inputs = recurrent_inputs(kTrips, kWidth);
  p.reference = [](const Environment& e) {
    std::vector<long double> h = e.at("h0").numbers;
    long double loss = 0;
    for (std::int64_t t = 0; t < kTrips; ++t) {
      loss += std::sin(h[0]);
      std::vector<long double> next;
      for (std::int64_t i = 0; i < kWidth; ++i) {
        long double z = e.at("b").at({i}) + e.at("xs").at({t}) * e.at("U").at({i});
        for (std::int64_t j = 0; j < kWidth; ++j) {
          z += e.at("W").at({i, j}) * h[static_cast<std::size_t>(j)];
        }
        next.push_back(std::tanh(z));
      }
      h = next;
    }
    for (long double x : h) loss += x * x;
    return loss;
  };
  return p;
}

/// Two array states that use each other, as an LSTM's do.
inline LoopProgram two_state_network() {
  LoopProgram p{"two-state network", {}, kNoNode, {"W", "U", "b", "h0"}, {}, {}};
  constexpr std::int64_t kTrips = 5;
  constexpr std::int64_t kWidth = 3;
  LoopBuilder b(p.graph);
  const Expr W = b.input("W", {kWidth, kWidth});
  const Expr U = b.input("U", {kWidth});
  const Expr bias = b.input("b", {kWidth});
  const Expr h0 = b.input("h0", {kWidth});
  const Expr xs = b.input("xs", {kTrips});
  const Expr width = b.index(kWidth);
  const Expr fold =
      b.fold(b.upto(b.index(kTrips)), {h0, bias}, [&](Expr t, const std::vector<Expr>& s) {
        const Expr& h = s[0];
        const Expr& c = s[1];
        return std::vector{b.map(width,
                                 [&](Expr i) {
                                   return tanh(b.at(c, {i})) *
                                          tanh(b.at(W, {i, b.index(0)}) * b.at(h, {i}));
                                 }),
                           b.map(width, [&](Expr i) {
                             return tanh(b.at(h, {i}) * b.at(U, {i})) * b.at(c, {i}) +
                                    tanh(b.at(W, {i, b.index(1)}) * b.at(h, {i}) * b.at(xs, {t}));
                           })};
      });
  p.output = b.sum(width, [&](Expr i) {
                return b.at(b.final_state(fold, 0), {i}) * b.at(b.final_state(fold, 1), {i});
              }).id;
  p.inputs = recurrent_inputs(kTrips, kWidth);
  p.reference = [](const Environment& e) {
    std::vector<long double> h = e.at("h0").numbers;
    std::vector<long double> c = e.at("b").numbers;
    for (std::int64_t t = 0; t < kTrips; ++t) {
      const std::vector<long double> old_h = h;
      const std::vector<long double> old_c = c;
      for (std::int64_t i = 0; i < kWidth; ++i) {
        const auto k = static_cast<std::size_t>(i);
        h[k] = std::tanh(old_c[k]) * std::tanh(e.at("W").at({i, 0}) * old_h[k]);
        c[k] = std::tanh(old_h[k] * e.at("U").at({i})) * old_c[k] +
               std::tanh(e.at("W").at({i, 1}) * old_h[k] * e.at("xs").at({t}));
      }
    }
    long double sum = 0;
    for (std::size_t i = 0; i < h.size(); ++i) sum += h[i] * c[i];
    return sum;
  };
  return p;
}

/// The sum of squared distances to the nearest centre; the second half by the winner's index.
inline LoopProgram nearest_centre() {
  LoopProgram p{"nearest centre", {}, kNoNode, {"C", "P"}, {}, {}};
  constexpr std::int64_t kPoints = 6;
  constexpr std::int64_t kCentres = 3;
  LoopBuilder b(p.graph);
  const Expr C = b.input("C", {kCentres, 2});
  const Expr P = b.input("P", {kPoints, 2});
  const Expr infinity = b.real(HUGE_VAL);
  const auto distance = [&](const Expr& i, const Expr& k) {
    return b.sum(b.index(2), [&](Expr j) {
      const Expr difference = b.at(P, {i, j}) - b.at(C, {k, j});
      return difference * difference;
    });
  };
  const Range centres = b.upto(b.index(kCentres));
  p.output = b.sum(b.index(kPoints), [&](Expr i) {
                const auto to = [&](Expr k) { return distance(i, k); };
                return b.reduce(Op::Min, centres, infinity, to) +
                       b.at(C, {b.arg_reduce(Op::Min, centres, infinity, to), b.index(0)});
              }).id;
  LoopNumbers r(6);
  p.inputs = {{"C", Value::matrix(kCentres, 2, r.list(kCentres * 2))},
              {"P", Value::matrix(kPoints, 2, r.list(kPoints * 2))}};
  p.reference = [](const Environment& e) {
    long double sum = 0;
    for (std::int64_t i = 0; i < kPoints; ++i) {
      std::int64_t winner = 0;
      long double best = HUGE_VALL;
      for (std::int64_t k = 0; k < kCentres; ++k) {
        const long double dx = e.at("P").at({i, 0}) - e.at("C").at({k, 0});
        const long double dy = e.at("P").at({i, 1}) - e.at("C").at({k, 1});
        if (dx * dx + dy * dy < best) {
          best = dx * dx + dy * dy;
          winner = k;
        }
      }
      sum += best + e.at("C").at({winner, 0});
    }
    return sum;
  };
  return p;
}

}  // namespace gradsmith::test
