// Trains the linear regression of specs/learning/regression.cpp, whose weights come at run time,
// with derivatives that are linked when the program is built.

#include <cmath>
#include <cstdio>
#include <iostream>

#include "runtime/typed.hpp"
#include "specs/learning/regression.grad.hpp"

namespace {

using namespace gradsmith::runtime;

constexpr int kFeatures = 10;

Plan plan() {
  Plan plan;
  plan.loss = "least_squares";
  plan.sizes = {{"d", kFeatures}};
  plan.binding.bindings = {{"x", "age:s6"}, {"y", "progression"}};
  plan.standardise = {"x"};
  plan.fit.epochs = 3000;
  plan.fit.batch = 0;
  plan.fit.rate = 0.1;
  plan.fit.optimizer.momentum = 0.9;
  return plan;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string file = argc > 1 ? argv[1] : GRADSMITH_DIABETES_CSV;
  try {
    Session session(gradsmith_modules::regression(), read_dataset(file), plan());
    const std::vector<double> trained = session.run().fitted.parameters;
    const auto w = numbers_of(session.loss(), trained, "w");
    const double b = numbers_of(session.loss(), trained, "b")[0];

    // The emitted prediction, called as the function that it is.
    const SampleSet& samples = session.training().samples;
    double squares = 0;
    for (std::size_t i = 0; i < samples.count; ++i) {
      const double* x = &samples.features[0].numbers[i * kFeatures];
      const double r =
          regression::predict_value(w.data(), b, x, kFeatures) - samples.features[1].numbers[i];
      squares += r * r;
    }
    const double mean = squares / static_cast<double>(samples.count);
    std::printf("training mean square error %.6g\n", mean);
    // The least there is, by the closed form.
    return std::fabs(mean - 2859.69) < 0.1 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 2;
  }
}
