// The potential energy of five atoms by Lennard-Jones, in reduced units.

namespace lennard_jones {

constexpr int atoms = 5;

double energy(const double position[atoms][3]) {
  double sum = 0;
  for (int i = 0; i < atoms; ++i) {
    for (int j = 0; j < i; ++j) {
      double r2 = 0;
      for (int k = 0; k < 3; ++k) {
        const double apart = position[i][k] - position[j][k];
        r2 += apart * apart;
      }
      const double s = 1 / r2;
      const double s3 = s * s * s;
      sum += 4 * (s3 * s3 - s3);
    }
  }
  return sum;
}

}  // namespace lennard_jones
