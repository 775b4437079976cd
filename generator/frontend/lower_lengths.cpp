// The lengths of the arrays that come as pointers: what the accesses tell, and what they do not.

#include <fmt/format.h>

#include <algorithm>

#include "frontend/find_lengths.hpp"
#include "frontend/lowering.hpp"
#include "ir/print.hpp"

namespace gradsmith::frontend {

void Lowering::settle_lengths() {
  const std::vector<LengthFinding> findings = find_lengths(f_);
  for (std::size_t k = 0; k < findings.size(); ++k) {
    const LengthFinding& found = findings[k];
    f_.lengths[k].value = found.value;
    if (found.value != kNoNode) continue;
    UnknownLength unknown{f_.lengths[k].input, "", {}};
    if (found.access != kNoNode) {
      const bool writes = g_.op(found.access) == Op::Write;
      unknown.subscript = to_infix(g_, g_.operand(found.access, writes ? 5 : 1));
      const auto noted = std::ranges::find(origins_, found.access, &Noted::node);
      if (noted != origins_.end()) unknown.where = noted->origin.where;
    }
    unknown_lengths_.push_back(std::move(unknown));
  }
}

void Lowering::refuse_unknown_lengths() {
  for (const UnknownLength& unknown : unknown_lengths_) {
    for (const Parameter& p : f_.parameters) {
      const bool its_own = std::ranges::any_of(p.leaves, [&](const Leaf& leaf) {
        const auto& extents = g_.type(leaf.type).extents;
        return !extents.empty() && extents.front() == unknown.input;
      });
      if (!its_own || !p.is_differentiated()) continue;
      const std::string reason =
          unknown.subscript.empty()
              ? "no subscript of it tells"
              : fmt::format("the subscript {} does not tell", unknown.subscript);
      refuse("gs-unknown-length",
             fmt::format("how many elements '{}' has, and so its derivative, is not known: {}",
                         p.name, reason),
             fmt::format("write `std::span<const double> {0}`, or mark it as data: `const "
                         "gradsmith::data<double>* {0}`",
                         p.name),
             files_.find(unknown.where.known() ? unknown.where : p.where));
    }
  }
}

}  // namespace gradsmith::frontend
