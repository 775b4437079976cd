#include <cstring>

#include "unit/frontend/sized_program.hpp"

// The specs, compiled as they stand.
#include "../specs/loops/classifier.cpp"
#include "../specs/loops/elman.cpp"
#include "../specs/loops/gaussian_mixture.cpp"
#include "../specs/loops/heat.cpp"
#include "../specs/loops/layers.cpp"
#include "../specs/loops/linear_regression.cpp"
#include "../specs/loops/log_sum_exp.cpp"
#include "../specs/loops/lstm.cpp"
#include "../specs/loops/nearest_centre.cpp"
#include "../specs/loops/polynomial_fit.cpp"
#include "../specs/loops/runge_kutta.cpp"
#include "../specs/loops/skinning.cpp"
#include "../specs/loops/softmax_regression.cpp"

namespace gradsmith {
namespace {

constexpr int kSizes[] = {0, 1, 2, 5, 8};
constexpr int kFew[] = {1, 2, 3};

/// Reads a spec's function and calls `check` with it.
template <class Check>
void with_function(const std::string& spec_name, const std::string& function, Check check) {
  const auto spec = read_loop_spec(spec_name);
  REQUIRE(spec);
  check(lowered(*spec, function));
}

void check_same(double lowered_value, double compiled) {
  INFO("lowered " << lowered_value << ", compiled " << compiled);
  CHECK(same_number(lowered_value, compiled));
}

}  // namespace

TEST_CASE("polynomial least squares is lowered to what the compiler computes, at every size") {
  with_function("polynomial_fit.cpp", "loss", [](const Function& f) {
    for (int n : kSizes) {
      for (int m : kSizes) {
        INFO("n = " << n << ", m = " << m);
        Arguments a;
        const double compiled =
            polynomial_fit::loss(a.array("w", m), a.integer("m", m), a.array("x", n),
                                 a.array("y", n), a.integer("n", n));
        check_same(returned(f, a.environment()), compiled);
        check_lengths(f, a.environment());
      }
    }
  });
}

TEST_CASE("softmax regression is lowered to what the compiler computes, at every size") {
  with_function("softmax_regression.cpp", "loss", [](const Function& f) {
    for (int n : kSizes) {
      for (int d : kSizes) {
        for (int k : kFew) {
          INFO("n = " << n << ", d = " << d << ", K = " << k);
          Arguments a;
          const double compiled =
              softmax_regression::loss(a.array("W", k * d), a.array("b", k), a.array("x", n * d),
                                       a.indices_below("label", n, k), a.integer("n", n),
                                       a.integer("d", d), a.integer("K", k), a.room("score", k));
          check_same(returned(f, a.environment()), compiled);
          check_lengths(f, a.environment());
        }
      }
    }
  });
}

TEST_CASE("a network for classes is lowered to what the compiler computes, at every size") {
  with_function("classifier.cpp", "loss", [](const Function& f) {
    for (int n : kSizes) {
      for (int m : kSizes) {
        for (int k : kFew) {
          const int d = 3;
          INFO("n = " << n << ", m = " << m << ", K = " << k);
          Arguments a;
          const double compiled = classifier::loss(
              a.array("W1", m * d), a.array("b1", m), a.array("W2", k * m), a.array("b2", k),
              a.array("x", n * d), a.indices_below("label", n, k), a.integer("n", n),
              a.integer("d", d), a.integer("m", m), a.integer("K", k), a.room("hidden", m),
              a.room("score", k));
          check_same(returned(f, a.environment()), compiled);
          check_lengths(f, a.environment());
        }
      }
    }
  });
}

TEST_CASE("linear and ridge regression are lowered to what the compiler computes") {
  with_function("linear_regression.cpp", "ridge", [](const Function& f) {
    for (int n : kSizes) {
      for (int d : kSizes) {
        INFO("n = " << n << ", d = " << d);
        Arguments a;
        const double compiled = linear_regression::ridge(
            a.array("w", d), a.number("b", 0.3), a.array("X", n * d), a.array("y", n),
            a.integer("n", n), a.integer("d", d), a.number("lambda", 0.7));
        check_same(returned(f, a.environment()), compiled);
        check_lengths(f, a.environment());
      }
    }
  });
  with_function("linear_regression.cpp", "least_squares", [](const Function& f) {
    Arguments a;
    const double compiled =
        linear_regression::least_squares(a.array("w", 3), a.number("b", 0.3), a.array("X", 6),
                                         a.array("y", 2), a.integer("n", 2), a.integer("d", 3));
    check_same(returned(f, a.environment()), compiled);
  });
}

TEST_CASE("a Gaussian mixture and its prior are lowered to what the compiler computes") {
  with_function("gaussian_mixture.cpp", "log_likelihood", [](const Function& f) {
    for (int n : kSizes) {
      for (int d : kSizes) {
        for (int k : kFew) {
          INFO("n = " << n << ", d = " << d << ", k = " << k);
          Arguments a;
          const double compiled = gaussian_mixture::log_likelihood(
              a.array("alphas", k), a.array("means", k * d), a.array("q", k * d),
              a.array("L", k * d * (d - 1) / 2), a.array("x", n * d), a.integer("n", n),
              a.integer("d", d), a.integer("k", k), a.room("terms", k));
          check_same(returned(f, a.environment()), compiled);
          check_lengths(f, a.environment());
        }
      }
    }
  });
  with_function("gaussian_mixture.cpp", "log_wishart_prior", [](const Function& f) {
    for (int d : kSizes) {
      for (int k : kSizes) {
        INFO("d = " << d << ", k = " << k);
        Arguments a;
        const double compiled = gaussian_mixture::log_wishart_prior(
            a.array("q", k * d), a.array("L", k * d * (d - 1) / 2), a.integer("d", d),
            a.integer("k", k), a.number("gamma", 1.5), a.integer("m", 2));
        check_same(returned(f, a.environment()), compiled);
        check_lengths(f, a.environment());
      }
    }
  });
}

TEST_CASE("log-sum-exp with its maximum taken out is lowered to what the compiler computes") {
  with_function("log_sum_exp.cpp", "value", [](const Function& f) {
    for (int n : {1, 2, 5, 8}) {
      INFO("n = " << n);
      Arguments a;
      const double compiled = log_sum_exp::value(a.array("x", n), a.integer("n", n));
      check_same(returned(f, a.environment()), compiled);
      check_lengths(f, a.environment());
    }
  });
}

TEST_CASE("the distance to the nearest centre is lowered to what the compiler computes") {
  with_function("nearest_centre.cpp", "cost", [](const Function& f) {
    for (int n : kSizes) {
      for (int d : kSizes) {
        for (int k : kSizes) {
          INFO("n = " << n << ", d = " << d << ", k = " << k);
          Arguments a;
          const double compiled =
              nearest_centre::cost(a.array("centres", k * d), a.integer("k", k),
                                   a.array("points", n * d), a.integer("n", n), a.integer("d", d));
          check_same(returned(f, a.environment()), compiled);
          check_lengths(f, a.environment());
        }
      }
    }
  });
}

TEST_CASE("recurrent networks are lowered to what the compiler computes, at every size") {
  with_function("elman.cpp", "loss", [](const Function& f) {
    for (int t : kSizes) {
      for (int h : kSizes) {
        const int d = 2;
        INFO("T = " << t << ", h = " << h);
        Arguments a;
        const double compiled =
            elman::loss(a.array("W", h * d), a.array("U", h * h), a.array("b", h), a.array("v", h),
                        a.array("x", t * d), a.array("y", t), a.integer("T", t), a.integer("d", d),
                        a.integer("h", h), a.room("state", h), a.room("next", h));
        check_same(returned(f, a.environment()), compiled);
        check_lengths(f, a.environment());
      }
    }
  });
  with_function("lstm.cpp", "loss", [](const Function& f) {
    for (int t : kSizes) {
      for (int h : kSizes) {
        const int d = 2;
        INFO("T = " << t << ", h = " << h);
        Arguments a;
        const double compiled = lstm::loss(
            a.array("W", 4 * h * d), a.array("U", 4 * h * h), a.array("b", 4 * h), a.array("v", h),
            a.array("x", t * d), a.array("y", t), a.integer("T", t), a.integer("d", d),
            a.integer("h", h), a.room("state", h), a.room("cell", h), a.room("gates", 4 * h));
        check_same(returned(f, a.environment()), compiled);
        check_lengths(f, a.environment());
      }
    }
  });
}

TEST_CASE("steps of Runge and Kutta are lowered to what the compiler computes, at every size") {
  with_function("runge_kutta.cpp", "distance", [](const Function& f) {
    for (int n : kSizes) {
      for (int t : kSizes) {
        INFO("n = " << n << ", T = " << t);
        Arguments a;
        const double compiled = runge_kutta::distance(
            a.array("a", n), a.array("start", n), a.array("target", n), a.integer("n", n),
            a.integer("T", t), a.number("dt", 0.125), a.room("y", n), a.room("k", n),
            a.room("sum", n), a.room("at", n));
        check_same(returned(f, a.environment()), compiled);
        check_lengths(f, a.environment());
      }
    }
  });
}

TEST_CASE("layers that are vectors are lowered to what the compiler computes, at every size") {
  with_function("layers.cpp", "loss", [](const Function& f) {
    for (int n : kSizes) {
      for (int h : kSizes) {
        const int d = 2;
        INFO("n = " << n << ", h = " << h);
        Arguments a;
        const double compiled =
            layers::loss(a.array("W1", h * d), a.array("b1", h), a.array("W2", (h + 1) * h),
                         a.array("b2", h + 1), a.array("w3", h + 1), a.number("b3", 0.5),
                         a.array("x", n * d), a.array("y", n), a.integer("n", n), a.integer("d", d),
                         a.integer("h1", h), a.integer("h2", h + 1));
        check_same(returned(f, a.environment()), compiled);
        check_lengths(f, a.environment());
      }
    }
  });
}

TEST_CASE("the heat equation is lowered to what the compiler computes, in place too") {
  with_function("heat.cpp", "energy", [](const Function& f) {
    for (int n : kSizes) {
      for (int t : kSizes) {
        INFO("n = " << n << ", T = " << t);
        Arguments a;
        const double compiled =
            heat::energy(a.array("start", n), a.integer("n", n), a.integer("T", t),
                         a.number("c", 0.2), a.room("u", n), a.room("next", n));
        check_same(returned(f, a.environment()), compiled);
      }
    }
  });
  with_function("heat.cpp", "in_place", [](const Function& f) {
    CHECK(f.parameters[0].role == Role::InOut);
    for (int n : {1, 2, 5, 8}) {
      for (int t : kSizes) {
        INFO("n = " << n << ", T = " << t);
        Arguments a;
        double* u = a.array("u", n);
        const Environment before = a.environment();
        heat::in_place(u, a.integer("n", n), a.integer("T", t), a.number("c", 0.2));
        const std::vector<double> after = written(f, "u", a.environment());
        for (int i = 0; i < n; ++i) check_same(after[static_cast<std::size_t>(i)], u[i]);
      }
    }
  });
}

TEST_CASE("skinning through an index array is lowered to what the compiler computes") {
  with_function("skinning.cpp", "residuals", [](const Function& f) {
    CHECK(f.parameters.back().role == Role::Output);
    CHECK(f.parameters[7].role == Role::Work);
    for (int m : kFew) {
      for (int n : kSizes) {
        INFO("m = " << m << ", points = " << n);
        Arguments a;
        double* out = a.room("out", 3 * n);
        skinning::residuals(a.array("angle", m), a.integer("m", m), a.array("length", m),
                            a.array("rest", 3 * n), a.indices_below("bone_of", n, m),
                            a.array("target", 3 * n), a.integer("points", n),
                            a.room("pose", 12 * m), out);
        const std::vector<double> result = written(f, "out", a.environment());
        for (int i = 0; i < 3 * n; ++i) check_same(result[static_cast<std::size_t>(i)], out[i]);
        check_lengths(f, a.environment());
      }
    }
  });
}

}  // namespace gradsmith
