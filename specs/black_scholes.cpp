// The price of a European call by Black and Scholes: spot S, strike K, rate r, volatility v, time
// t.

#include <cmath>

namespace black_scholes {

static double normal_cdf(double x) { return 0.5 * (1 + std::erf(x / std::sqrt(2.0))); }

double call_price(double S, double K, double r, double v, double t) {
  const double sv = v * std::sqrt(t);
  const double d1 = (std::log(S / K) + (r + v * v / 2) * t) / sv;
  const double d2 = d1 - sv;
  return S * normal_cdf(d1) - K * std::exp(-r * t) * normal_cdf(d2);
}

}  // namespace black_scholes
