#include "commands/train_not_finite.hpp"

#include <fmt/format.h>

#include <cmath>

#include "commands/not_finite.hpp"

namespace gradsmith {
namespace {

using namespace runtime;

std::string number(double x) { return std::isnan(x) ? "nan" : fmt::format("{}", x); }

/// Whether two samples, of sets for one function, have the same numbers.
bool same_sample(const SampleSet& a, std::size_t i, const SampleSet& b, std::size_t j) {
  for (std::size_t k = 0; k < a.features.size(); ++k) {
    const Feature& f = a.features[k];
    const Feature& g = b.features[k];
    if (f.constant) continue;
    for (std::size_t e = 0; e < f.width; ++e) {
      const std::size_t at = i * f.width + e;
      const std::size_t other = j * f.width + e;
      if (f.is_int ? f.integers[at] != g.integers[other] : f.numbers[at] != g.numbers[other]) {
        return false;
      }
    }
  }
  return true;
}

/// Where the sample of a loss that takes all at once stands, which may be in another order; empty
/// where noise made it another one.
std::string place_of_trained(const Session& session, bool of_validation, const SampleSet& trained,
                             std::size_t sample, const Dataset& data) {
  const Rows& rows = of_validation ? *session.validation() : session.training();
  if (sample < rows.places.size() && same_sample(trained, sample, rows.samples, sample)) {
    return data.place(rows.places[sample]);
  }
  for (std::size_t k = 0; k < rows.places.size(); ++k) {
    if (same_sample(trained, sample, rows.samples, k)) return data.place(rows.places[k]);
  }
  return "";
}

std::string place_of(const Session& session, const NotFinite& n, const Dataset& data) {
  const Rows& rows = n.of_validation ? *session.validation() : session.training();
  return data.place(rows.places[n.sample]);
}

std::string epoch_of(const NotFinite& n) {
  return fmt::format("{} epoch {}", n.after_epoch ? "after" : "in", n.epoch);
}

}  // namespace

Refusal below_zero_refusal(const Session& session, const NotFinite& n, const Dataset& data) {
  return {"gs-below-zero",
          fmt::format("the loss is {} {}, at {}: lm takes the root of each sample's loss, so none "
                      "may be negative",
                      number(n.loss), epoch_of(n), place_of(session, n, data)),
          "use --optimizer=lbfgs"};
}

Refusal not_finite_refusal(const Session& session, const NotFinite& n, const Function* loss,
                           const Dataset& data) {
  const bool whole = session.over() == OverSamples::Whole;
  const std::string from = place_of(session, n, data);
  const bool sum = !whole && !n.partial && n.samples.count > 1;
  std::string where = whole ? "over all samples"
                      : sum ? "summed over the samples from " + from + " on"
                            : "at " + from;
  if (n.of_validation) where += " of the validation";
  if (n.partial) {
    const std::string name = session.loss().parameter_name(n.partial->parameter);
    const bool finite = std::isfinite(n.partial->value);
    return {"gs-not-finite",
            fmt::format("the gradient by '{}' is {} {}, {}, where the loss is {}{}", name,
                        number(n.partial->value), epoch_of(n), where, number(n.loss),
                        finite ? ", and the step from there is not finite" : ""),
            finite ? "a smaller --lr, or --clip, may help"
                   : "look at the function there: a root, a norm or a power at zero, say, has no "
                     "derivative"};
  }
  FirstNotFinite first;
  if (loss && (whole || !sum || session.loss().at_once())) {
    first = first_not_finite(*loss, session.loss(), n.parameters, n.samples,
                             session.plan().sample_count);
  }
  if ((whole || sum) && first.sample && !data.columns.empty()) {
    const std::string place =
        place_of_trained(session, n.of_validation, n.samples, *first.sample, data);
    if (!place.empty()) where += ", first at " + place;
  }
  if (sum && first.sentence.empty()) where += ", each of which has a finite one";
  return {"gs-not-finite",
          fmt::format("the loss is {} {}, {}{}{}", number(n.loss), epoch_of(n), where,
                      first.sentence.empty() ? "" : "; first ", first.sentence),
          "a smaller --lr, --clip or --standardise may help"};
}

}  // namespace gradsmith
