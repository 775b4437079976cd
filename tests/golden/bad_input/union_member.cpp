union Bits {
  double number;
  unsigned long long bits;
};

double f(double x) {
  Bits b;
  b.number = x;
  b.bits += 1;
  return b.number;
}
