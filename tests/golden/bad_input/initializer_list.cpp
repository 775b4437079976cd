#include <initializer_list>

double f(double x, double y) {
  std::initializer_list<double> both = {x, y};
  return *both.begin();
}
