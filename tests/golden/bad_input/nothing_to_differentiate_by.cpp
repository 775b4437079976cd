double f(int n) { return n * 2.0; }
