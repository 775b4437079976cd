double f(const double* p) { return p[0] * p[1]; }
