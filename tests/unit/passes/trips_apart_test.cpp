// Whether trips leave elements alone: by hand, and for random subscripts by trying all trips.

#include "passes/trips_apart.hpp"

#include <fmt/format.h>

#include <array>
#include <catch2/catch.hpp>
#include <random>

namespace gradsmith {
namespace {

/// Factors of i * m, i, j, m and 1.
using Sum = std::array<int, 5>;

int value_of(const Sum& s, int i, int j, int m) {
  return s[0] * i * m + s[1] * i + s[2] * j + s[3] * m + s[4];
}

/// `for i in [begin, n) by step, or downwards: for j in [first + more * i, end): a[write] =
/// a[read]`, where end is m, or i where `triangle` says so.
struct Program {
  Sum write, read;
  int begin = 0, step = 1, first = 0, more = 0;
  bool triangle = false;

  template <class Visit>
  void each(int n, int m, Visit visit) const {
    const auto inner = [&](int i) {
      for (int j = first + more * i; j < (triangle ? i : m); ++j) visit(i, j);
    };
    if (step > 0) {
      for (int i = begin; i < n; i += step) inner(i);
    } else {
      for (int i = n - 1; i > begin - 1; i += step) inner(i);
    }
  }

  /// Whether what a trip reads is not written in those trips, for all small sizes.
  bool is_apart(TripsApart::When when) const {
    for (int n = 0; n < 6; ++n) {
      for (int m = 0; m < 6; ++m) {
        bool met = false;
        each(n, m, [&](int i, int j) {
          const int element = value_of(read, i, j, m);
          each(n, m, [&](int k, int l) {
            const bool earlier = step > 0 ? k < i : k > i;
            if (earlier != (when == TripsApart::When::Before)) return;
            met = met || value_of(write, k, l, m) == element;
          });
        });
        if (met) return false;
      }
    }
    return true;
  }

  bool is_shown(TripsApart::When when) const {
    Graph g;
    const TypeId index = scalar_type(Element::Index);
    const NodeId n = g.input("n", index);
    const NodeId m = g.input("m", index);
    const TypeId array = g.intern({Element::F64, {g.input("a[#]", index)}});
    const NodeId i = g.bound(1, 0, index);
    const NodeId j = g.bound(2, 0, index);
    const NodeId state = g.bound(1, 1, array);
    const auto times = [&](int factor, NodeId x) { return g.apply(Op::Mul, {g.index(factor), x}); };
    const auto node = [&](const Sum& s) {
      NodeId sum = g.apply(Op::Add, {times(s[0], g.apply(Op::Mul, {i, m})), times(s[1], i)});
      sum = g.apply(Op::Add, {sum, times(s[2], j)});
      return g.apply(Op::Add, {g.apply(Op::Add, {sum, times(s[3], m)}), g.index(s[4])});
    };
    const NodeId element = node(read);
    const NodeId reader = g.at(state, {element});
    const NodeId low = g.apply(Op::Add, {g.index(first), times(more, i)});
    const NodeId place[] = {node(write)};
    const NodeId next =
        g.write(2, {low, triangle ? i : m, g.index(1)}, state, g.apply(Op::Sin, {reader}), place);
    Range range{g.index(begin), n, g.index(step)};
    if (step < 0) range = {g.apply(Op::Sub, {n, g.index(1)}), g.index(begin - 1), g.index(step)};
    const NodeId inits[] = {g.input("a[]", array)};
    const NodeId nexts[] = {next};
    const NodeId fold[] = {g.fold(1, range, inits, nexts)};
    TripsApart apart(g, reachable(g, fold));
    const NodeId subscripts[] = {element};
    return apart.is_unwritten(g.fold_parts(fold[0]), 0, Polynomial::unknown(i), when, reader,
                              subscripts);
  }
};

const Sum kOwn = {1, 0, 1, 0, 0};  // i * m + j

}  // namespace

TEST_CASE("rows of a matrix are apart from trip to trip") {
  const Program own{kOwn, kOwn};
  CHECK(own.is_shown(TripsApart::When::Before));
  CHECK_FALSE(own.is_shown(TripsApart::When::From));
  const Program row_before{kOwn, {1, 0, 1, -1, 0}};
  CHECK(row_before.is_shown(TripsApart::When::From));
  CHECK_FALSE(row_before.is_shown(TripsApart::When::Before));
}

TEST_CASE("columns of a matrix are apart though rows may be the same") {
  Program first_column{{1, 0, 0, 0, 0}, kOwn};
  first_column.first = 1;
  CHECK(first_column.is_apart(TripsApart::When::From));
  CHECK(first_column.is_shown(TripsApart::When::From));
  first_column.first = 0;
  CHECK_FALSE(first_column.is_shown(TripsApart::When::From));
}

TEST_CASE("what is said to be apart is never met, whatever the subscripts are") {
  std::mt19937 random(7);  // NOLINT: the same programs in every run
  const auto some = [&](std::initializer_list<int> choices) {
    return *(choices.begin() + static_cast<std::ptrdiff_t>(random() % choices.size()));
  };
  int shown = 0;
  int apart = 0;
  for (int k = 0; k < 4000; ++k) {
    Program p;
    p.write = {some({0, 1, 1, 2}), some({0, 0, 1, 2}), some({0, 1, 1, -1}), some({0, 0, 1}),
               some({0, 0, 1, 2})};
    p.read = p.write;
    for (int changes = some({0, 1, 2}); changes > 0; --changes) {
      p.read[random() % 5] += some({-2, -1, 1, 2});
    }
    p.begin = some({0, 0, 1});
    p.step = some({1, 1, 2, -1, -2});
    p.first = some({0, 0, 1});
    p.more = some({0, 0, 1});
    p.triangle = p.more == 0 && some({0, 0, 1}) == 1;
    for (const auto when : {TripsApart::When::Before, TripsApart::When::From}) {
      const bool is_apart = p.is_apart(when);
      apart += is_apart ? 1 : 0;
      if (!p.is_shown(when)) continue;
      ++shown;
      INFO(fmt::format("write {} read {} begin {} step {} first {} more {} triangle {} before {}",
                       fmt::join(p.write, " "), fmt::join(p.read, " "), p.begin, p.step, p.first,
                       p.more, p.triangle, when == TripsApart::When::Before));
      CHECK(is_apart);
    }
  }
  CHECK(shown > apart / 3);
}

}  // namespace gradsmith
