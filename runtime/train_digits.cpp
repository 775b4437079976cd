// Trains the 64-32-10 network of specs/learning/digits.cpp with derivatives that are linked when
// the program is built: the same trainer as `gradsmith train`, without a compiler at run time.

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "runtime/data_error.hpp"
#include "runtime/progress.hpp"
#include "runtime/typed.hpp"
#include "specs/learning/digits.grad.hpp"

namespace {

using namespace gradsmith::runtime;

Plan plan() {
  Plan plan;
  plan.loss = "loss";
  plan.binding.bindings = {{"x", "pixel_0_0:pixel_7_7"}, {"label", "digit"}};
  plan.binding.classes = {{"label", 10}};
  plan.standardise = {"x"};
  plan.test = Share{.every = 3};
  plan.fit.epochs = 30;
  plan.fit.batch = 32;
  plan.fit.shuffle = true;
  plan.fit.rate = 0.1;
  return plan;
}

// The emitted prediction, called as the function that it is.
int predict(const digits::loss_partials& w, const double (&pixels)[64]) {
  double score[10];
  digits::scores_value(w.W1, w.b1, w.W2, w.b2, pixels, score);
  return static_cast<int>(std::max_element(score, score + 10) - score);
}

double accuracy(const digits::loss_partials& w, const SampleSet& samples) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < samples.count; ++i) {
    double pixels[64];
    std::copy_n(&samples.features[0].numbers[i * 64], 64, pixels);
    right += predict(w, pixels) == samples.features[1].integers[i] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(samples.count);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string file = argc > 1 ? argv[1] : GRADSMITH_DIGITS_CSV;
  try {
    Session session(gradsmith_modules::digits(), read_dataset(file), plan());
    std::string name;
    if (!session.check(name).passed) {
      std::cerr << "the gradient by " << name << " disagrees with central differences\n";
      return 1;
    }
    Progress progress(stdout, session.plan().fit.epochs);
    FitHooks hooks;
    hooks.after_epoch = [&](const EpochReport& report, const FitState&) { progress.epoch(report); };
    const auto weights = train<digits::loss_partials>(session, hooks);
    const double on_test = accuracy(weights, session.test()->samples);
    std::printf("\ntest accuracy %.2f %% of %zu pictures\n", 100 * on_test,
                session.test()->samples.count);
    return on_test >= 0.96 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 2;
  }
}
