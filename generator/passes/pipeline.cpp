#include "passes/pipeline.hpp"

#include <array>

#include "ir/verify.hpp"
#include "passes/binarise.hpp"
#include "passes/factor.hpp"
#include "passes/nest_returns.hpp"
#include "passes/place_signs.hpp"
#include "passes/reciprocals.hpp"
#include "passes/share_sums.hpp"
#include "passes/simplify.hpp"
#include "passes/unroll.hpp"

namespace gradsmith {
namespace {

Function unroll_all(Function f) { return unroll(std::move(f)); }

constexpr std::array kPreparation = {Pass{"unroll", unroll_all}, Pass{"simplify", simplify},
                                     Pass{"nest_returns", nest_returns},
                                     Pass{"simplify", simplify}};
constexpr std::array kFinishing = {Pass{"simplify", simplify},       Pass{"factor", factor},
                                   Pass{"binarise", binarise},       Pass{"reciprocals", reciprocals},
                                   Pass{"simplify", simplify},       Pass{"share_sums", share_sums},
                                   Pass{"place_signs", place_signs}, Pass{"simplify", simplify}};

}  // namespace

std::span<const Pass> preparation() { return kPreparation; }
std::span<const Pass> finishing() { return kFinishing; }

Function run_passes(std::span<const Pass> passes, Function f, const PassObserver& observer) {
  for (const Pass& pass : passes) {
    if (!observer) {
      f = pass.run(std::move(f));
    } else {
      Function after = pass.run(f);
      observer(pass.name, f, after);
      f = std::move(after);
    }
#ifndef NDEBUG
    verify(f, std::string(pass.name));
#endif
  }
  return f;
}

Function prepare(Function f, const PassObserver& observer) {
  return run_passes(preparation(), std::move(f), observer);
}

}  // namespace gradsmith
