#include "passes/derive_loops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ir/arrays.hpp"
#include "ir/ending_state.hpp"
#include "ir/fold_constant.hpp"
#include "passes/differentiate.hpp"
#include "passes/forward_loops.hpp"
#include "passes/guards.hpp"
#include "passes/interface.hpp"
#include "passes/workspace.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

constexpr std::int64_t kMostRowsByReverse = 4;

/// A leaf that is differentiated by, and the parameter that it belongs to.
struct Variable {
  const Parameter* parameter;
  const Leaf* leaf;
};

std::vector<Variable> variables_of(const Function& f) {
  std::vector<Variable> found;
  for (const Parameter& p : f.parameters) {
    if (!p.is_differentiated()) continue;
    for (const Leaf& leaf : p.leaves) {
      if (leaf.input != kNoNode && is_floating(f.graph.type(leaf.type).element)) {
        found.push_back({&p, &leaf});
      }
    }
  }
  return found;
}

bool has_run_time_length(const Function& f, const Parameter& p) {
  return std::ranges::any_of(
      p.leaves, [&](const Leaf& leaf) { return !f.graph.has_constant_extents(leaf.type); });
}

/// `double* ` for `const double* `, of the same element.
Spelling without_const(Spelling spelling) {
  if (spelling.before.starts_with("const ")) spelling.before.erase(0, 6);
  return spelling;
}

std::vector<NodeId> floating_outputs(const Function& f) {
  std::vector<NodeId> floating;
  for (const Output& o : f.outputs) {
    if (is_floating(f.graph.element(o.value))) floating.push_back(o.value);
  }
  return floating;
}

NodeId scalar_output(const Function& primal, const Word& word) {
  const std::vector<NodeId> floating = floating_outputs(primal);
  if (floating.size() == 1 && primal.graph.is_scalar(floating[0])) return floating[0];
  throw Refusal(
      "gs-not-scalar",
      fmt::format("`{}` has several results, and `{}` is of a single one", primal.name, word.text),
      "ask for vjp", primal.where);
}

/// Adds parameters like those that are differentiated by, for numbers that belong to each: a struct
/// of the partials, and an array of its own for each parameter of run-time length. With `input`
/// gives their Inputs, one for each of `variables_of`.
std::vector<NodeId> add_like_parameters(Function& f, const std::string& base,
                                        const std::string& name, bool input,
                                        const std::vector<NodeId>& values) {
  const std::string type = base + "_partials& ";
  Parameter whole;
  whole.name = name;
  whole.spelling = {input ? "const " + type : type, ""};
  whole.value_spelling = {base + "_partials ", ""};
  whole.role = input ? Role::Data : Role::Output;
  whole.class_type = true;
  std::vector<Parameter> arrays;
  std::vector<NodeId> inputs;
  std::vector<Output> outputs;
  std::size_t next = 0;
  for (const Parameter& p : f.parameters) {
    if (!p.is_differentiated()) continue;
    const bool own = has_run_time_length(f, p);
    Parameter array;
    if (own) {
      array.name = free_name(f, (name == "d" ? "d_" : name + "_") + p.name);
      array.spelling = input ? as_const(p.spelling) : unshared(without_const(p.spelling));
      array.value_spelling = array.spelling;
      array.role = whole.role;
    }
    for (const Leaf& leaf : p.leaves) {
      if (leaf.input == kNoNode || !is_floating(f.graph.type(leaf.type).element)) continue;
      Leaf added = leaf;
      added.input = kNoNode;
      if (!own) added.steps.insert(added.steps.begin(), Step{p.name});
      const std::string root = own ? array.name : name;
      if (input) {
        added.input = f.graph.input(leaf_name(root, added.steps), leaf.type);
        inputs.push_back(added.input);
      } else {
        outputs.push_back({root, added.steps, values[next++]});
      }
      (own ? array : whole).leaves.push_back(std::move(added));
    }
    if (own) arrays.push_back(std::move(array));
  }
  if (!whole.leaves.empty()) f.parameters.push_back(std::move(whole));
  for (Parameter& array : arrays) f.parameters.push_back(std::move(array));
  for (Output& o : outputs) f.outputs.push_back(std::move(o));
  return inputs;
}

std::vector<NodeId> adjoints(Function& f, std::span<const Seed> seeds, const std::string& of) {
  std::vector<NodeId> wrt;
  for (const Variable& v : variables_of(f)) wrt.push_back(v.leaf->input);
  return reverse(f.graph, &f.provenance, of, seeds, wrt, f.lengths);
}

/// Adds the direction v to the parameters; its seeds for forward accumulation.
std::vector<Seed> seeds_along(Function& f, const std::string& base) {
  const std::vector<Variable> variables = variables_of(f);
  std::vector<Seed> seeds;
  for (const Variable& v : variables) seeds.push_back({v.leaf->input, kNoNode});
  const std::vector<NodeId> along = add_like_parameters(f, base, free_name(f, "v"), true, {});
  for (std::size_t k = 0; k < seeds.size(); ++k) seeds[k].adjoint = along[k];
  return seeds;
}

Function under_name(const Function& primal, const Word& word, std::string comment) {
  Function f = primal;
  f.name = primal.name + "_" + word.text;
  f.comment = std::move(comment);
  return f;
}

Function gradient(const Function& primal, const Word& word) {
  const NodeId output = scalar_output(primal, word);
  Function f =
      under_name(primal, word, fmt::format("The value of {} and its gradient.", primal.name));
  const Seed seed{output, f.graph.number(f.graph.element(output), 1)};
  const std::vector<NodeId> partials = adjoints(f, std::span(&seed, 1), primal.name);
  add_like_parameters(f, primal.name, free_name(f, "d"), false, partials);
  return f;
}

/// The partials of an output, simplified; the function's own outputs are as before. With `kept`
/// what the way back needs is stored on the way there first, so that its derivatives are, too.
std::vector<NodeId> simplified_partials(Function& f, NodeId output, const std::string& of,
                                        bool kept, const PassObserver& observer) {
  const std::size_t own_outputs = f.outputs.size();
  const Seed seed{output, f.graph.number(f.graph.element(output), 1)};
  const std::vector<NodeId> partials = adjoints(f, std::span(&seed, 1), of);
  // For the passes they are members of a result.
  const std::vector<Leaf> own_leaves = f.result_leaves;
  for (std::size_t k = 0; k < partials.size(); ++k) {
    const std::vector<Step> steps{Step{fmt::format("{}", k)}};
    f.outputs.push_back({"", steps, partials[k]});
    f.result_leaves.push_back({steps, f.graph[partials[k]].type, kNoNode});
  }
  if (kept) f = run_passes(keeping(), std::move(f), observer);
  f = run_passes(between_loops(), std::move(f), observer);
  f.result_leaves = own_leaves;
  std::vector<NodeId> simple;
  for (std::size_t k = own_outputs; k < f.outputs.size(); ++k) simple.push_back(f.outputs[k].value);
  f.outputs.resize(own_outputs);
  return simple;
}

/// The Hessian times a direction: how the gradient changes along it, forward over reverse.
Function hvp(const Function& primal, const Word& word, const PassObserver& observer) {
  const NodeId output = scalar_output(primal, word);
  Function f = under_name(
      primal, word, fmt::format("The value of {} and its Hessian times a direction.", primal.name));
  const std::vector<NodeId> partials = simplified_partials(f, output, primal.name, true, observer);
  const std::vector<Seed> seeds = seeds_along(f, primal.name);
  const std::vector<NodeId> products =
      forward_through_loops(f.graph, &f.provenance, partials, seeds);
  const std::vector<Variable> variables = variables_of(primal);
  for (std::size_t k = 0; k < products.size(); ++k) {
    const Leaf& leaf = *variables[k].leaf;
    if (!f.graph.is_scalar(leaf.input) || f.graph.is_constant(products[k])) continue;
    const std::string name = f.graph.input_name(leaf.input);
    f.provenance.add(products[k],
                     {"hv_" + name, "change of d " + primal.name + " / d " + name, {}});
  }
  add_like_parameters(f, primal.name, free_name(f, "hv"), false, products);
  return f;
}

/// A number, or an array, as large as an output, and named after it.
Parameter parameter_like(const Function& primal, const Output& o, std::string name) {
  const Parameter* p = o.root.empty() ? nullptr : primal.parameter(o.root);
  Parameter added;
  added.name = std::move(name);
  added.value_spelling = p ? p->value_spelling : primal.result;
  const bool pointer = p && has_run_time_length(primal, *p);
  added.spelling = unshared(pointer ? p->spelling : by_reference(added.value_spelling, false));
  added.role = Role::Output;
  return added;
}

Function jvp(const Function& primal, const Word& word) {
  Function f =
      under_name(primal, word, fmt::format("The value of {} and its change along v.", primal.name));
  const std::vector<NodeId> roots = floating_outputs(primal);
  const std::vector<Seed> seeds = seeds_along(f, primal.name);
  const std::vector<NodeId> tangents = forward_through_loops(f.graph, &f.provenance, roots, seeds);
  std::vector<Parameter> added;
  std::size_t next = 0;
  std::string root;
  for (const Output& o : primal.outputs) {
    if (!is_floating(f.graph.element(o.value))) continue;
    if (added.empty() || o.root != root) {
      root = o.root;
      added.push_back(parameter_like(primal, o, free_name(f, root.empty() ? "dv" : "d_" + root)));
    }
    added.back().leaves.push_back({o.steps, f.graph[o.value].type, kNoNode});
    f.outputs.push_back({added.back().name, o.steps, tangents[next++]});
  }
  for (Parameter& p : added) f.parameters.push_back(std::move(p));
  return f;
}

/// The columns of a matrix of derivatives: one for each number of each parameter.
struct Columns {
  std::vector<ColumnsOf> of;
  NodeId count = kNoNode;
};

Columns columns_of(Function& f, const Word& word) {
  Graph& g = f.graph;
  Columns columns;
  columns.count = g.index(0);
  const std::vector<Variable> variables = variables_of(f);
  // A number of its own below zero leaves no columns either.
  const bool only = variables.size() == 1 && g.type(variables[0].leaf->type).extents.size() == 1;
  for (const Variable& v : variables) {
    const bool elements_apart =
        v.parameter->leaves.size() > 1 &&
        std::ranges::any_of(v.leaf->steps, [](const Step& s) { return !s.is_subscript(); }) &&
        v.leaf->steps.front().is_subscript();
    if (elements_apart) {
      throw Refusal("gs-loop-word",
                    fmt::format("`{}` by an array of structs is not there so far for functions "
                                "whose loops stay loops",
                                word.text),
                    "ask for jvp or vjp", f.where);
    }
    columns.of.push_back({v.leaf->input, columns.count});
    const std::vector<NodeId> extents = g.type(v.leaf->type).extents;
    const NodeId count = only ? extents[0] : element_count(g, extents);
    columns.count =
        g.is_constant(columns.count, 0) ? count : folded(g, Op::Add, columns.count, count);
  }
  return columns;
}

/// Appends a matrix, row-major behind one pointer: the rows of each of `values` after those before.
void add_matrix(Function& f, const std::string& name, const std::vector<NodeId>& values) {
  Parameter matrix;
  matrix.name = free_name(f, name);
  Element element = Element::F32;
  for (NodeId v : values) {
    if (f.graph.element(v) == Element::F64) element = Element::F64;
  }
  matrix.spelling = unshared({element_spelling(element) + "* ", ""});
  matrix.value_spelling = matrix.spelling;
  matrix.role = Role::Output;
  for (NodeId v : values) {
    matrix.leaves.push_back({{Step{}}, f.graph[v].type, kNoNode});
    f.outputs.push_back({matrix.name, {Step{}}, v});
  }
  f.parameters.push_back(std::move(matrix));
}

/// Whether there are more columns than rows, of which there are few: then one sweep backwards for
/// each row costs less than a column for each parameter.
bool is_wide(const Graph& g, const std::vector<NodeId>& roots, const Columns& columns) {
  const auto rows = static_cast<std::int64_t>(roots.size());
  if (rows > kMostRowsByReverse) return false;
  if (!std::ranges::all_of(roots, [&](NodeId r) { return g.is_scalar(r); })) return false;
  return !g.is_constant(columns.count) || g.index_value(columns.count) > rows;
}

/// `row` with the elements of an array, row-major, from `first` on.
NodeId with_elements(Graph& g, NodeId row, NodeId first, NodeId array,
                     std::vector<NodeId> indices) {
  const std::vector<NodeId> extents = g.type_of(array).extents;
  const std::size_t depth = indices.size();
  const auto number = [&](NodeId x) { return g.convert(g.element(row), x); };
  if (extents.empty()) return g.set(row, std::span(&first, 1), number(array));
  std::uint64_t mask = g.free(row) | g.free(array) | g.free(first);
  for (NodeId i : indices) mask |= g.free(i);
  const int level = Graph::level_above(mask);
  const NodeId index = g.bound(level, 0, scalar_type(Element::Index));
  indices.push_back(index);
  if (indices.size() == extents.size()) {
    const NodeId place[] = {folded(g, Op::Add, first, index)};
    return g.write(level, g.range(extents[depth]), row, number(g.at(array, indices)), place);
  }
  NodeId stride = g.index(1);
  for (std::size_t k = depth + 1; k < extents.size(); ++k) {
    stride = folded(g, Op::Mul, stride, extents[k]);
  }
  const NodeId state = g.bound(level, 1, g[row].type);
  const NodeId at = folded(g, Op::Add, first, folded(g, Op::Mul, index, stride));
  const NodeId next = with_elements(g, state, at, array, indices);
  return g.final_state(
      g.fold(level, g.range(extents[depth]), std::span(&row, 1), std::span(&next, 1)), 0);
}

/// A row of partials for each number, by reverse accumulation.
std::vector<NodeId> rows_by_reverse(Function& f, const std::string& of,
                                    const std::vector<NodeId>& roots, const Columns& columns) {
  std::vector<NodeId> rows;
  for (NodeId root : roots) {
    Graph& g = f.graph;
    const Seed seed{root, g.number(g.element(root), 1)};
    const std::vector<NodeId> partials = adjoints(f, std::span(&seed, 1), of);
    const TypeId type = g.intern({g.element(root), {columns.count}});
    if (partials.size() == 1 && g[partials[0]].type == type) {
      rows.push_back(partials[0]);
      continue;
    }
    NodeId row = uninitialised_array(g, "row", type);
    for (std::size_t k = 0; k < partials.size(); ++k) {
      row = with_elements(g, row, columns.of[k].first, partials[k], {});
    }
    rows.push_back(row);
  }
  return rows;
}

/// As the way back wants it: loops that may be left early are of as many trips as run.
Function counted(Function primal, const PassObserver& observer) {
  return may_leave_loops(primal) ? run_passes(counting(), std::move(primal), observer) : primal;
}

Function jacobian(const Function& primal, const Word& word, const PassObserver& observer) {
  Function f = under_name(
      primal, word,
      fmt::format("The value of {} and its Jacobian, row-major: a row for each result, a column "
                  "for each parameter.",
                  primal.name));
  const std::vector<NodeId> roots = floating_outputs(f);
  const Columns columns = columns_of(f, word);
  std::vector<NodeId> rows;
  if (is_wide(f.graph, roots, columns)) {
    f = counted(std::move(f), observer);
    rows = rows_by_reverse(f, primal.name, floating_outputs(f), columns);
  } else {
    rows = forward_columns(f.graph, &f.provenance, "d_", roots, columns.of, columns.count);
  }
  add_matrix(f, "jacobian", rows);
  return f;
}

Function hessian(const Function& primal, const Word& word, const PassObserver& observer) {
  const NodeId output = scalar_output(primal, word);
  Function f = under_name(
      primal, word,
      fmt::format("The value of {}, its gradient in d, and its Hessian, row-major.", primal.name));
  const std::vector<NodeId> partials = simplified_partials(f, output, primal.name, false, observer);
  add_like_parameters(f, primal.name, free_name(f, "d"), false, partials);
  const Columns columns = columns_of(f, word);
  add_matrix(f, "h",
             forward_columns(f.graph, &f.provenance, "d_", partials, columns.of, columns.count));
  return f;
}

/// The derivative by one parameter: returned where that is a number, else an array beside it.
Function partial(const Function& primal, const Word& word, const Parameter& by) {
  const NodeId output = scalar_output(primal, word);
  Function f = inputs_only(primal, primal.name + "_d_" + by.name);
  f.comment = fmt::format("d {} / d {}.", primal.name, by.name);
  std::vector<NodeId> wrt;
  std::vector<Leaf> leaves;
  for (const Leaf& leaf : by.leaves) {
    if (leaf.input == kNoNode || !is_floating(f.graph.type(leaf.type).element)) continue;
    wrt.push_back(leaf.input);
    leaves.push_back({leaf.steps, leaf.type, kNoNode});
  }
  const Seed seed{output, f.graph.number(f.graph.element(output), 1)};
  const std::vector<NodeId> values =
      reverse(f.graph, &f.provenance, primal.name, std::span(&seed, 1), wrt, f.lengths);
  if (leaves.size() == 1 && leaves[0].steps.empty() && f.graph.is_scalar(values[0])) {
    f.result = {element_spelling(f.graph.element(values[0])) + " ", ""};
    f.result_leaves = leaves;
    f.outputs.push_back({"", {}, values[0]});
    return f;
  }
  Parameter added;
  added.name = free_name(f, "d_" + by.name);
  added.value_spelling = by.value_spelling;
  added.spelling =
      unshared(has_run_time_length(primal, by) ? without_const(by.spelling)
                                               : by_reference(by.value_spelling, false));
  added.role = Role::Output;
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    f.outputs.push_back({added.name, leaves[k].steps, values[k]});
  }
  added.leaves = std::move(leaves);
  f.parameters.push_back(std::move(added));
  return f;
}

Function vjp(const Function& primal, const Word& word) {
  Function f = inputs_only(primal, primal.name + "_" + word.text);
  f.comment =
      fmt::format("The adjoints of the parameters of {} from those of its results.", primal.name);
  std::vector<Seed> seeds;
  std::vector<Parameter> added;
  for (const Output& o : primal.outputs) {
    if (!is_floating(f.graph.element(o.value))) continue;
    const Parameter* p = o.root.empty() ? nullptr : primal.parameter(o.root);
    const std::string name = free_name(f, p ? "d_" + p->name : "d_value");
    if (added.empty() || added.back().name != name) {
      Parameter adjoint;
      adjoint.name = name;
      adjoint.value_spelling = p ? p->value_spelling : primal.result;
      const bool scalar = o.steps.empty();
      const bool pointer = p && has_run_time_length(primal, *p);
      adjoint.spelling = scalar    ? adjoint.value_spelling
                         : pointer ? as_const(p->spelling)
                                   : by_reference(adjoint.value_spelling, true);
      adjoint.role = Role::Data;
      added.push_back(std::move(adjoint));
    }
    Leaf leaf{o.steps, f.graph[o.value].type, kNoNode};
    leaf.input = f.graph.input(leaf_name(name, o.steps), leaf.type);
    seeds.push_back({o.value, leaf.input});
    added.back().leaves.push_back(std::move(leaf));
  }
  const std::vector<NodeId> result = adjoints(f, seeds, primal.name);
  for (Parameter& p : added) f.parameters.push_back(std::move(p));
  add_like_parameters(f, primal.name, free_name(f, "d"), false, result);
  return f;
}

}  // namespace

bool has_loops(const Function& f) {
  for (const Parameter& p : f.parameters) {
    if (p.is_differentiated() && has_run_time_length(f, p)) return true;
  }
  return std::ranges::any_of(reachable(f.graph, output_values(f)), [&](NodeId id) {
    const Op op = f.graph.op(id);
    return is_binder(op) && !(op == Op::Map && is_zero_array(f.graph, id) &&
                              f.graph.has_constant_extents(f.graph[id].type));
  });
}

std::vector<Item> derive_with_loops(const Function& author, const Word& word,
                                    const PassObserver& observer) {
  // Columns of an array would be an array for each column.
  const bool columns = word.kind == WordKind::Jacobian || word.kind == WordKind::Hessian;
  const Function primal = columns ? author : run_passes(hoisting(), author, observer);
  const auto finished = [&](Function f) {
    return std::vector<Item>{run_passes(finishing_loops(), std::move(f), observer)};
  };
  if (word.kind == WordKind::Value) {
    return finished(under_name(primal, word, fmt::format("The value of {}.", primal.name)));
  }
  if (variables_of(primal).empty()) {
    throw Refusal(
        "gs-no-parameter", fmt::format("`{}` has nothing to differentiate by", primal.name),
        "mark a floating parameter with gradsmith::param, or name it with --wrt", primal.where);
  }
  switch (word.kind) {
    case WordKind::Gradient:
      return finished(gradient(counted(primal, observer), word));
    case WordKind::Vjp:
      return finished(vjp(counted(primal, observer), word));
    case WordKind::Hvp:
      return finished(hvp(counted(primal, observer), word, observer));
    case WordKind::Jvp:
      return finished(jvp(primal, word));
    case WordKind::Jacobian:
      return finished(jacobian(primal, word, observer));
    case WordKind::Hessian:
      return finished(hessian(counted(primal, observer), word, observer));
    case WordKind::Partials: {
      std::vector<Item> items;
      const Parameter* last = nullptr;
      const Function backwards = counted(primal, observer);
      for (const Variable& v : variables_of(backwards)) {
        if (v.parameter == std::exchange(last, v.parameter)) continue;  // a further leaf of it
        for (Item& item : finished(partial(backwards, word, *v.parameter))) {
          items.push_back(std::move(item));
        }
      }
      return items;
    }
    case WordKind::Named:
      if (word.of.empty() && word.wrt.size() == 1) {
        const Parameter* by = primal.parameter(word.wrt[0]);
        if (by && by->is_differentiated()) {
          return finished(partial(counted(primal, observer), word, *by));
        }
      }
      [[fallthrough]];
    default:
      throw Refusal(
          "gs-loop-word",
          fmt::format("`{}` of a function whose loops stay loops is not there so far", word.text),
          "ask for gradient, partials, jacobian, hessian, jvp, vjp or hvp, or give the loops "
          "constant bounds",
          primal.where);
  }
}

}  // namespace gradsmith
