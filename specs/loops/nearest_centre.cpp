// The sum of the squared distances of n points to the nearest of k centres, in d dimensions: what
// k-means makes small.

#include <gradsmith/spec.hpp>

namespace nearest_centre {

using gradsmith::data;

double cost(const double* centres, int k, const data<double>* points, int n, int d) {
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    double nearest = 1e300;
    for (int c = 0; c < k; ++c) {
      double distance = 0;
      for (int j = 0; j < d; ++j) {
        const double along = points[i * d + j] - centres[c * d + j];
        distance += along * along;
      }
      if (distance < nearest) nearest = distance;
    }
    sum += nearest;
  }
  return sum;
}

}  // namespace nearest_centre
