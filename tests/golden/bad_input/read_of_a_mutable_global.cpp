double gain = 2;

double f(double x) { return gain * x; }
