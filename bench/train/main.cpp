// Samples per second of training: the harness, hand-written loops, and the emitted gradient called
// by a plain loop, all in one process, the best of several repetitions in turns. The parameters
// that they end with must agree.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "bench/train/hand.hpp"
#include "runtime/dataset.hpp"
#include "runtime/session.hpp"
#include "specs/learning/digits.grad.hpp"
#ifdef GRADSMITH_BENCH_VECTOR_MATH
#include "specs/loops/network_over_samples.grad.hpp"
#else
#include "specs/five_points.grad.hpp"
#endif

namespace {

using namespace gradsmith::runtime;
using Clock = std::chrono::steady_clock;

#ifdef GRADSMITH_BENCH_VECTOR_MATH
constexpr const char* kKind = ", vector math";
constexpr bool kVectorMath = true;
#else
constexpr const char* kKind = "";
constexpr bool kVectorMath = false;
#endif
constexpr int kRepetitions = 7;
constexpr double kRate = 0.001;

struct Case {
  std::string name;
  const gradsmith_module_v1& module;
  std::string predict;
  const Dataset& data;
  std::vector<Binding> bindings;
  std::size_t batch;  // 0: all
  int epochs;
};

// The sum of the losses of a range of samples and, in `g`, its gradient.
using Gradient =
    std::function<double(const double* w, std::size_t first, std::size_t count, double* g)>;

double seconds(const std::function<void()>& work) {
  const Clock::time_point begin = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Gradient descent by a plain loop, the gradient inlined.
template <class AddSample>
std::vector<double> plain_loop(std::vector<double> w, std::size_t samples, std::size_t batch,
                               int epochs, const AddSample& add) {
  std::vector<double> gradient(w.size());
  double* const g = gradient.data();
  const std::size_t n = w.size();
  double loss = 0;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    for (std::size_t first = 0; first < samples; first += batch) {
      const std::size_t count = std::min(batch, samples - first);
      for (std::size_t k = 0; k < n; ++k) g[k] = 0;
      for (std::size_t i = first; i < first + count; ++i) loss += add(w.data(), i, g);
      const double rate = kRate / static_cast<double>(count);
      for (std::size_t k = 0; k < n; ++k) w[k] -= rate * g[k];
    }
  }
  if (!std::isfinite(loss)) std::printf("the loss is not finite\n");
  return w;
}

double difference(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t k = 0; k < a.size(); ++k) most = std::max(most, std::fabs(a[k] - b[k]));
  return most;
}

// False where the results disagree.
template <class AddSample>
bool contest(const Case& c, const AddSample& add, const Gradient& emitted) {
  Plan plan;
  plan.loss = "loss";
  plan.binding.bindings = c.bindings;
  plan.fit.batch = c.batch;
  plan.fit.epochs = c.epochs;
  plan.fit.rate = kRate;
  Session session(c.module, c.data, plan);
  const std::size_t samples = session.training().samples.count;
  const std::size_t batch = c.batch == 0 ? samples : c.batch;
  std::vector<double> by_harness;
  std::vector<double> by_hand;
  std::vector<double> direct;
  double harness = 1e9;
  double hand = 1e9;
  double called = 1e9;
  for (int k = 0; k < kRepetitions; ++k) {
    hand = std::min(hand, seconds([&] {
                      by_hand = plain_loop(session.start(), samples, batch, c.epochs, add);
                    }));
    harness = std::min(harness, seconds([&] { by_harness = session.run().fitted.parameters; }));
    called = std::min(called, seconds([&] {
                        direct = session.start();
                        double loss = 0;
                        std::vector<double> g(direct.size());
                        for (int epoch = 0; epoch < c.epochs; ++epoch) {
                          for (std::size_t first = 0; first < samples; first += batch) {
                            const std::size_t count = std::min(batch, samples - first);
                            loss += emitted(direct.data(), first, count, g.data());
                            const double rate = kRate / static_cast<double>(count);
                            for (std::size_t j = 0; j < g.size(); ++j) direct[j] -= rate * g[j];
                          }
                        }
                        if (!std::isfinite(loss)) std::printf("the loss is not finite\n");
                      }));
  }
  const double all = static_cast<double>(samples) * c.epochs;
  const double steps =
      std::ceil(static_cast<double>(samples) / static_cast<double>(batch)) * c.epochs;
  std::printf("| %-31s | %9.3g | %9.3g | %9.3g | %5.2f | %7.1f |\n", c.name.c_str(), all / harness,
              all / hand, all / called, hand / harness, (harness - called) / steps * 1e9);
  const double off = std::max(difference(by_harness, by_hand), difference(by_harness, direct));
  if (off < 1e-9) return true;
  std::printf("%s: the parameters differ by %g\n", c.name.c_str(), off);
  return false;
}

Dataset five_points_again(const std::string& file) {
  Dataset data = read_dataset(file);
  for (Column& column : data.columns) {
    std::vector<double> more;
    for (std::size_t k = 0; k < 4096; ++k) more.push_back(column.numbers[k % data.rows]);
    column.numbers = more;
  }
  data.rows = 4096;
  data.lines.clear();
  return data;
}

bool five_points_cases(const Dataset& data, std::size_t batch) {
  const std::vector<double>& x1 = data.columns[0].numbers;
  const std::vector<double>& x2 = data.columns[1].numbers;
  const std::vector<double>& y = data.columns[2].numbers;
  const auto hand = [&](const double* w, std::size_t i, double* g) {
    return hand::five_points(w, x1[i], x2[i], y[i], g);
  };
#ifdef GRADSMITH_BENCH_VECTOR_MATH
  const gradsmith_module_v1& module = gradsmith_modules::network_over_samples();
  const Gradient emitted = [&](const double* w, std::size_t first, std::size_t count, double* g) {
    network_over_samples::loss_partials d;
    const double loss = network_over_samples::loss_gradient(
        w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], &x1[first], &x2[first], &y[first],
        static_cast<int>(count), d);
    const double all[] = {d.b1, d.w11, d.w21, d.b2, d.w12, d.w22, d.c, d.u1, d.u2};
    std::copy(std::begin(all), std::end(all), g);
    return loss;
  };
#else
  const gradsmith_module_v1& module = gradsmith_modules::five_points();
  const Gradient emitted = [&](const double* w, std::size_t first, std::size_t count, double* g) {
    for (int k = 0; k < 9; ++k) g[k] = 0;
    double loss = 0;
    for (std::size_t i = first; i < first + count; ++i) {
      five_points::loss_partials d;
      loss += five_points::loss_gradient(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8],
                                         x1[i], x2[i], y[i], d);
      const double one[] = {d.b1, d.w11, d.w21, d.b2, d.w12, d.w22, d.c, d.u1, d.u2};
      for (int k = 0; k < 9; ++k) g[k] += one[k];
    }
    return loss;
  };
#endif
  return contest({"lab 5" + std::string(kKind) + ", batch " + std::to_string(batch),
                  module,
                  "",
                  data,
                  {},
                  batch,
                  20},
                 hand, emitted);
}

bool digits_cases(const Dataset& data, std::size_t batch) {
  std::vector<double> x;
  std::vector<int> label;
  for (std::size_t i = 0; i < data.rows; ++i) {
    for (std::size_t k = 0; k < 64; ++k) x.push_back(data.columns[k].numbers[i]);
    label.push_back(static_cast<int>(data.columns[64].numbers[i]));
  }
  const auto hand = [&](const double* w, std::size_t i, double* g) {
    return hand::digits(w, &x[i * 64], label[i], g);
  };
  const Gradient emitted = [&](const double* w, std::size_t first, std::size_t count, double* g) {
    const auto& p = *reinterpret_cast<const digits::loss_partials*>(w);
    return digits::loss_gradient(
        p.W1, p.b1, p.W2, p.b2, reinterpret_cast<const double(*)[64]>(&x[first * 64]),
        &label[first], static_cast<int>(count), *reinterpret_cast<digits::loss_partials*>(g));
  };
  return contest({"digits" + std::string(kKind) + ", batch " + std::to_string(batch),
                  gradsmith_modules::digits(),
                  "",
                  data,
                  {{"x", "pixel_0_0:pixel_7_7"}, {"label", "digit"}},
                  batch,
                  50},
                 hand, emitted);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: bench_train <folder of the data>\n");
    return 2;
  }
  const std::string folder = argv[1];
  const Dataset points = five_points_again(folder + "/five_points.csv");
  const Dataset digits = read_dataset(folder + "/digits.csv");
  if (!kVectorMath) std::printf("Samples per second of gradient descent.\n\n");
  std::printf(
      "| network                         |   harness |      hand |   emitted | h/h   | ns/step |\n"
      "| ------------------------------- | --------: | --------: | --------: | ----: | ------: "
      "|\n");
  bool agree = true;
  if (!kVectorMath) agree = five_points_cases(points, 1);
  agree = five_points_cases(points, 4096) && agree;
  for (const std::size_t batch : {1, 32, 1797}) agree = digits_cases(digits, batch) && agree;
  if (!kVectorMath) return agree ? 0 : 1;
  std::printf(
      "\nh/h: the harness's speed over the hand-written loop's; ns/step: what the harness adds "
      "to a\nplain loop that calls the emitted gradient.\n");
  return agree ? 0 : 1;
}
