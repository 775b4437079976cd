// What the entry function's own variables are: Function::locals, and the cuts that were asked for.

#include <fmt/format.h>

#include <algorithm>

#include "frontend/lowering.hpp"

namespace gradsmith::frontend {

void Lowering::add_local(VariableId id, clang::SourceLocation where) {
  if (frames_.size() != 1) return;
  Variable& variable = env_.variable(id);
  variable.local = static_cast<int>(f_.locals.size());
  Local local;
  local.name = variable.name;
  local.conditional = env_.branches() > 0 || !loops_.empty();
  local.where = files_.locate(where);
  f_.locals.push_back(std::move(local));
  local_variables_.push_back(id);
}

void Lowering::assigned(const Place& place, clang::SourceLocation where) {
  const Variable& variable = env_.variable(place.variable);
  if (variable.local >= 0) {
    Local& local = f_.locals[static_cast<std::size_t>(variable.local)];
    // Once in a loop's text is more than once when it runs.
    local.assignments += static_cast<int>(loops_.size()) > variable.depth ? 2 : 1;
  }
  name(place, where);
}

Value Lowering::cut_if_asked(const Place& place, Value value, clang::SourceLocation where) {
  const Variable& variable = env_.variable(place.variable);
  if (variable.local < 0 || std::find(cuts_.begin(), cuts_.end(), variable.name) == cuts_.end()) {
    return value;
  }
  Local& local = f_.locals[static_cast<std::size_t>(variable.local)];
  const std::string shown = fmt::format("no derivative by the local '{}' exists: ", variable.name);
  if (local.cut || local.assignments > 0 || static_cast<int>(loops_.size()) > variable.depth) {
    refuse("gs-local-assigned-twice", shown + "it is assigned more than once",
           "give each value a variable of its own", where);
  }
  if (local.conditional || env_.branches() > variable.branches) {
    refuse("gs-local-conditional", shown + "it does not have a value on every path",
           "declare it outside branches and loops", where);
  }
  if (variable.layout->kind != Layout::Kind::Number) {
    refuse("gs-local-array", shown + "it is not a single number", "name a number", where);
  }
  if (!is_floating(variable.layout->element)) {
    refuse("gs-local-not-floating", shown + "it is not float or double", "", where);
  }
  if (f_.parameter(variable.name)) {
    refuse("gs-local-ambiguous", shown + "a parameter has the same name", "rename one", where);
  }
  for (const Local& other : f_.locals) {
    if (&other != &local && other.name == local.name) {
      refuse("gs-local-ambiguous", shown + "several variables have that name", "rename one", where);
    }
  }
  local.cut = true;
  local.value = value.cells[0].node;
  record(local.value, {variable.name, "", files_.locate(where)});
  value.cells[0] = number_cell(g_.input(variable.name, scalar_type(variable.layout->element)));
  return value;
}

void Lowering::forget_locals_of_loop(std::size_t first) {
  // Their last values live inside the loop, where nothing outside can refer to them.
  for (std::size_t i = first; i < local_variables_.size(); ++i) {
    env_.variable(local_variables_[i]).local = -1;
  }
}

void Lowering::finish_locals() {
  for (std::size_t i = 0; i < f_.locals.size(); ++i) {
    Local& local = f_.locals[i];
    const Variable& variable = env_.variable(local_variables_[i]);
    if (local.cut) {
      if (local.assignments > 1) {
        refuse("gs-local-assigned-twice",
               fmt::format("no derivative by the local '{}' exists: it is assigned more than once",
                           local.name),
               "give each value a variable of its own", files_.find(local.where));
      }
      continue;
    }
    if (variable.local < 0 || variable.layout->leaves.size() != 1) continue;
    const NodeId node = env_.get(variable.first).node;
    if (node != kNoNode && g_.free(node) == 0) local.value = node;
  }
  for (const std::string& cut : cuts_) {
    const Local* local = f_.local(cut);
    if (!local) {
      refuse("gs-unknown-local", fmt::format("'{}' has no local variable '{}'", f_.name, cut), "",
             files_.find(f_.where));
    }
    if (!local->cut) {
      refuse("gs-local-not-assigned", fmt::format("the local '{}' is never given a value", cut), "",
             files_.find(local->where));
    }
  }
}

}  // namespace gradsmith::frontend
