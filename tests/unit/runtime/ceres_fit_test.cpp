#include "runtime/ceres_fit.hpp"

#include <catch2/catch.hpp>

#include "unit/runtime/line_module.hpp"

using namespace line;

TEST_CASE("by Ceres a line is the least squares one, with weight decay the ridge one") {
  const Dataset data = line_data(50);
  double xx = 0;
  double x1 = 0;
  double xy = 0;
  double y1 = 0;
  for (std::size_t k = 0; k < 50; ++k) {
    const double x = data.columns[0].numbers[k];
    const double y = data.columns[1].numbers[k];
    xx += x * x / 50;
    x1 += x / 50;
    xy += x * y / 50;
    y1 += y / 50;
  }
  for (const double weight : {0.0, 0.5}) {
    // Where the mean of (w0 x + w1 - y)^2 plus half the weight times w0^2 + w1^2 is least.
    const double a = xx + weight / 2;
    const double c = 1 + weight / 2;
    const double det = a * c - x1 * x1;
    for (const Solver solver : {Solver::LBfgs, Solver::LevenbergMarquardt}) {
      Plan p = plan();
      p.solver = solver;
      p.decay = {{"*", weight}};
      p.fit.epochs = 200;
      Session session(kModule, data, p);
      if (!has_ceres()) {
        CHECK_THROWS_AS(session.run(), ModelError);
        continue;
      }
      const std::vector<double> w = session.run().fitted.parameters;
      CHECK(w[0] == Approx((c * xy - x1 * y1) / det).epsilon(1e-9));
      CHECK(w[1] == Approx((a * y1 - x1 * xy) / det).epsilon(1e-9));
    }
  }
}

TEST_CASE("Ceres tells of every iteration: loss, validation, parameters and each sample's loss") {
  if (!has_ceres()) return;
  for (const Solver solver : {Solver::LBfgs, Solver::LevenbergMarquardt}) {
    Plan p = plan();
    p.solver = solver;
    p.validation = Share{.every = 4};
    p.fit.keep_parameters = true;
    p.fit.keep_sample_losses = true;
    Session session(kModule, line_data(20), p);
    const Fitted f = session.run().fitted;
    REQUIRE(!f.epochs.empty());
    REQUIRE(f.parameter_history.size() == f.epochs.size());
    REQUIRE(f.sample_losses.size() == f.epochs.size());
    for (std::size_t k = 0; k < f.epochs.size(); ++k) {
      const std::vector<double>& w = f.parameter_history[k];
      CHECK(f.epochs[k].loss ==
            Approx(session.mean_loss(w, session.training().samples)).epsilon(1e-12));
      CHECK(f.epochs[k].validation == session.mean_loss(w, session.validation()->samples));
      double mean = 0;
      for (const double loss : f.sample_losses[k]) mean += loss / 15;
      CHECK(f.epochs[k].loss == Approx(mean).epsilon(1e-12));
    }
    CHECK(f.state.parameters == f.parameters);
    CHECK(f.state.epoch == f.epochs.back().epoch);
  }
}

TEST_CASE("Ceres goes on from a checkpoint's parameters, for the iterations that are left") {
  if (!has_ceres()) return;
  Plan p = plan();
  p.solver = Solver::LBfgs;
  p.fit.epochs = 2;
  const Dataset data = line_data(50);
  Session first(kModule, data, p);
  const FitState state = first.run().fitted.state;
  CHECK(state.epoch == 2);
  const double before = first.mean_loss(state.parameters, first.training().samples);
  p.fit.epochs = 3;
  Session second(kModule, data, p);
  const Fitted on = second.run_from(state).fitted;
  REQUIRE(on.epochs.size() == 1);
  CHECK(on.epochs.front().epoch == 3);
  CHECK(on.epochs.front().loss < before);
  Session done(kModule, data, p);
  CHECK(done.run_from(on.state).fitted.parameters == on.parameters);
}

TEST_CASE("a start of which the loss is not finite is found by Ceres' methods too") {
  if (!has_ceres()) return;
  for (const Solver solver : {Solver::LBfgs, Solver::LevenbergMarquardt}) {
    Plan p = plan();
    p.solver = solver;
    Dataset data = line_data(20);
    data.columns[0].numbers[7] = 1e300;
    Session session(kModule, data, p);
    const Fitted f = session.run().fitted;
    CHECK(f.end == FitEnd::NotFinite);
    REQUIRE(f.not_finite);
    CHECK(f.not_finite->sample == 7);
    CHECK(f.not_finite->epoch == 1);
  }
}

TEST_CASE("a loss below zero has no root for lm") {
  if (!has_ceres()) return;
  Plan p = plan("negative");
  p.solver = Solver::LevenbergMarquardt;
  Session session(kModule, line_data(20), p);
  CHECK_THROWS_AS(session.run(), ModelError);
}

TEST_CASE("what steps alone can do, Ceres refuses") {
  Plan p = plan();
  p.solver = Solver::LBfgs;
  p.fit.noise = {{"x", 0.1}};
  Session session(kModule, line_data(20), p);
  CHECK_THROWS_AS(session.run(), ModelError);
}

namespace {

// (w0 - x)^2 - 1, which is not negative far away, and (w0 - x)^2 with what rounding may leave.
template <int kTimes>
double dip(const gradsmith_arguments_v1* a, double* g) {
  const auto* x = static_cast<const double*>(a->data[0]);
  g[0] = g[1] = 0;
  double sum = 0;
  for (long long i = 0; i < a->samples; ++i) {
    const double r = a->parameters[0] - x[i * a->strides[0]];
    g[0] += 2 * r;
    sum += r * r - (kTimes == 0 ? 1e-16 : 1);
  }
  return sum;
}

const gradsmith_function_v1 kDips[] = {
    {"line::dip", 0, 4, kParameters, length, no_work, nullptr, dip<1>},
    {"line::rounded", 0, 4, kParameters, length, no_work, nullptr, dip<0>}};
const gradsmith_module_v1 kDipModule = {1, "dip.cpp", 2, kDips};

Fitted by_lm(const std::string& loss) {
  Plan p = plan(loss);
  p.solver = Solver::LevenbergMarquardt;
  p.start["w"] = {10, 0};
  Session session(kDipModule, parse_dataset("x,y\n0,0\n0,0\n", "d.csv"), p);
  return session.run().fitted;
}

}  // namespace

TEST_CASE("a step to where the loss is below zero ends lm, and is named") {
  if (!has_ceres()) return;
  const Fitted f = by_lm("dip");
  REQUIRE(f.end == FitEnd::BelowZero);
  REQUIRE(f.not_finite);
  CHECK(f.not_finite->loss < 0);
  CHECK(f.not_finite->epoch >= 1);
}

TEST_CASE("what rounding leaves below zero is zero for lm") {
  if (!has_ceres()) return;
  const Fitted f = by_lm("rounded");
  CHECK(f.end == FitEnd::Epochs);
  CHECK(std::fabs(f.parameters[0]) < 1e-6);
}

TEST_CASE("a validation loss that is not finite ends Ceres' methods too") {
  if (!has_ceres()) return;
  for (const Solver solver : {Solver::LBfgs, Solver::LevenbergMarquardt}) {
    Plan p = plan();
    p.solver = solver;
    p.validation = parse_share("every:4");
    Dataset data = line_data(20);
    data.columns[0].numbers[4] = 1e300;
    Session session(kModule, data, p);
    const Fitted f = session.run().fitted;
    REQUIRE(f.end == FitEnd::NotFinite);
    CHECK(f.not_finite->of_validation);
    CHECK(session.validation()->places[f.not_finite->sample] == 4);
  }
}
