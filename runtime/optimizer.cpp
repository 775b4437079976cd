#include "runtime/optimizer.hpp"

#include <cmath>

// Loops over all parameters are compiled for wider vector units too, and the one that the machine
// has is taken; each parameter is computed alike, so the numbers are the same. What takes it runs
// before sanitizers are ready.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define GRADSMITH_WIDE __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define GRADSMITH_WIDE
#endif

namespace gradsmith::runtime {

namespace {

GRADSMITH_WIDE void descend(double* __restrict w, const double* __restrict g, std::size_t n,
                            double rate) {
  for (std::size_t k = 0; k < n; ++k) w[k] -= rate * g[k];
}

// A few numbers that were just written one by one: reading them as vectors would wait until they
// are in the cache.
#if defined(__GNUC__) && !defined(__clang__)
__attribute__((optimize("no-tree-vectorize")))
#endif
void descend_one_by_one(double* __restrict w, const double* __restrict g, std::size_t n,
                        double rate) {
  for (std::size_t k = 0; k < n; ++k) w[k] -= rate * g[k];
}

GRADSMITH_WIDE void descend_with_momentum(double* __restrict w, const double* __restrict g,
                                          double* __restrict v, std::size_t n, double rate,
                                          double scale, double momentum, double ahead) {
  for (std::size_t k = 0; k < n; ++k) {
    const double d = scale * g[k];
    v[k] = momentum * v[k] + d;
    w[k] -= rate * (ahead * d + (1 + ahead * (momentum - 1)) * v[k]);
  }
}

GRADSMITH_WIDE void adam(double* __restrict w, const double* __restrict g, double* __restrict m,
                         double* __restrict v, std::size_t n, double scale,
                         const OptimizerOptions& o, double rate1, double inverse2) {
  const double beta1 = o.beta1;
  const double beta2 = o.beta2;
  const double epsilon = o.epsilon;
  for (std::size_t k = 0; k < n; ++k) {
    const double d = scale * g[k];
    m[k] = beta1 * m[k] + (1 - beta1) * d;
    v[k] = beta2 * v[k] + (1 - beta2) * d * d;
    w[k] -= rate1 * m[k] / (std::sqrt(v[k] * inverse2) + epsilon);
  }
}

}  // namespace

std::optional<OptimizerOptions::Kind> parse_optimizer(const std::string& name) {
  if (name == "sgd") return OptimizerOptions::Kind::Sgd;
  if (name == "adam") return OptimizerOptions::Kind::Adam;
  if (name == "adamw") return OptimizerOptions::Kind::AdamW;
  return {};
}

Optimizer::Optimizer(const OptimizerOptions& options, std::size_t parameters) : options_(options) {
  const bool adam_like = options.kind != OptimizerOptions::Kind::Sgd;
  if (adam_like || options.momentum != 0) state.first.assign(parameters, 0);
  if (adam_like) state.second.assign(parameters, 0);
}

void Optimizer::step(std::span<double> w, std::span<double> g, double rate, double scale) {
  const std::size_t n = w.size();
  if (options_.clip > 0) {
    double squares = 0;
    for (const double d : g) squares += d * d;
    const double norm = std::sqrt(squares) * scale;
    if (norm > options_.clip) scale *= options_.clip / norm;
  }
  if (!options_.decay.empty() && options_.kind != OptimizerOptions::Kind::AdamW) {
    for (std::size_t k = 0; k < n; ++k) g[k] = scale * g[k] + options_.decay[k] * w[k];
    scale = 1;
  }
  if (options_.kind == OptimizerOptions::Kind::Sgd) {
    if (options_.momentum == 0) {
      constexpr std::size_t kFew = 32;
      (n <= kFew ? descend_one_by_one : descend)(w.data(), g.data(), n, rate * scale);
    } else {
      // Nesterov's step goes along d + momentum v, the plain one along v.
      descend_with_momentum(w.data(), g.data(), state.first.data(), n, rate, scale,
                            options_.momentum, options_.nesterov ? 1 : 0);
    }
    return;
  }
  if (options_.kind == OptimizerOptions::Kind::AdamW && !options_.decay.empty()) {
    for (std::size_t k = 0; k < n; ++k) w[k] -= rate * options_.decay[k] * w[k];
  }
  state.power1 *= options_.beta1;
  state.power2 *= options_.beta2;
  const double rate1 = rate / (1 - state.power1);
  const double inverse2 = 1 / (1 - state.power2);
  adam(w.data(), g.data(), state.first.data(), state.second.data(), n, scale, options_, rate1,
       inverse2);
}

}  // namespace gradsmith::runtime
