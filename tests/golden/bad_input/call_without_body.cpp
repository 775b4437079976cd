double measured(double x);

double f(double x) { return 2 * measured(x); }
