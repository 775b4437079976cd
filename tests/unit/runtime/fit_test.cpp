#include "runtime/fit.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <limits>

#include "runtime/checkpoint.hpp"
#include "runtime/data_error.hpp"
#include "runtime/gradient_check.hpp"
#include "runtime/session.hpp"

using namespace gradsmith::runtime;

namespace {

// loss(w[2]; x, y) = (w0 x + w1 - y)^2, sample by sample, written by hand as a module.
double square(const gradsmith_arguments_v1* a, double* g) {
  const auto* x = static_cast<const double*>(a->data[0]);
  const auto* y = static_cast<const double*>(a->data[1]);
  g[0] = g[1] = 0;
  double sum = 0;
  for (long long i = 0; i < a->samples; ++i) {
    const double xi = x[i * a->strides[0]];
    const double r = a->parameters[0] * xi + a->parameters[1] - y[i * a->strides[1]];
    g[0] += 2 * r * xi;
    g[1] += 2 * r;
    sum += r * r;
  }
  return sum;
}

double wrong(const gradsmith_arguments_v1* a, double* g) {
  const double loss = square(a, g);
  g[1] *= 1.001;
  return loss;
}

double negative(const gradsmith_arguments_v1* a, double* g) {
  const double loss = square(a, g);
  g[0] = -g[0];
  g[1] = -g[1];
  return -loss;
}

// The root of the square, which has no derivative where that is zero.
double root(const gradsmith_arguments_v1* a, double* g) {
  const double r = std::sqrt(square(a, g));
  g[0] /= 2 * r;
  g[1] /= 2 * r;
  return r;
}

constexpr long long kTwo[] = {2};
constexpr gradsmith_parameter_v1 kParameters[] = {
    {"w", 0, 0, 1, kTwo}, {"x", 1, 0, 0, nullptr}, {"y", 1, 0, 0, nullptr}, {"", 4, 0, 0, nullptr}};
long long length(int parameter, const long long*) { return parameter == 0 ? 2 : 1; }
long long no_work(const long long*) { return 0; }
const gradsmith_function_v1 kFunctions[] = {
    {"line::loss", 0, 4, kParameters, length, no_work, nullptr, square},
    {"line::wrong", 0, 4, kParameters, length, no_work, nullptr, wrong},
    {"line::negative", 0, 4, kParameters, length, no_work, nullptr, negative},
    {"line::root", 0, 4, kParameters, length, no_work, nullptr, root}};
const gradsmith_module_v1 kModule = {1, "line.cpp", 4, kFunctions};

Dataset line_data(std::size_t rows) {
  std::string text = "x,y\n";
  Random random(4);
  for (std::size_t k = 0; k < rows; ++k) {
    const double x = random.uniform(-1, 1);
    text +=
        std::to_string(x) + "," + std::to_string(3 * x - 2 + 0.1 * random.standard_normal()) + "\n";
  }
  return parse_dataset(text, "line.csv");
}

Plan plan(const std::string& loss = "loss") {
  Plan p;
  p.loss = loss;
  p.fit.epochs = 30;
  p.fit.batch = 8;
  p.fit.shuffle = true;
  p.fit.rate = 0.05;
  return p;
}

}  // namespace

TEST_CASE("a line is found") {
  Session session(kModule, line_data(200), plan());
  const std::vector<double> w = session.run().fitted.parameters;
  CHECK(w[0] == Approx(3).margin(0.05));
  CHECK(w[1] == Approx(-2).margin(0.05));
}

TEST_CASE("the number of threads changes no bit") {
  Plan one = plan();
  one.fit.batch = 0;
  one.fit.rate = 0.5;
  Plan three = one;
  three.threads = 3;
  const Dataset data = line_data(1000);
  Session a(kModule, data, one);
  Session b(kModule, data, three);
  CHECK(a.run().fitted.parameters == b.run().fitted.parameters);
}

TEST_CASE("training that is continued from a checkpoint is the same to the last bit") {
  for (const auto kind : {OptimizerOptions::Kind::Sgd, OptimizerOptions::Kind::Adam}) {
    Plan whole = plan();
    whole.fit.optimizer.kind = kind;
    whole.fit.optimizer.momentum = 0.9;
    whole.fit.noise = {{"x", 0.1}};
    whole.fit.schedule = *parse_schedule("plateau:3:0.5");
    Plan half = whole;
    half.fit.epochs = 13;
    const Dataset data = line_data(100);
    Session all(kModule, data, whole);
    Session first(kModule, data, half);
    const FitState state = first.run().fitted.state;
    const std::filesystem::path file =
        std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / "line.checkpoint";
    write_checkpoint(file, state, "line");
    Session rest(kModule, data, whole);
    const Outcome continued = rest.run_from(read_checkpoint(file, "line", 2));
    const Outcome uninterrupted = all.run();
    CHECK(continued.fitted.parameters == uninterrupted.fitted.parameters);
    CHECK(continued.fitted.state.rate.drops == uninterrupted.fitted.state.rate.drops);
    CHECK_THROWS_AS(read_checkpoint(file, "another", 2), DataError);
  }
}

TEST_CASE("training that was interrupted goes on from the beginning of that epoch") {
  const Dataset data = line_data(100);
  Session session(kModule, data, plan());
  int steps = 0;
  FitHooks hooks;
  hooks.interrupted = [&] { return ++steps > 150; };  // in the twelfth epoch of 13 steps each
  const Outcome outcome = session.run(hooks);
  CHECK(outcome.fitted.end == FitEnd::Interrupted);
  CHECK(outcome.fitted.state.epoch == 11);
  Session rest(kModule, data, plan());
  Session all(kModule, data, plan());
  CHECK(rest.run_from(outcome.fitted.state).fitted.parameters == all.run().fitted.parameters);
}

TEST_CASE("a wrong gradient fails the check, by the parameter's name") {
  std::string name;
  Session right(kModule, line_data(20), plan());
  CHECK(right.check(name).passed);
  Session planted(kModule, line_data(20), plan("wrong"));
  const GradientCheck check = planted.check(name);
  CHECK(!check.passed);
  CHECK(name == "w[1]");
  CHECK(check.given != check.difference);
}

TEST_CASE("a loss that is not finite stops training and names its sample") {
  Dataset data = line_data(20);
  data.columns[1].numbers[13] = 1e200;  // its square overflows
  Plan p = plan();
  p.fit.shuffle = false;
  Session session(kModule, data, p);
  const Outcome outcome = session.run();
  REQUIRE(outcome.fitted.end == FitEnd::NotFinite);
  CHECK(outcome.fitted.not_finite->sample == 13);
  CHECK(outcome.fitted.not_finite->epoch == 1);
}

TEST_CASE("patience stops training and restores what was best on the validation samples") {
  Plan p = plan();
  p.validation = parse_share("every:4");
  p.fit.epochs = 1000;
  p.fit.patience = 5;
  Session session(kModule, line_data(40), p);
  const Outcome outcome = session.run();
  REQUIRE(outcome.fitted.end == FitEnd::Patience);
  double least = std::numeric_limits<double>::infinity();
  for (const EpochReport& e : outcome.fitted.epochs) least = std::min(least, e.validation);
  CHECK(session.mean_loss(outcome.fitted.parameters, session.validation()->samples) == least);
}

TEST_CASE("patience without validation samples restores what was best on the training samples") {
  Plan p = plan();
  p.fit.rate = 1.2;  // jumps about
  p.fit.batch = 3;
  p.fit.shuffle = true;
  p.fit.epochs = 40;
  p.fit.patience = 6;
  p.fit.keep_parameters = true;
  Session session(kModule, line_data(40), p);
  const Outcome outcome = session.run();
  double least = std::numeric_limits<double>::infinity();
  std::vector<double> best;
  for (const std::vector<double>& parameters : outcome.fitted.parameter_history) {
    const double loss = session.mean_loss(parameters, session.training().samples);
    if (loss < least) best = parameters;
    least = std::min(least, loss);
  }
  CHECK(outcome.fitted.parameters == best);
  CHECK(outcome.fitted.parameters != outcome.fitted.state.parameters);
}

TEST_CASE("runs that are interrupted in any of them go on as if they had not been") {
  Plan p = plan();
  p.fit.epochs = 5;
  p.fit.patience = 2;
  p.restarts = 4;
  const Dataset data = line_data(20);
  Session all(kModule, data, p);
  const Outcome uninterrupted = all.run();
  REQUIRE(uninterrupted.final_losses.size() == 5);
  const std::filesystem::path file =
      std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / "runs.checkpoint";
  for (const int stop : {3, 20, 31, 44}) {
    Session first(kModule, data, p);
    int steps = 0;
    FitHooks hooks;
    hooks.interrupted = [&] { return ++steps > stop; };
    write_checkpoint(file, first.run(hooks).fitted.state, "runs");
    Session rest(kModule, data, p);
    const Outcome continued = rest.run_from(read_checkpoint(file, "runs", 2));
    CHECK(continued.final_losses == uninterrupted.final_losses);
    CHECK(continued.kept == uninterrupted.kept);
    CHECK(continued.fitted.parameters == uninterrupted.fitted.parameters);
  }
}

TEST_CASE("a state that ran out of patience has nothing to go on with") {
  Plan p = plan();
  p.fit.epochs = 1000;
  p.fit.patience = 3;
  const Dataset data = line_data(20);
  Session session(kModule, data, p);
  const Outcome outcome = session.run();
  REQUIRE(outcome.fitted.end == FitEnd::Patience);
  Session again(kModule, data, p);
  const Outcome none = again.run_from(outcome.fitted.state);
  CHECK(none.fitted.end == FitEnd::Patience);
  CHECK(none.fitted.epochs.empty());
  CHECK(none.fitted.parameters == outcome.fitted.parameters);
  CHECK(none.final_losses == outcome.final_losses);
}

TEST_CASE("data are standardised by the training rows alone") {
  Plan p = plan();
  p.test = parse_share("every:2");
  p.standardise = {"x"};
  const Dataset data = parse_dataset("x,y\n100,0\n1,0\n200,0\n3,0\n", "d.csv");
  Session session(kModule, data, p);
  CHECK(session.standards()[0].mean == std::vector<double>{2});
  CHECK(session.standards()[0].deviation == std::vector<double>{1});
  CHECK(session.training().samples.features[0].numbers == AlignedNumbers{-1, 1});
  CHECK(session.test()->samples.features[0].numbers == AlignedNumbers{98, 198});
}

TEST_CASE("numbers that are all the same stay apart from others when they are standardised") {
  Plan p = plan();
  p.test = parse_share("every:4");
  p.standardise = {"x"};
  // The sum of three tenths, by three, is not a tenth.
  Session session(kModule, parse_dataset("x,y\n0.3,0\n0.1,0\n0.1,0\n0.1,0\n", "d.csv"), p);
  CHECK(session.standards()[0].deviation == std::vector<double>{1});
  CHECK(session.training().samples.features[0].numbers == AlignedNumbers{0, 0, 0});
  CHECK(session.test()->samples.features[0].numbers[0] == Approx(0.2));
}

TEST_CASE("numbers whose squares are too large cannot be standardised") {
  Plan p = plan();
  p.standardise = {"x"};
  const Dataset data = parse_dataset("x,y\n1e200,0\n-1e200,0\n", "d.csv");
  CHECK_THROWS_AS(Session(kModule, data, p), DataError);
}

TEST_CASE("a broken checkpoint is no checkpoint") {
  FitState state;
  state.parameters = {1, 0.1};
  const std::string text = checkpoint_text(state, "line");
  const std::filesystem::path file =
      std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / "broken.checkpoint";
  for (const std::size_t length : {std::size_t{0}, text.size() / 2, text.size() - 3}) {
    std::ofstream(file) << text.substr(0, length);
    CHECK_THROWS_AS(read_checkpoint(file, "line", 2), DataError);
  }
}

TEST_CASE("a checkpoint of another number of parameters is not gone on from") {
  FitState state;
  state.parameters = {1, 0.1};
  const std::filesystem::path file =
      std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / "two.checkpoint";
  write_checkpoint(file, state, "line");
  CHECK(read_checkpoint(file, "line", 2).parameters == state.parameters);
  CHECK_THROWS_AS(read_checkpoint(file, "line", 3), DataError);
  state.best = {1};
  write_checkpoint(file, state, "line");
  CHECK_THROWS_AS(read_checkpoint(file, "line", 2), DataError);
}

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

TEST_CASE("a gradient that is not finite where the loss is stops at its sample and parameter") {
  // From (0, 0) a sample at x = 0, y = 0.5 leads to (0, 0.5) in one step, where it has no gradient.
  const Dataset data = parse_dataset("x,y\n0,0.5\n0,0.5\n", "line.csv");
  for (const bool shuffle : {false, true}) {
    Plan p = plan("root");
    p.initialisers = {*parse_initialiser("*=zero")};
    p.fit.batch = 1;
    p.fit.shuffle = shuffle;
    p.fit.rate = 0.5;
    for (const int epochs : {1, 5}) {  // at the very end too, where no further loss would be NaN
      p.fit.epochs = epochs;
      int told = 0;
      FitHooks hooks;
      hooks.after_epoch = [&](const EpochReport&, const FitState&) { ++told; };
      Session session(kModule, data, p);
      const Fitted f = session.run(hooks).fitted;
      REQUIRE(f.end == FitEnd::NotFinite);
      REQUIRE(f.not_finite->partial);
      CHECK(std::isnan(f.not_finite->partial->value));
      CHECK(f.not_finite->partial->parameter == 0);
      CHECK(f.not_finite->loss == 0);
      CHECK(f.not_finite->epoch == 1);
      if (!shuffle) CHECK(f.not_finite->sample == 1);
      CHECK(f.not_finite->parameters == std::vector<double>{0, 0.5});
      CHECK(told == 0);
    }
  }
}

TEST_CASE("a step that is too long for any number stops before its parameters are kept") {
  Plan p = plan();
  p.fit.rate = 1e308;
  Session session(kModule, line_data(20), p);
  const Fitted f = session.run().fitted;
  REQUIRE(f.end == FitEnd::NotFinite);
  REQUIRE(f.not_finite->partial);
  CHECK(std::isfinite(f.not_finite->partial->value));
  for (const double w : f.parameters) CHECK(std::isfinite(w));
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
