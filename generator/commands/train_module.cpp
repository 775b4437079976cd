#include "commands/train_module.hpp"

#include <algorithm>

#include "commands/derived_items.hpp"
#include "commands/emit_words.hpp"
#include "commands/module_text.hpp"
#include "commands/outputs.hpp"
#include "commands/project_path.hpp"
#include "commands/status.hpp"
#include "emit/header.hpp"
#include "passes/interface.hpp"

namespace gradsmith {
namespace {

bool is_named(const Function& f, const std::string& name) {
  return f.name == name || qualified_name(f.namespaces, f.name) == name;
}

bool can_give(const Function& f, const std::string& local) {
  const Local* l = f.local(local);
  return l && !l->conditional && l->assignments == 1 && l->value != kNoNode &&
         f.graph.is_scalar(l->value) && f.graph.element(l->value) == Element::F64;
}

/// Of the function's data, those that its result does not depend on.
void leave_out_unused_data(Function& f) {
  const NodeId root = f.outputs.front().value;
  const std::vector<NodeId> used = reachable(f.graph, std::span(&root, 1));
  std::erase_if(f.parameters, [&](const Parameter& p) {
    return p.role == Role::Data && std::ranges::none_of(p.leaves, [&](const Leaf& leaf) {
             return std::ranges::binary_search(used, leaf.input);
           });
  });
}

/// The function that gives the local's value; without what the local is compared with, a local of
/// the loss is a prediction like another.
Function giving(const Function& from, const std::string& local) {
  Function f = from;
  f.name = from.name + "_" + local;
  f.outputs = {{"", {}, from.local(local)->value}};
  f.result = {"double ", ""};
  f.result_leaves = {Leaf{{}, scalar_type(Element::F64), kNoNode}};
  std::erase_if(f.parameters, [](const Parameter& p) { return p.role == Role::Output; });
  f.value_outputs = 1;
  f.locals.clear();
  leave_out_unused_data(f);
  return f;
}

/// What is trained is the number that a loss returns. Whatever it writes beside that is left out: a
/// state is then an input, which the emitted gradient does not change.
void keep_returned_number(Function& f) {
  const auto returned = [](const Output& o) { return o.root.empty(); };
  if (std::ranges::count_if(f.outputs, returned) != 1) return;
  if (!f.graph.is_scalar(std::ranges::find_if(f.outputs, returned)->value)) return;
  if (f.outputs.size() == 1) return;
  std::erase_if(f.outputs, [&](const Output& o) { return !returned(o); });
  std::erase_if(f.parameters, [](const Parameter& p) { return p.role == Role::Output; });
  f.value_outputs = 1;
  for (Parameter& p : f.parameters) {
    if (p.role != Role::InOut) continue;
    const bool floating = std::ranges::any_of(
        p.leaves, [&](const Leaf& leaf) { return is_floating(f.graph.type(leaf.type).element); });
    p.role = floating ? Role::Param : Role::Data;
    p.spelling = as_const(p.spelling);
  }
}

/// Prints why, where one cannot be called over flat arrays.
bool all_can_be_called(const ModuleRequest& module, const LoweredSpec& spec) {
  bool all = true;
  for (const ModuleFunction& f : module.functions) {
    const std::string why = why_left_out(f);
    if (why.empty()) continue;
    all = false;
    spec.spec->report(
        Refusal("gs-model", "`" + f.primal.name + "` cannot be trained or predict: " + why,
                "give it numbers, arrays of them, or structs of floating numbers", f.primal.where));
  }
  return all;
}

}  // namespace

std::string add_prediction(LoweredSpec& spec, const std::string& loss, const std::string& predict) {
  if (predict.empty()) return "";
  for (const LoweredFunction& f : spec.functions) {
    if (is_named(f.function, predict)) return f.function.name;
  }
  const LoweredFunction* from = nullptr;
  for (const LoweredFunction& f : spec.functions) {
    if (!can_give(f.function, predict)) continue;
    if (!from || is_named(f.function, loss)) from = &f;
  }
  if (!from) {
    throw UsageError(
        "--predict: '" + predict + "' is neither a function of '" + spec.path +
            "' nor a local number that one of them always has" +
            (spec.left_out.empty() ? ""
                                   : "; not handled, so not looked into: " + join(spec.left_out)),
        "name a function, or a local that is assigned once");
  }
  LoweredFunction added{from->entry, giving(from->function, predict), {}};
  const std::string name = added.function.name;
  spec.functions.push_back(std::move(added));
  return name;
}

TrainModule train_module(const ReadOptions& read, bool keep_loops, bool vector_math,
                         const std::string& loss, const std::string& predict) {
  TrainModule result;
  // What is neither trained nor predicted with may be what gradsmith does not handle.
  const auto needed = [&](const EntryPoint& entry) {
    for (const std::string& name : {loss, predict}) {
      if (entry.name == name || qualified_name(entry.namespaces, entry.name) == name) return true;
    }
    return false;
  };
  result.spec = lower_spec(read, FpPolicy::Finite, keep_loops, needed);
  LoweredSpec& spec = result.spec;
  if (spec.refused) return result;
  if (std::ranges::none_of(spec.functions,
                           [&](const LoweredFunction& f) { return is_named(f.function, loss); })) {
    std::vector<std::string> names;
    for (const LoweredFunction& f : spec.functions) names.push_back(f.function.name);
    throw UsageError("--loss: '" + loss + "' is no function of '" + spec.path + "'",
                     "there are: " + join(names), "gs-unknown-function-name");
  }
  for (LoweredFunction& f : spec.functions) {
    if (is_named(f.function, loss)) keep_returned_number(f.function);
  }
  result.predict = add_prediction(spec, loss, predict);
  std::vector<std::string> words = {loss + ":value", loss + ":gradient"};
  if (!result.predict.empty()) words.push_back(result.predict + ":value");
  assign_words(words, std::span(&spec, 1));
  HeaderRequest request;
  request.spec = project_path(spec.path);
  request.output = "module.grad.hpp";
  request.command = {"gradsmith", "train", request.spec};
  request.items = derived_items(spec);
  request.vector_math = vector_math;
  if (spec.refused) return result;
  const ModuleRequest module = module_request(request.spec, spec, request.items);
  if (!all_can_be_called(module, spec)) return result;
  request.module = print_module(module);
  result.text = print_header(request);
  return result;
}

}  // namespace gradsmith
