// log(exp(x[0]) + ... + exp(x[n - 1])), with the maximum taken out so that nothing overflows.

#include <cmath>

namespace log_sum_exp {

double value(const double* x, int n) {
  double top = x[0];
  for (int i = 1; i < n; ++i) top = x[i] > top ? x[i] : top;
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += std::exp(x[i] - top);
  return top + std::log(sum);
}

}  // namespace log_sum_exp
