double f(const double* const* rows) { return rows[0][0] * rows[1][0]; }
