#include "cases.hpp"
#define GRADSMITH_BENCH_SPEC "specs/loops/lstm.cpp"
#include "spec_in_numbers.inc"

// What gradsmith emitted; where it needs no workspace, there is no function for its size.
namespace lstm {
inline long long loss_gradient_work(...) { return 0; }
}  // namespace lstm
#include "hand/recurrences.hpp"
#include "make_case.hpp"
#include "specs/loops/lstm.grad.hpp"

namespace gradsmith::bench {
namespace {

struct Lstm {
  static constexpr Kind kKind = Kind::Gradient;
  int T, d, h;
  std::vector<double> x, y;

  Lstm(int T_, int d_, int h_) : T(T_), d(d_), h(h_) {
    Random random(5);
    x = uniform(random, T * d, -1, 1);
    y = uniform(random, T, -1, 1);
  }
  // Where U, b and v stand behind W.
  int U() const { return 4 * h * d; }
  int b() const { return U() + 4 * h * h; }
  int v() const { return b() + 4 * h; }
  int parameters() const { return v() + h; }
  int results() const { return 1; }
  int room() const { return 6 * h; }
  double elements() const { return T; }
  std::vector<double> point(Random& random) const {
    return uniform(random, parameters(), -0.3, 0.3);
  }

  template <class Number>
  void evaluate(const Number* p, Number* room, Number* out) const {
    GRADSMITH_BENCH_USING(lstm::loss);
    out[0] = loss(p, p + U(), p + b(), p + v(), x.data(), y.data(), T, d, h, room, room + h,
                  room + 2 * h);
  }
  long long work() const { return lstm::loss_gradient_work(T, d, h); }
  void emitted(const double* p, const double*, double* room, double* work, double* out) const {
    double* g = out + 1;
    out[0] = with_work(lstm::loss_gradient, work, p, p + U(), p + b(), p + v(), x.data(), y.data(),
                       T, d, h, room, room + h, room + 2 * h, g, g + U(), g + b(), g + v());
  }
  int hand_room() const { return 2 * (T + 1) * h + 5 * T * h + T + 6 * h; }
  void hand(const double* p, const double*, double* own, double* out) const {
    double* g = out + 1;
    hand::LstmRoom room;
    room.states = own;
    room.cells = room.states + (T + 1) * h;
    room.gates = room.cells + (T + 1) * h;
    room.of_cell = room.gates + 4 * T * h;
    room.residual = room.of_cell + T * h;
    room.d_state = room.residual + T;
    room.d_cell = room.d_state + h;
    room.d_gates = room.d_cell + h;
    out[0] = hand::lstm(p, p + U(), p + b(), p + v(), x.data(), y.data(), T, d, h, g, g + U(),
                        g + b(), g + v(), room);
  }
};

}  // namespace

void add_lstm(std::vector<Case>& cases) {
  for (int T : {1, 2, 7, 20, 200}) {
    cases.push_back(make_case("LSTM network", "d=10 h=20 T=" + std::to_string(T), {2.7},
                              Lstm(T, 10, 20), T >= kLeastTimed));
  }
}

}  // namespace gradsmith::bench
