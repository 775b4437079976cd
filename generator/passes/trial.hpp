#pragma once

// What a pass may take back.

#include "ir/function.hpp"

namespace gradsmith {

/// A function as it was before a pass rewrote its outputs and locals, which keeps what it costs to
/// have two candidates below the price of a second graph.
class Trial {
 public:
  explicit Trial(const Function& f)
      : mark_(f.graph.mark()),
        provenance_(f.provenance),
        outputs_(f.outputs),
        locals_(f.locals),
        simplified_(f.simplified) {}

  /// Makes the function, rewritten since, what it was.
  void take_back(Function& f) && {
    f.graph.take_back(mark_);
    f.provenance = std::move(provenance_);
    f.outputs = std::move(outputs_);
    f.locals = std::move(locals_);
    f.simplified = std::move(simplified_);
  }

 private:
  Graph::Mark mark_;
  Provenance provenance_;
  std::vector<Output> outputs_;
  std::vector<Local> locals_;
  std::optional<NormalForm> simplified_;
};

}  // namespace gradsmith
