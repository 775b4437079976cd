#include "commands/lay_out.hpp"

#include "emit/schedule.hpp"
#include "passes/copy_versions.hpp"
#include "passes/workspace.hpp"

namespace gradsmith {
namespace {

Function with_copies(Function f, const PassObserver& observer) {
  if (f.buffers.empty()) return f;
  Function before = observer ? f : Function{};
  constexpr int kMostCopies = 50;  // each asks for all statements anew
  int copies = 0;
  while (const auto conflict = find_array_conflict(f)) {
    if (copies++ == kMostCopies) throw ArrayOrderRefusal(*conflict, f.where);
    f = copy_version(std::move(f), *conflict);
  }
  if (observer) observer(kLayOut, before, f);
  return f;
}

}  // namespace

std::vector<Item> laid_out(std::vector<Item> items, const PassObserver& observer) {
  std::vector<Item> all;
  for (Item& item : items) {
    auto* f = std::get_if<Function>(&item);
    if (!f) {
      all.push_back(std::move(item));
      continue;
    }
    for (Item& part : with_workspace(with_copies(std::move(*f), observer))) {
      all.push_back(std::move(part));
    }
  }
  return all;
}

}  // namespace gradsmith
