#include "commands/not_finite.hpp"

#include <fmt/format.h>

#include <cmath>

#include "commands/sample_environment.hpp"
#include "commands/status.hpp"
#include "ir/evaluate.hpp"
#include "passes/unroll.hpp"

namespace gradsmith {
namespace {

using runtime::Model;
using runtime::SampleSet;

class Search {
 public:
  Search(const Function& f, Environment environment)
      : f_(f), environment_(std::move(environment)) {}

  std::string sentence() {
    NodeId at = f_.outputs.front().value;
    if (is_finite(at)) return "";
    std::string name;
    SourceLocation where;
    while (true) {
      if (const Origin* origin = f_.provenance.named(at)) name = origin->name;
      if (const SourceLocation here = f_.provenance.where(at); here.known()) where = here;
      const NodeId next = not_finite_operand(at);
      if (next == kNoNode) break;
      at = next;
    }
    std::string text = name.empty() ? "an intermediate quantity" : "'" + name + "'";
    text += fmt::format(" is {}", number(at));
    if (where.known() && where.file < f_.files.size()) {
      text += fmt::format(" at {}:{}", f_.files[where.file], where.line);
    }
    if (f_.graph.op(at) == Op::Input) return text + ": it is an argument";
    if (!is_operator(f_.graph.op(at))) return text;
    const OpRow& row = op_row(f_.graph.op(at));
    std::vector<std::string> operands;
    for (const NodeId o : f_.graph.operands(at)) {
      if (f_.graph.is_scalar(o) && f_.graph.free(o) == 0) operands.push_back(number(o));
    }
    if (operands.size() != static_cast<std::size_t>(row.operands)) return text;
    if (operands.size() == 2 && row.spelling.size() == 1) {
      return text + fmt::format(": {} {} {}", operands[0], row.spelling, operands[1]);
    }
    return text + fmt::format(": {}({})", row.spelling, join(operands));
  }

 private:
  Value value(NodeId id) const { return evaluate<double>(f_.graph, id, environment_); }

  std::string number(NodeId id) const {
    const auto x = static_cast<double>(value(id).number());
    return std::isnan(x) ? "nan" : fmt::format("{}", x);
  }

  bool is_finite(NodeId id) const {
    for (const long double x : value(id).numbers) {
      if (!std::isfinite(x)) return false;
    }
    return true;
  }

  bool can_tell(NodeId id) const {
    return f_.graph.free(id) == 0 && is_floating(f_.graph.element(id)) && f_.graph.is_scalar(id);
  }

  /// The first operand that is needed and not finite.
  NodeId not_finite_operand(NodeId id) const {
    const Graph& g = f_.graph;
    if (g.op(id) == Op::If) {
      const NodeId taken = g.operand(id, value(g.operand(id, 0)).number() != 0 ? 1 : 2);
      return can_tell(taken) ? taken : kNoNode;
    }
    for (const NodeId o : g.operands(id)) {
      if (can_tell(o) && !is_finite(o)) return o;
    }
    return kNoNode;
  }

  const Function& f_;
  Environment environment_;
};

/// The function unrolled, or, where it cannot be, with its loops, which are then looked at as
/// wholes.
Function looked_through(const Function& loss) {
  constexpr std::size_t kMostNodes = 200'000;
  try {
    return unroll(loss, kMostNodes);
  } catch (const Refusal&) {
    return loss;
  }
}

}  // namespace

std::string first_not_finite(const Function& loss, const Model& model,
                             const std::vector<double>& parameters, const SampleSet& samples) {
  try {
    const Function f = looked_through(loss);
    return Search(f, environment_of(f, model, parameters, samples)).sentence();
  } catch (const EvaluationError&) {
    return "";
  }
}

}  // namespace gradsmith
