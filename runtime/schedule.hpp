#pragma once

// The learning rate over the epochs.

#include <limits>
#include <optional>
#include <string>

namespace gradsmith::runtime {

struct Schedule {
  enum class Kind { Constant, Step, Cosine, Plateau };
  Kind kind = Kind::Constant;
  int every = 0;      // step: epochs between changes; plateau: epochs without improvement
  double factor = 1;  // step, plateau
  double least = 0;   // cosine: where it ends, as a fraction of the rate
  int warm_up = 0;    // epochs in which the rate rises evenly to its full value
};

// `constant`, `step:100:0.5`, `cosine`, `cosine:0.01`, `plateau:10:0.5`, each perhaps after
// `warmup:5+`. Nothing where the text is none of these.
std::optional<Schedule> parse_schedule(const std::string& text);

// Follows a schedule; for a plateau it must hear of each epoch's loss.
class Rate {
 public:
  Rate(const Schedule& schedule, double rate, int epochs)
      : schedule_(schedule), rate_(rate), epochs_(epochs) {}

  double in_epoch(int epoch) const;  // counted from 0
  void heard(double loss);

  // What a checkpoint keeps.
  struct State {
    double best = std::numeric_limits<double>::infinity();
    int waited = 0;
    int drops = 0;
  };
  State state;

 private:
  Schedule schedule_;
  double rate_;
  int epochs_;
};

}  // namespace gradsmith::runtime
