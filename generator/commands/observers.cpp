#include "commands/observers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "commands/lay_out.hpp"
#include "commands/status.hpp"
#include "ir/print.hpp"

namespace gradsmith {
namespace {

constexpr std::string_view kLower = "lower";
constexpr std::string_view kDifferentiate = "differentiate";

/// Tells what came in between passes. Calls `tell(stage, function, text, changed)`.
class Stages {
 public:
  template <class Tell>
  void after(std::string_view pass, const Function& before, const Function& after, Tell tell) {
    const std::string given = to_sexpr(before);
    if (given != left_) {
      const bool first =
          pass == preparation().front().name || pass == preparing_loops().front().name;
      tell(first ? kLower : kDifferentiate, before, given, true);
    }
    left_ = to_sexpr(after);
    tell(pass, after, left_, left_ != given);
  }

 private:
  std::string left_;  // what the last pass left behind
};

std::string describe_counts(const Function& f) {
  std::size_t calls = 0;
  std::size_t divisions = 0;
  std::size_t others = 0;
  const std::vector<NodeId> nodes = reachable(f.graph, output_values(f));
  for (NodeId id : nodes) {
    const Op op = f.graph.op(id);
    if (!is_operator(op)) continue;
    const int cost = op_row(op).cost;
    ++(cost >= 20 ? calls : cost >= 5 ? divisions : others);
  }
  return fmt::format(
      "{} nodes, of them calls: {}, divisions and square roots: {}, other operations: {}",
      nodes.size(), calls, divisions, others);
}

}  // namespace

std::vector<std::string> stage_names() {
  std::vector<std::string> names = {std::string(kLower)};
  const auto add = [&](std::string_view name) {
    if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
  };
  for (const Pass& pass : preparation()) add(pass.name);
  add(kDifferentiate);
  for (const Pass& pass : finishing()) add(pass.name);
  for (const Pass& pass : preparing_loops()) add(pass.name);
  for (const Pass& pass : hoisting()) add(pass.name);
  for (const Pass& pass : counting()) add(pass.name);
  for (const Pass& pass : finishing_loops()) add(pass.name);
  add(kLayOut);
  return names;
}

void require_stage(const std::string& stage) {
  const std::vector<std::string> names = stage_names();
  if (stage == "all" || std::ranges::find(names, stage) != names.end()) return;
  throw UsageError(fmt::format("there is no pass '{}'", stage),
                   "the stages are " + join(names) + ", and all", "gs-unknown-pass");
}

PassObserver print_after(const std::string& stage, Sink sink) {
  const auto stages = std::make_shared<Stages>();
  return [=](std::string_view pass, const Function& before, const Function& after) {
    stages->after(
        pass, before, after,
        [&](std::string_view name, const Function& f, const std::string& text, bool changed) {
          if (stage != "all" && stage != name) return;
          sink(fmt::format("; {} after {}{}", f.name, name, changed ? "" : " (unchanged)"));
          if (changed) sink(text);
        });
  };
}

std::string Stopwatch::text() const {
  const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start_;
  return fmt::format("{:.1f} ms", time.count());
}

PassObserver print_counts(Sink sink) {
  struct State {
    Stopwatch watch;       // since the last line
    std::string function;  // of the last line
  };
  const auto state = std::make_shared<State>();
  return [sink, state](std::string_view pass, const Function& before, const Function& after) {
    const std::string time = state->watch.text();
    std::string stages(pass);
    if (pass == preparation().front().name) {
      sink(fmt::format("{} after {}: {}", before.name, kLower, describe_counts(before)));
    } else if (before.name != state->function) {
      stages = fmt::format("{} and {}", kDifferentiate, pass);
    }
    sink(fmt::format("{} after {}: {}, {}", after.name, stages, describe_counts(after), time));
    state->function = after.name;
    state->watch = Stopwatch();
  };
}

PassObserver both(PassObserver first, PassObserver second) {
  if (!first) return second;
  if (!second) return first;
  return [=](std::string_view pass, const Function& before, const Function& after) {
    first(pass, before, after);
    second(pass, before, after);
  };
}

}  // namespace gradsmith
