// The entry function: its parameters become inputs, what it writes and returns become outputs.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "frontend/initial_values.hpp"
#include "frontend/lowering.hpp"
#include "frontend/marks.hpp"
#include "frontend/written_before_read.hpp"
#include "ir/arrays.hpp"
#include "support/check.hpp"

namespace gradsmith::frontend {
namespace {

/// How generated code spells the type of an integer; empty for other numbers.
std::string integer_type(const LeafLayout& leaf, InterfaceTypes& types) {
  if (leaf.element != Element::Index || leaf.address) return "";
  std::string type = types.value(leaf.type).before;
  while (type.ends_with(' ')) type.pop_back();
  return type;
}

/// Refuses results that generated code cannot make first and fill then.
void require_fillable(clang::QualType result, const Layout& layout) {
  const auto fixed = std::ranges::find_if(layout.leaves, &LeafLayout::read_only);
  if (fixed != layout.leaves.end()) {
    throw Refusal("gs-const-member",
                  fmt::format("the function returns '{}', whose member '{}' is const",
                              shown(result), leaf_name("", fixed->steps).substr(1)),
                  "drop the const of the member, or return another struct");
  }
  const clang::CXXRecordDecl* record = record_of(result);
  if (record && !record->hasDefaultConstructor()) {
    throw Refusal(
        "gs-type",
        fmt::format("the function returns '{}', which has no default constructor", shown(result)),
        "give it one, or return a plain struct");
  }
}

}  // namespace

Function Lowering::lower(const clang::FunctionDecl* entry) {
  f_.name = entry->getNameAsString();
  f_.namespaces = namespaces_of(entry);
  f_.files = files_.names();
  f_.where = files_.locate(entry->getLocation());
  const clang::FunctionDecl* definition = definition_of(entry, entry->getLocation());
  InterfaceTypes types(context_, files_, entry);

  Frame outermost;
  outermost.function = definition;
  outermost.returned = declare_flag("returned");
  const clang::QualType result = definition->getReturnType();
  f_.result = {"void ", ""};
  try {
    if (!result->isVoidType()) {
      if (result->isReferenceType() || result->isPointerType()) {
        throw Refusal("gs-type", "the function returns a reference or pointer", "return a value");
      }
      if (is_vector(result)) {
        throw Refusal("gs-allocation", "the function returns a std::vector, which allocates memory",
                      "let it write to a parameter, `std::vector<double>& y`");
      }
      require_fillable(result, *layouts_.of(result));
      outermost.result = declare("returned value", layouts_.of(result), true);
      f_.result = types.value(result);
    }
  } catch (const Refusal& refusal) {
    refuse(refusal.code(), refusal.reason(), refusal.way_out(), entry->getLocation());
  }
  frames_.push_back(std::move(outermost));
  for (const clang::ParmVarDecl* p : definition->parameters()) add_parameter(p, types);
  add_spec_parameters(definition);
  f_.includes = types.includes();

  const clang::Stmt* body = definition->getBody();
  if (!llvm::isa<clang::CompoundStmt>(body)) refuse_node(body);
  statement(body);
  add_outputs(definition);
  for (std::size_t j = 0; j < f_.result_leaves.size(); ++j) {
    f_.result_leaves[j].integer_type = integer_type(layouts_.of(result)->leaves[j], types);
  }
  finish_locals();
  settle_lengths();
  settle_initial_values();
  refuse_huge_integers();
  choose_roles(definition);
  refuse_unknown_lengths();
  write_provenance();
  return std::move(f_);
}

const Layout* Lowering::parameter_layout(const clang::ParmVarDecl* p, const std::string& name) {
  const clang::QualType written = p->getOriginalType();
  const clang::SourceLocation where = p->getLocation();
  if (written.getNonReferenceType()->isPointerType() && !written->isPointerType()) {
    refuse("gs-unknown-memory", fmt::format("'{}' is a reference to a pointer", name),
           "pass the pointer by value", where);
  }
  clang::QualType element;
  if (written->isPointerType()) element = written->getPointeeType();
  if (const auto* array = context_.getAsIncompleteArrayType(written)) {
    element = array->getElementType();
  }
  if (element.isNull()) return layout_of(written.getNonReferenceType(), where);
  if (element->isFunctionType()) {
    refuse("gs-indirect-call", fmt::format("'{}' points to a function", name),
           "call it by its name, or pass a lambda to a template", where);
  }
  for (const LeafLayout& leaf : layout_of(element, where)->leaves) {
    if (!leaf.address) continue;
    refuse("gs-unknown-memory", fmt::format("'{}' points to pointers or references", name),
           "pass one array, row after row", where);
  }
  const NodeId length = g_.input(name + "[#]", scalar_type(Element::Index));
  f_.lengths.push_back({length, kNoNode, kNoNode});
  return layouts_.run_time_array(element, length);
}

void Lowering::add_parameter(const clang::ParmVarDecl* p, InterfaceTypes& types) {
  const clang::SourceLocation where = p->getLocation();
  const clang::QualType written = p->getOriginalType();
  const clang::QualType object = written.getNonReferenceType();
  Parameter parameter;
  parameter.name =
      p->getIdentifier() ? p->getNameAsString() : fmt::format("unused{}", f_.parameters.size() + 1);
  parameter.where = files_.locate(where);
  if (sequence_of(written) != Sequence::None) return add_sequence(p, parameter.name, types);
  const Layout* layout = parameter_layout(p, parameter.name);
  for (const LeafLayout& leaf : layout->leaves) {
    if (leaf.address) {
      refuse("gs-unknown-memory",
             fmt::format("'{}' holds a pointer or reference to memory that is not known",
                         parameter.name),
             "pass arrays of constant size", where);
    }
  }
  try {
    if (written->isRValueReferenceType()) {
      throw Refusal("gs-type", "the parameter is an rvalue reference", "pass it by value");
    }
    parameter.spelling = types.declared(written);
    parameter.value_spelling = types.value(written);
  } catch (const Refusal& refusal) {
    refuse(refusal.code(), refusal.reason(), refusal.way_out(), where);
  }
  parameter.class_type = record_of(object) != nullptr;

  const bool decays = written->isArrayType() || written->isPointerType();
  const clang::QualType seen = written->isPointerType() ? written->getPointeeType() : written;
  const bool writable = (decays || written->isReferenceType()) && is_writable(seen, context_);

  for (const LeafLayout& leaf : layout->leaves) {
    if (!leaf.read_only || !is_floating(leaf.element)) continue;
    parameter.const_member = leaf_name(parameter.name, leaf.steps);
  }
  Value value{layout, {}};
  for (const LeafLayout& leaf : layout->leaves) {
    Leaf made{leaf.steps, type_of(leaf), kNoNode};
    if (writable) made.integer_type = integer_type(leaf, types);
    made.input = g_.input(leaf_name(parameter.name, leaf.steps), made.type);
    if (leaf.element == Element::Index) {
      input_ranges_[made.input] = range_of_type(leaf.type, context_);
      made.unsigned_64 =
          leaf.type->isUnsignedIntegerOrEnumerationType() && context_.getIntWidth(leaf.type) >= 64;
    }
    value.cells.push_back(number_cell(made.input));
    parameter.leaves.push_back(std::move(made));
  }
  const Place storage = keep(std::move(value), parameter.name);
  // Of a pointer, the storage is the array that it points to.
  if (decays) {
    const Layout* pointer = layout_of(p->getType(), where);
    frame().bindings[p] = keep({pointer, {address_cell(element_of(storage, g_.index(0)))}}, "");
  } else {
    frame().bindings[p] = storage;
  }
  parameter_decls_.push_back(p);
  parameters_.push_back(storage.variable);
  writable_.push_back(writable);
  if (mark_of(p) == Mark::Work) {
    if (!writable_.back()) {
      refuse("gs-work-mark",
             fmt::format("'{}' is marked as work, and the function cannot write to the caller's "
                         "memory through it",
                         parameter.name),
             "pass a pointer: `gradsmith::work<double>* " + parameter.name + "`", where);
    }
    parameter.role = Role::Work;
  }
  f_.parameters.push_back(std::move(parameter));
}

void Lowering::add_outputs(const clang::FunctionDecl* entry) {
  // The frame stays, so that a refusal still has its place; only the returned value is taken.
  if (frame().result) {
    if (!g_.is_constant(env_.get(env_.variable(frame().returned).first).node, 1)) {
      refuse("gs-missing-return",
             fmt::format("'{}' may end without returning a value", entry->getNameAsString()),
             "end it with a return statement", entry->getLocation());
    }
    const Value returned = read(whole(*frame().result), entry->getLocation());
    for (std::size_t j = 0; j < returned.cells.size(); ++j) {
      const LeafLayout& leaf = returned.layout->leaves[j];
      if (leaf.address) {
        refuse("gs-type", "the function returns a pointer or reference", "return a value",
               entry->getLocation());
      }
      f_.result_leaves.push_back({leaf.steps, type_of(leaf), kNoNode});
      f_.outputs.push_back({"", leaf.steps, returned.cells[j].node});
    }
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& p = f_.parameters[i];
    if (!writable_[i] || p.role == Role::Work) continue;
    const Slot first = env_.variable(parameters_[i]).first;
    for (std::size_t j = 0; j < p.leaves.size(); ++j) {
      const NodeId now = env_.get(first + static_cast<Slot>(j)).node;
      if (now != p.leaves[j].input) f_.outputs.push_back({p.name, p.leaves[j].steps, now});
    }
  }
  f_.value_outputs = f_.outputs.size();
  if (f_.outputs.empty()) {
    refuse("gs-no-output", fmt::format("'{}' computes nothing", f_.name),
           "return a value, or write to a reference or array parameter", entry->getLocation());
  }
}

void Lowering::settle_initial_values() {
  std::vector<NodeId> inputs;
  for (const auto& [node, where] : declared_open_) inputs.push_back(node);
  std::sort(inputs.begin(), inputs.end());
  const std::size_t open = inputs.size();
  std::vector<Parameter*> written;
  for (std::size_t i = 0; i < f_.parameters.size(); ++i) {
    Parameter& p = f_.parameters[i];
    const auto is_output = [&](const Output& o) { return o.root == p.name; };
    if (!std::any_of(f_.outputs.begin(), f_.outputs.end(), is_output)) continue;
    for (const Leaf& leaf : p.leaves) inputs.push_back(leaf.input);
    written.push_back(&p);
  }
  std::vector<NodeId> roots = output_values(f_);
  for (const Local& local : f_.locals) {
    if (local.cut) roots.push_back(local.value);
  }
  std::vector<bool> found = may_depend(g_, roots, inputs);
  for (std::size_t i = 0; i < open; ++i) {
    const bool array = !g_.is_scalar(inputs[i]);
    if (found[i] && array &&
        (overwritten_.contains(inputs[i]) || WrittenBeforeRead(f_, inputs[i]).holds()))
      found[i] = false;
  }
  std::vector<NodeId> unused;
  std::vector<NodeId> zeros;
  for (std::size_t i = 0; i < open; ++i) {
    if (!found[i] || starts_as_zero_.contains(inputs[i])) {
      (found[i] ? zeros : unused).push_back(inputs[i]);
      continue;
    }
    refuse(
        "gs-uninitialised",
        fmt::format("'{}' may be read before it has a value", g_.input_name(inputs[i]).substr(1)),
        "give it a value where it is declared", declared_open_.at(inputs[i]));
  }
  std::size_t next = open;
  for (Parameter* p : written) {
    const auto outputs = static_cast<std::size_t>(std::count_if(
        f_.outputs.begin(), f_.outputs.end(), [&](const Output& o) { return o.root == p->name; }));
    bool overwritten = outputs == p->leaves.size();
    for (std::size_t j = 0; j < p->leaves.size(); ++j) {
      overwritten = overwritten && (!found[next + j] || is_overwritten(*p, p->leaves[j]));
    }
    p->role = overwritten ? Role::Output : Role::InOut;
    for (Leaf& leaf : p->leaves) {
      if (!overwritten) continue;
      unused.push_back(leaf.input);
      leaf.input = kNoNode;
    }
    next += p->leaves.size();
  }
  for (Parameter& p : f_.parameters) {
    if (p.role != Role::Work) continue;
    for (Leaf& leaf : p.leaves) unused.push_back(std::exchange(leaf.input, kNoNode));
  }
  replace_inputs(unused, zeros);
}

bool Lowering::is_overwritten(const Parameter& p, const Leaf& leaf) const {
  const auto& extents = g_.type(leaf.type).extents;
  if (extents.empty() || g_.is_constant(extents.front())) return false;
  const Length* of_pointer = f_.length(extents.front());
  const NodeId length = of_pointer ? of_pointer->value : extents.front();
  const auto output = std::ranges::find_if(
      f_.outputs, [&](const Output& o) { return o.root == p.name && o.steps == leaf.steps; });
  if (length == kNoNode || output == f_.outputs.end()) return false;
  return WrittenBeforeRead(f_, leaf.input).covers(output->value, length);
}

void Lowering::replace_inputs(const std::vector<NodeId>& from, const std::vector<NodeId>& zeros) {
  if (from.empty() && zeros.empty()) return;
  // Nothing reads these first values, so any will do: zeros, or none, where it costs time to write
  // them.
  std::unordered_map<NodeId, NodeId> to;
  for (NodeId input : zeros) to[input] = g_.zeros(g_[input].type);
  for (NodeId input : from) {
    const TypeId type = g_[input].type;
    if (g_.has_constant_extents(type)) {
      to[input] = g_.zeros(type);
    } else if (!is_uninitialised(g_, input)) {
      to[input] = uninitialised_array(g_, g_.input_name(input), type);
    }
  }
  std::vector<NodeId> roots = output_values(f_);
  for (const Local& local : f_.locals) roots.push_back(local.value);
  roots.insert(roots.end(), f_.outermost_loops.begin(), f_.outermost_loops.end());
  for (const Noted& noted : origins_) {
    roots.push_back(noted.node);
    if (noted.scope != kFunctionScope) roots.push_back(noted.scope);
  }
  for (NodeId id : reachable(g_, roots)) {
    if (to.contains(id)) continue;
    const auto operands = g_.operands(id);
    std::vector<NodeId> changed(operands.begin(), operands.end());
    for (NodeId& o : changed) {
      if (const auto hit = to.find(o); hit != to.end()) o = hit->second;
    }
    if (!std::ranges::equal(changed, g_.operands(id))) to[id] = g_.with_operands(id, changed);
  }
  const auto follow_one = [&](NodeId& id) {
    if (const auto hit = to.find(id); hit != to.end()) id = hit->second;
  };
  for (Output& o : f_.outputs) follow_one(o.value);
  for (Local& local : f_.locals) follow_one(local.value);
  for (NodeId& loop : f_.outermost_loops) follow_one(loop);
  for (Noted& noted : origins_) {
    follow_one(noted.node);
    if (noted.scope != kFunctionScope) follow_one(noted.scope);
  }
}

void Lowering::choose_roles(const clang::FunctionDecl* entry) {
  bool any_param = false;
  for (const clang::ParmVarDecl* p : entry->parameters()) {
    any_param = any_param || mark_of(p) == Mark::Param;
  }
  bool any_wrt = false;
  for (std::size_t i = 0; i < f_.parameters.size(); ++i) {
    Parameter& p = f_.parameters[i];
    const clang::ParmVarDecl* decl = parameter_decls_[i];
    if (!decl) continue;  // a sequence's length
    const Mark mark = mark_of(decl);
    const bool named = std::find(wrt_.begin(), wrt_.end(), p.name) != wrt_.end();
    const bool floating = std::any_of(p.leaves.begin(), p.leaves.end(), [&](const Leaf& leaf) {
      return is_floating(g_.type(leaf.type).element);
    });
    if (named && (!floating || !p.is_input())) {
      refuse("gs-unknown-wrt",
             fmt::format("'{}' is {}", p.name, floating ? "only written" : "not a floating number"),
             "name a parameter that is float or double and read", decl->getLocation());
    }
    any_wrt = any_wrt || named;
    if (p.role == Role::Work) continue;
    if (p.is_written()) {
      if (p.role == Role::InOut && mark == Mark::Data) {
        refuse("gs-data-written", fmt::format("'{}' is marked as data, and written", p.name),
               "drop the mark, or make it const", decl->getLocation());
      }
      continue;
    }
    const bool chosen = !wrt_.empty() ? named
                        : any_param   ? mark == Mark::Param
                                      : mark != Mark::Data;
    p.role = chosen && floating ? Role::Param : Role::Data;
  }
  if (!wrt_.empty() && !any_wrt) {
    refuse("gs-unknown-wrt",
           fmt::format("'{}' has no parameter '{}'", f_.name, fmt::join(wrt_, "', '")), "",
           entry->getLocation());
  }
}

void Lowering::write_provenance() {
  for (Noted& noted : origins_) {
    const Op op = g_.op(noted.node);
    if (op == Op::Constant || op == Op::Input) continue;
    if (op == Op::Bound && noted.scope == kFunctionScope) continue;
    f_.provenance.add(noted.node, std::move(noted.origin), noted.scope);
  }
}

}  // namespace gradsmith::frontend
