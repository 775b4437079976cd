#include "unit/frontend/sized_program.hpp"

// Implicit conversions are part of what these programs test.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wfloat-conversion"
#pragma GCC diagnostic ignored "-Wdouble-promotion"
#pragma GCC diagnostic ignored "-Wdeprecated-enum-float-conversion"
#include "unit/frontend/programs/arrays.cpp"
#include "unit/frontend/programs/calls.cpp"
#include "unit/frontend/programs/scalars.cpp"
#include "unit/frontend/programs/sizes.cpp"
#pragma GCC diagnostic pop

#define GRADSMITH_SAME(space, name) gradsmith::check_program(*spec, #name, &space::name)

TEST_CASE("a lowered expression has the value that the compiler gives it") {
  const auto spec = gradsmith::read_program("scalars.cpp");
  REQUIRE(spec);
  GRADSMITH_SAME(scalars, arithmetic);
  GRADSMITH_SAME(scalars, several_declarators);
  GRADSMITH_SAME(scalars, every_assignment);
  GRADSMITH_SAME(scalars, chained_conditional);
  GRADSMITH_SAME(scalars, logic);
  GRADSMITH_SAME(scalars, in_float);
  GRADSMITH_SAME(scalars, mixed);
  GRADSMITH_SAME(scalars, float_of_double);
  GRADSMITH_SAME(scalars, integers);
  GRADSMITH_SAME(scalars, constants);
  GRADSMITH_SAME(scalars, library);
  GRADSMITH_SAME(scalars, classified);
  GRADSMITH_SAME(scalars, shifted);
  GRADSMITH_SAME(scalars, wide_integers);
  GRADSMITH_SAME(scalars, of_lists);
  GRADSMITH_SAME(scalars, scaled_constants);
}

TEST_CASE("a lowered branch has the value that the compiler gives it") {
  const auto spec = gradsmith::read_program("scalars.cpp");
  REQUIRE(spec);
  GRADSMITH_SAME(scalars, plain_if);
  GRADSMITH_SAME(scalars, if_else);
  GRADSMITH_SAME(scalars, early_return);
  GRADSMITH_SAME(scalars, nested_returns);
  GRADSMITH_SAME(scalars, with_init);
  GRADSMITH_SAME(scalars, effects_in_conditions);
  GRADSMITH_SAME(scalars, switched);
  GRADSMITH_SAME(scalars, switched_on_constant);
}

TEST_CASE("a lowered loop has the value that the compiler gives it") {
  const auto spec = gradsmith::read_program("scalars.cpp");
  REQUIRE(spec);
  GRADSMITH_SAME(scalars, power_sum);
  GRADSMITH_SAME(scalars, loops_down);
  GRADSMITH_SAME(scalars, triangular);
  GRADSMITH_SAME(scalars, with_break);
  GRADSMITH_SAME(scalars, with_continue);
  GRADSMITH_SAME(scalars, return_from_loop);
  GRADSMITH_SAME(scalars, index_outlives);
  GRADSMITH_SAME(scalars, integer_states);
  GRADSMITH_SAME(scalars, swapped_states);
  GRADSMITH_SAME(scalars, no_trips);
  GRADSMITH_SAME(scalars, unchanged_states);
  GRADSMITH_SAME(scalars, wide_indices);
  GRADSMITH_SAME(scalars, updates_after_counting);
  GRADSMITH_SAME(scalars, updates_after_counting_in_data);
  GRADSMITH_SAME(scalars, sums_as_bounds);
  GRADSMITH_SAME(scalars, counted_down_first);
  GRADSMITH_SAME(scalars, truths);
  GRADSMITH_SAME(scalars, computed_when_compiling);
  GRADSMITH_SAME(scalars, bound_in_variable);
  GRADSMITH_SAME(scalars, best_of);
  GRADSMITH_SAME(scalars, loop_in_branch);
  GRADSMITH_SAME(scalars, deep);
}

TEST_CASE("lowered arrays, pointers and references have the values that the compiler gives them") {
  const auto spec = gradsmith::read_program("arrays.cpp");
  REQUIRE(spec);
  GRADSMITH_SAME(arrays, copies);
  GRADSMITH_SAME(arrays, partly);
  GRADSMITH_SAME(arrays, accumulates);
  GRADSMITH_SAME(arrays, local_matrix);
  GRADSMITH_SAME(arrays, pointers);
  GRADSMITH_SAME(arrays, rows);
  GRADSMITH_SAME(arrays, references);
  GRADSMITH_SAME(arrays, range_for);
  GRADSMITH_SAME(arrays, std_arrays);
  GRADSMITH_SAME(arrays, scatter);
  GRADSMITH_SAME(arrays, running);
  GRADSMITH_SAME(arrays, branch_on_data);
  GRADSMITH_SAME(arrays, bubble);
  GRADSMITH_SAME(arrays, moving_pointer);
  GRADSMITH_SAME(arrays, chosen_element);
  GRADSMITH_SAME(arrays, early_exit);
  GRADSMITH_SAME(arrays, structured);
  GRADSMITH_SAME(arrays, unsigned_indices);
}

TEST_CASE("inlined calls and classes have the values that the compiler gives them") {
  const auto spec = gradsmith::read_program("calls.cpp");
  REQUIRE(spec);
  GRADSMITH_SAME(calls, overloads);
  GRADSMITH_SAME(calls, templates);
  GRADSMITH_SAME(calls, defaults);
  GRADSMITH_SAME(calls, by_reference);
  GRADSMITH_SAME(calls, structs);
  GRADSMITH_SAME(calls, operators);
  GRADSMITH_SAME(calls, classes);
  GRADSMITH_SAME(calls, lambdas);
  GRADSMITH_SAME(calls, functors);
  GRADSMITH_SAME(calls, arrays_by_value);
  GRADSMITH_SAME(calls, returns_in_loops);
  GRADSMITH_SAME(calls, nested_calls);
  GRADSMITH_SAME(calls, call_in_loop);
}

namespace {

void check_sizes(const gradsmith::Spec& spec, const std::string& name,
                 double (*compiled)(double, const double*, const int*, int)) {
  INFO(name);
  const gradsmith::Function f = gradsmith::lowered(spec, name);
  for (int n : {0, 1, 2, 5, 8}) {
    for (double c : {-0.7, 0.3, 1.9}) {
      INFO("n = " << n << ", c = " << c);
      gradsmith::Arguments a;
      const double* x = a.array("x", n + 8);
      const int* k = a.indices_below("k", n + 8, 5);
      a.number("c", c);
      a.integer("n", n);
      const double lowered = gradsmith::returned(f, a.environment());
      const double expected = compiled(c, x, k, n);
      INFO("lowered " << lowered << ", compiled " << expected);
      CHECK(gradsmith::same_number(lowered, expected));
    }
  }
}

}  // namespace

#define GRADSMITH_SAME_SIZES(name) check_sizes(*spec, #name, &sizes::name)

TEST_CASE("a lowered loop whose bounds come at run time has the value that the compiler gives it") {
  const auto spec = gradsmith::read_program("sizes.cpp");
  REQUIRE(spec);
  GRADSMITH_SAME_SIZES(down);
  GRADSMITH_SAME_SIZES(strides);
  GRADSMITH_SAME_SIZES(bounds);
  GRADSMITH_SAME_SIZES(triangles);
  GRADSMITH_SAME_SIZES(packed);
  GRADSMITH_SAME_SIZES(counted);
  GRADSMITH_SAME_SIZES(breaks);
  GRADSMITH_SAME_SIZES(returns);
  GRADSMITH_SAME_SIZES(guarded);
  GRADSMITH_SAME_SIZES(gathers);
  GRADSMITH_SAME_SIZES(histogram);
  GRADSMITH_SAME_SIZES(large_table);
  GRADSMITH_SAME_SIZES(scratch);
  GRADSMITH_SAME_SIZES(matrix_powers);
  GRADSMITH_SAME_SIZES(best_of);
  GRADSMITH_SAME_SIZES(states);
  GRADSMITH_SAME_SIZES(rows);
  GRADSMITH_SAME_SIZES(outliving);
  GRADSMITH_SAME_SIZES(two_indices);
  GRADSMITH_SAME_SIZES(branches);
  GRADSMITH_SAME_SIZES(no_trips);
}
