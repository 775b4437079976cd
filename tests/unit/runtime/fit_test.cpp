#include "runtime/fit.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <limits>

#include "runtime/checkpoint.hpp"
#include "runtime/data_error.hpp"
#include "runtime/gradient_check.hpp"
#include "runtime/session.hpp"
#include "unit/runtime/line_module.hpp"

using namespace line;

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

TEST_CASE("of several runs the one is kept whose restored parameters are the best ones") {
  Plan p = plan();
  p.fit.epochs = 12;
  p.fit.rate = 0.6;  // jumps about
  p.fit.patience = 100;
  p.restarts = 7;
  bool differs = false;
  for (const bool validation : {true, false}) {
    if (validation) p.validation = parse_share("every:4");
    if (!validation) p.validation.reset();
    for (p.fit.seed = 1; p.fit.seed < 8; ++p.fit.seed) {
      Session session(kModule, line_data(24), p);
      const SampleSet& monitored =
          validation ? session.validation()->samples : session.training().samples;
      std::vector<double> least(8, std::numeric_limits<double>::infinity());
      FitHooks hooks;
      hooks.after_epoch = [&](const EpochReport&, const FitState& s) {
        double& l = least[s.earlier.losses.size()];
        l = std::min(l, session.mean_loss(s.parameters, monitored));
      };
      const Outcome outcome = session.run(hooks);
      const auto best = std::min_element(least.begin(), least.end());
      CHECK(outcome.kept == static_cast<std::size_t>(best - least.begin()));
      CHECK(outcome.kept_loss == *best);
      CHECK(session.mean_loss(outcome.fitted.parameters, monitored) == *best);
      const auto& last = outcome.final_losses;
      differs = differs ||
                std::min_element(last.begin(), last.end()) - last.begin() != best - least.begin();
    }
  }
  CHECK(differs);
}

TEST_CASE("without patience the run is kept whose last parameters are the best for validation") {
  Plan p = plan();
  p.fit.epochs = 4;
  p.restarts = 7;
  p.validation = parse_share("every:4");
  Session session(kModule, line_data(24), p);
  std::vector<double> last(8);
  FitHooks hooks;
  hooks.after_epoch = [&](const EpochReport& report, const FitState& s) {
    last[s.earlier.losses.size()] = report.validation;
  };
  const Outcome outcome = session.run(hooks);
  CHECK(outcome.kept_loss == *std::min_element(last.begin(), last.end()));
  CHECK(session.mean_loss(outcome.fitted.parameters, session.validation()->samples) ==
        outcome.kept_loss);
}

TEST_CASE("a validation loss that is not finite stops training at its sample") {
  Dataset data = line_data(20);
  data.columns[1].numbers[8] = 1e200;  // its square overflows
  Plan p = plan();
  p.validation = parse_share("every:4");
  Session session(kModule, data, p);
  int told = 0;
  FitHooks hooks;
  hooks.after_epoch = [&](const EpochReport&, const FitState&) { ++told; };
  const Fitted f = session.run(hooks).fitted;
  REQUIRE(f.end == FitEnd::NotFinite);
  CHECK(f.not_finite->of_validation);
  CHECK(f.not_finite->after_epoch);
  CHECK(f.not_finite->epoch == 1);
  CHECK(session.validation()->places[f.not_finite->sample] == 8);
  CHECK(told == 0);
}

TEST_CASE("a loss that is not finite after the last step stops training as one before it") {
  Plan p = plan();
  p.fit.batch = 0;
  p.fit.epochs = 1;
  p.fit.rate = 1e200;  // to parameters whose squares overflow
  for (const int patience : {0, 3}) {
    p.fit.patience = patience;
    Session session(kModule, line_data(20), p);
    const Fitted f = session.run().fitted;
    REQUIRE(f.end == FitEnd::NotFinite);
    CHECK(f.not_finite->after_epoch);
    CHECK_FALSE(f.not_finite->of_validation);
    CHECK(std::isinf(f.not_finite->loss));
  }
}

TEST_CASE("a state at its end whose loss is not finite is no result") {
  Plan p = plan();
  FitState state = fit_start(p.fit, {1e200, 0});
  state.epoch = p.fit.epochs;
  Session session(kModule, line_data(20), p);
  CHECK(session.run_from(state).fitted.end == FitEnd::NotFinite);
}

TEST_CASE("a checkpoint keeps what the loss is over its samples, and is of one version") {
  FitState state;
  state.parameters = {1, 0.1};
  const std::filesystem::path file =
      std::filesystem::path(GRADSMITH_TEST_SCRATCH_DIR) / "over.checkpoint";
  for (const OverSamples over : {OverSamples::Sum, OverSamples::Mean, OverSamples::Whole}) {
    state.over = over;
    write_checkpoint(file, state, "line");
    CHECK(read_checkpoint(file, "line", 2).over == over);
    // A session goes on with that, whatever it would find out by itself.
    Session session(kModule, line_data(20), plan());
    REQUIRE(session.over() == OverSamples::Sum);
    session.run_from(read_checkpoint(file, "line", 2));
    CHECK(session.over() == over);
  }
  std::string text = checkpoint_text(state, "line");
  text.replace(text.find(" 3\n"), 3, " 2\n");
  std::ofstream(file) << text;
  CHECK_THROWS_WITH(read_checkpoint(file, "line", 2),
                    Catch::Contains("this is a checkpoint of version 2, and only those of version "
                                    "3 can be gone on from"));
}
