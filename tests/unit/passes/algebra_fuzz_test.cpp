// Random functions through the passes of the free nodes' algebra: values are kept, the author's to
// the last bit, and nothing becomes dearer.

#include <catch2/catch.hpp>

#include "ir/verify.hpp"
#include "passes/binarise.hpp"
#include "passes/cost.hpp"
#include "passes/factor.hpp"
#include "passes/pipeline.hpp"
#include "passes/place_signs.hpp"
#include "passes/reciprocals.hpp"
#include "passes/share_sums.hpp"
#include "passes/simplify.hpp"
#include "random_functions.hpp"

namespace gradsmith::test {
namespace {

/// Not by run_passes, which in debug builds wants an interface around the graph.
Function whole_pipeline(Function f) {
  for (const Pass& pass : finishing()) f = pass.run(std::move(f));
  return f;
}

/// Returns how many points were compared.
int check_pass(Function (*pass)(Function), const Menu& menu, std::uint64_t seed) {
  Random random(seed);
  int compared = 0;
  for (int trial = 0; trial < 1500; ++trial) {
    Function f = random_function(random, menu, Element::F64, 12 + static_cast<int>(random() % 30));
    f.value_outputs = static_cast<std::size_t>(trial % 2);
    f = simplify(std::move(f));
    INFO("trial " << trial);
    const Function after = pass(f);
    CHECK(violations(after.graph).empty());
    if (pass == whole_pipeline) CHECK(counted_cost(after) <= counted_cost(f));
    compared += check_kept(f, after, random);
  }
  return compared;
}

}  // namespace

TEST_CASE("factoring random functions keeps their values") {
  CHECK(check_pass(factor, smooth_menu, 21) > 2000);
  CHECK(check_pass(factor, algebra_menu, 22) > 2000);
}

TEST_CASE("choosing the pairs of random products keeps their values") {
  CHECK(check_pass(binarise, smooth_menu, 23) > 2000);
  CHECK(check_pass(binarise, algebra_menu, 24) > 2000);
}

TEST_CASE("shared reciprocals in random functions keep their values") {
  CHECK(check_pass(reciprocals, smooth_menu, 25) > 2000);
  CHECK(check_pass(reciprocals, algebra_menu, 26) > 2000);
}

TEST_CASE("shared sums in random functions keep their values") {
  CHECK(check_pass(share_sums, smooth_menu, 29) > 2000);
  CHECK(check_pass(share_sums, algebra_menu, 30) > 2000);
}

TEST_CASE("placing the signs of random functions keeps their values") {
  CHECK(check_pass(place_signs, smooth_menu, 31) > 2000);
  CHECK(check_pass(place_signs, algebra_menu, 32) > 2000);
}

TEST_CASE("random functions through all passes keep their values") {
  CHECK(check_pass(whole_pipeline, smooth_menu, 27) > 2000);
  CHECK(check_pass(whole_pipeline, algebra_menu, 28) > 2000);
}

}  // namespace gradsmith::test
