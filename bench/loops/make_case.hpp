#pragma once

// Builds a case from a problem, a class with
//
//   static constexpr Kind kKind
//   int parameters() const, results() const, room() const   room: of the author's work arrays
//   double elements() const                                 what the cost grows with
//   template <class Number> void evaluate(const Number* p, Number* room, Number* out) const
//   std::vector<double> point(Random&) const
//   long long work() const                                  of gradsmith's function
//   void emitted(const double* p, const double* seed, double* room, double* work, double* out)
//   const int hand_room() const void hand(const double* p, const double* seed, double* room,
//   double* out) const
//
// and, where derivatives cancel to less than what they are made of, `static constexpr double
// kScale`, the size of that. The seed is the vector of a product.

#include <type_traits>
#include <utility>

#include "contest.hpp"
#include "numbers.hpp"
#include "random.hpp"
#include "tape.hpp"

namespace gradsmith::bench {

// Sizes below are only checked.
inline constexpr int kLeastTimed = 20;

// Calls what gradsmith emitted, which has a workspace as its last parameter where it needs one.
template <class Function, class... Arguments>
auto with_work(Function f, double* work, Arguments&&... arguments) {
  if constexpr (std::is_invocable_v<Function, Arguments..., double*>) {
    return f(arguments..., work);
  } else {
    return f(arguments...);
  }
}

inline std::vector<double> uniform(Random& random, int n, double low, double high) {
  std::vector<double> numbers(static_cast<std::size_t>(n));
  for (double& number : numbers) number = random.uniform(low, high);
  return numbers;
}

// What two random directions say about the derivatives.
template <class Problem>
void add_known(const Problem& problem, const std::vector<double>& point,
               const std::vector<double>& seed, Random& random, std::vector<Known>& known) {
  const std::size_t n = point.size();
  const auto m = static_cast<std::size_t>(problem.results());
  const std::vector<double> v = uniform(random, problem.parameters(), -1, 1);
  if constexpr (Problem::kKind == Kind::HessianProduct) {
    std::vector<WideSecond> p, room(static_cast<std::size_t>(problem.room())), out(m);
    for (std::size_t i = 0; i < n; ++i) p.emplace_back(Wide(point[i], v[i]), Wide(seed[i], 0));
    problem.evaluate(p.data(), room.data(), out.data());
    known.push_back({0, v, out[0].slope.slope});
    return;
  } else {
    std::vector<Wide> p, room(static_cast<std::size_t>(problem.room())), out(m);
    for (std::size_t i = 0; i < n; ++i) p.emplace_back(point[i], v[i]);
    problem.evaluate(p.data(), room.data(), out.data());
    if constexpr (Problem::kKind == Kind::Product) {
      long double sum = 0;
      for (std::size_t r = 0; r < m; ++r) sum += seed[r] * out[r].slope;
      known.push_back({0, v, sum});
    } else {
      for (std::size_t r = 0; r < m; ++r) {
        known.push_back({r, {1}, out[r].value});
        known.push_back({m + r * n, v, out[r].slope});
      }
    }
  }
}

template <class Problem>
Case make_case(std::string name, std::string size, Bars bars, const Problem& problem, bool timed) {
  Random random(7);
  const auto n = static_cast<std::size_t>(problem.parameters());
  const auto m = static_cast<std::size_t>(problem.results());
  constexpr Kind kind = Problem::kKind;
  const std::size_t values = kind == Kind::Gradient || kind == Kind::Jacobian ? m : 0;
  const std::size_t outputs = values + (kind == Kind::Jacobian ? m * n : n);

  const std::vector<double> point = problem.point(random);
  const std::vector<double> seed =
      uniform(random, static_cast<int>(kind == Kind::Product ? m : n), -1, 1);
  const auto memory = [](long long elements) {
    return std::make_shared<std::vector<double>>(static_cast<std::size_t>(elements) + 8);
  };
  const auto room = memory(problem.room());

  double scale = 0;
  if constexpr (requires { Problem::kScale; }) scale = Problem::kScale;

  Case made{
      std::move(name), std::move(size), problem.elements(), timed, values, scale, bars, {}, {}, {}};
  const auto of_primal = std::make_shared<std::vector<double>>(m);
  made.primal = {"primal", [=] { problem.evaluate(point.data(), room->data(), of_primal->data()); },
                 of_primal};
  const auto add = [&](const char* contestant, auto run) {
    const auto out = std::make_shared<std::vector<double>>(outputs);
    made.contestants.push_back({contestant, [=] { run(out->data()); }, out});
  };
  add("gradsmith", [=, work = memory(problem.work())](double* out) {
    problem.emitted(point.data(), seed.data(), room->data(), work->data(), out);
  });
  add("hand", [=, own = memory(problem.hand_room())](double* out) {
    problem.hand(point.data(), seed.data(), own->data(), out);
  });
#ifdef GRADSMITH_BENCH_ADOLC
  if (timed) {
    add("ADOL-C", [=, tape = std::make_shared<OneTape<Problem>>()](double* out) {
      tape->of(problem, point).run(point.data(), seed.data(), out);
    });
  }
#endif
  for (int k = 0; k < 2; ++k) add_known(problem, point, seed, random, made.known);
  return made;
}

}  // namespace gradsmith::bench
