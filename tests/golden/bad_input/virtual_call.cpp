struct Shape {
  virtual ~Shape() = default;
  virtual double area(double x) const { return x; }
};
struct Square : Shape {
  double area(double x) const override { return x * x; }
};

double f(double x) {
  Square square;
  const Shape& shape = square;
  return shape.area(x);
}
