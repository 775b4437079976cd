struct Point {
  double x;
  double y;
};

double f(const Point& p) { return p.x * p.y; }
