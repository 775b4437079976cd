#include "passes/materialise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "ir/arrays.hpp"
#include "ir/substitute.hpp"
#include "passes/array_uses.hpp"
#include "passes/compact.hpp"
#include "passes/fill_arrays.hpp"
#include "passes/in_place.hpp"
#include "passes/loop_states.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

class Materialiser {
 public:
  explicit Materialiser(Function& f)
      : f_(f), g_(f.graph), uses_(f), in_place_(find_in_place(f)), fill_(f) {}

  void run() {
    for (NodeId id : uses_.order()) now_[id] = built(id);
    for (std::size_t k = 0; k < f_.outputs.size(); ++k) {
      Output& o = f_.outputs[k];
      o.value = g_.is_scalar(o.value) ? now_.at(o.value) : output(o, static_cast<int>(k));
    }
    f_.locals.clear();
  }

 private:
  std::vector<NodeId> now_operands(NodeId id) const {
    std::vector<NodeId> result;
    for (NodeId o : g_.operands(id)) result.push_back(now_.at(o));
    return result;
  }

  /// The version that an array begins with which `consumer` is going to change, its operand of that
  /// number. Arrays of zeros, and those without a value, are equal wherever they stand, and each
  /// gets a place of its own; a parameter, and what belongs to a loop further out, is copied.
  NodeId start(NodeId original, NodeId consumer, std::size_t operand) {
    const NodeId now = now_.at(original);
    if (g_.is_scalar(original) || goes_on_in_place(now, consumer, operand)) return now;
    const int scope = scope_of(g_, consumer);
    if (is_uninitialised(g_, original)) {
      const std::size_t known = f_.buffers.size();
      const NodeId made = fill_.new_buffer(g_[original].type, scope);
      if (const Origin* origin = f_.provenance.named(original)) name_buffers(known, origin->name);
      return made;
    }
    if (is_zero_array(g_, original)) {
      return fill_.assigned(fill_.new_buffer(g_[original].type, scope), {}, original);
    }
    const Op first = g_.op(first_version(g_, now));
    const bool own = scope_of(g_, now) == scope && g_.op(now) != Op::Input && first != Op::At;
    return own ? now : copied(now, scope);
  }
  /// Whether a statement changes a version where the parameter lies that it leads to.
  bool goes_on_in_place(NodeId version, NodeId consumer, std::size_t operand) const {
    if (!in_place_.statements.contains({consumer, operand})) return false;
    const NodeId first = first_version(g_, version);
    return g_.op(first) == Op::Input && !is_buffer(g_, first);
  }
  NodeId copied(NodeId version, int scope) {
    return fill_.assigned(fill_.new_buffer(g_[version].type, scope), {}, version);
  }

  NodeId built(NodeId id) {
    const std::size_t known = f_.buffers.size();
    const NodeId made = rebuilt(id);
    if (const Origin* origin = f_.provenance.named(id)) name_buffers(known, origin->name);
    if (made != id && !g_.is_constant(made)) f_.provenance.carry(id, made);
    return made;
  }

  /// Arrays that came with a node are called what it is.
  void name_buffers(std::size_t first, const std::string& name) {
    for (std::size_t k = first; k < f_.buffers.size(); ++k) {
      if (f_.buffers[k].name.empty()) f_.buffers[k].name = name;
    }
  }

  NodeId rebuilt(NodeId id) {
    switch (g_.op(id)) {
      case Op::Constant:
      case Op::Input:
        return id;
      case Op::Bound:
        return g_.bound(g_[id].level, g_.slot(id), fill_.buffer_type(g_[id].type));
      case Op::Fold:
        return fold(id);
      case Op::Final:
        return g_.final_state(now_.at(g_.operand(id, 0)), g_.slot(id));
      case Op::Trace:
        return traces_.at(id);
      case Op::Reduce:
      case Op::ArgReduce:
        if (g_.is_scalar(id)) return reduce(id);
        break;
      default:
        break;
    }
    if (g_.is_scalar(id)) return g_.with_operands(id, now_operands(id));
    const NodeId value = array(id);
    if (const auto own = in_place_.arrays.find(id); own != in_place_.arrays.end()) {
      if (const NodeId made = in_place(own->second, value); made != kNoNode) return made;
    }
    return uses_.is_version(id) ? version(value) : value;
  }

  /// An array in the place of a parameter; kNoNode where what it changes is not there.
  NodeId in_place(const InPlace::Array& own, NodeId value) {
    if (own.before == kNoNode) return fill_.assigned(own.input, {}, value);
    const NodeId base = now_.at(own.before);
    if (!fill_.is_version(base) || first_version(g_, base) != own.input) return kNoNode;
    if (g_.op(value) == Op::Reduce) return fill_.added_in_loop(base, value);
    if (as_array_sum(g_, value).a == kNoNode) return fill_.replaced(base, value);
    NodeId sum = base;
    for (NodeId term : summands_of(g_, value)) {
      if (term != base) sum = fill_.added(sum, {}, term);
    }
    return sum;
  }

  /// An array with what it is made of replaced; not a version yet.
  NodeId array(NodeId id) {
    if (const ArraySum sum = as_array_sum(g_, id); sum.a != kNoNode) {
      return add_values(g_, now_at_length(sum.a), now_at_length(sum.b));
    }
    if (g_.op(id) == Op::Write) return write(id);
    const auto view = g_.operands(id);
    const std::vector<NodeId> originals(view.begin(), view.end());
    std::vector<NodeId> o = now_operands(id);
    // What is made of versions alone is as long as they are.
    const bool choice = g_.op(id) == Op::If && g_[o[1]].type == g_[o[2]].type;
    if (!choice && g_.op(id) != Op::At) {
      for (std::size_t k = 0; k < o.size(); ++k) {
        if (!g_.is_scalar(originals[k])) o[k] = now_at_length(originals[k]);
      }
    }
    return g_.with_operands(id, o);
  }

  /// An array as long as it is in this trip, where its place has room for the longest of all trips.
  NodeId now_at_length(NodeId original) {
    return part_of(now_.at(original), g_.type_of(original).extents);
  }
  NodeId part_of(NodeId array, std::span<const NodeId> lengths) {
    const std::vector<NodeId> extents(lengths.begin(), lengths.end());
    if (g_.type_of(array).extents == extents) return array;
    std::uint64_t mask = g_.free(array);
    for (NodeId e : extents) mask |= g_.free(e);
    const int level = Graph::level_above(mask);
    const NodeId i = g_.bound(level, 0, scalar_type(Element::Index));
    return g_.map(level, extents[0], part_of(g_.at(array, {i}), std::span(extents).subspan(1)));
  }

  NodeId version(NodeId array) {
    return fill_.is_version(array) ? array : fill_.assigned_anywhere(array);
  }

  NodeId write(NodeId id) {
    std::vector<NodeId> o = now_operands(id);
    o[3] = start(g_.operand(id, 3), id, 3);
    const std::vector<NodeId> place(o.begin() + 5, o.end());
    if (is_assignment(g_, id)) return fill_.assigned(o[3], place, o[4]);
    const int level = g_[id].level;
    const NodeId state = g_.bound(level, 1, g_[o[3]].type);
    const NodeId next = fill_.assigned(state, place, o[4]);
    return g_.final_state(fill_.fold(level, {o[0], o[1], o[2]}, {o[3]}, {next}), 0);
  }

  NodeId reduce(NodeId id) {
    const std::vector<NodeId> o = now_operands(id);
    const LoopStates states = states_of_loop(g_, id, o);
    const NodeId loop = fill_.fold(g_[id].level, {o[0], o[1], o[2]}, states.inits, states.nexts);
    return g_.final_state(loop, g_.op(id) == Op::ArgReduce ? 1 : 0);
  }

  NodeId fold(NodeId id) {
    const FoldParts own = g_.fold_parts(id);
    const std::vector<NodeId> before(own.nexts.begin(), own.nexts.end());
    const int level = own.level;
    const std::vector<NodeId> o = now_operands(id);
    const Range range{o[0], o[1], o[2]};
    const std::size_t states = own.inits.size();
    const std::vector<NodeId> originals(own.inits.begin(), own.inits.end());
    std::vector<NodeId> inits(o.begin() + 3, o.begin() + 3 + static_cast<std::ptrdiff_t>(states));
    std::vector<NodeId> nexts(o.begin() + 3 + static_cast<std::ptrdiff_t>(states), o.end());
    for (std::size_t k = 0; k < states; ++k) {
      if (!g_.is_scalar(nexts[k])) inits[k] = start(originals[k], id, 3 + k);
    }
    for (std::size_t k = 0; k < states; ++k) {
      if (!uses_.replaces_state(before[k])) continue;
      // Its place has room for the longest of all trips; what it becomes is as long as in this one.
      const NodeId state = loop_state(g_, level, k, g_[inits[k]].type);
      nexts[k] = fill_.replaced(state, nexts[k]);
    }
    for (NodeId trace : uses_.traces_of(id)) {
      const NodeId outer = uses_.trace_around(trace);
      const std::size_t known = f_.buffers.size();
      const NodeId first = outer == kNoNode ? fill_.new_buffer(g_[trace].type, scope_of(g_, id))
                                            : state_of_trace(outermost(trace), outer);
      if (const Origin* origin = f_.provenance.named(innermost(trace))) {
        name_buffers(known, origin->name + "_kept");
      }
      const int slot = static_cast<int>(inits.size()) + 1;
      const NodeId state = g_.bound(level, slot, g_[first].type);
      const NodeId value = now_.at(g_.operand(trace, 1));
      inits.push_back(first);
      const bool written = g_.op(g_.operand(trace, 1)) == Op::Trace &&
                           uses_.trace_around(g_.operand(trace, 1)) == trace;
      // What is a trace in itself has been written by the loop that it belongs to.
      nexts.push_back(written ? value : fill_.assigned(state, trips(trace), value));
    }
    const NodeId made = fill_.fold(level, range, inits, nexts);
    int slot = static_cast<int>(states);
    for (NodeId trace : uses_.traces_of(id)) traces_[trace] = g_.final_state(made, slot++);
    return made;
  }

  /// What a trace of traces holds.
  NodeId innermost(NodeId trace) const {
    while (g_.op(trace) == Op::Trace) trace = g_.operand(trace, 1);
    return trace;
  }
  NodeId outermost(NodeId trace) const {
    while (uses_.trace_around(trace) != kNoNode) trace = uses_.trace_around(trace);
    return trace;
  }
  /// The state of a traced loop in whose place `trace` is written, of the outermost one's type.
  NodeId state_of_trace(NodeId outermost, NodeId trace) {
    const NodeId fold = g_.operand(trace, 0);
    const std::vector<NodeId>& all = uses_.traces_of(fold);
    const auto place = std::ranges::find(all, trace) - all.begin();
    const auto slot = static_cast<std::ptrdiff_t>(g_.fold_parts(fold).inits.size()) + place + 1;
    return g_.bound(g_[fold].level, static_cast<int>(slot), fill_.buffer_type(g_[outermost].type));
  }
  /// The trips in which a trace's loop and those around it are, as far as they write in one place.
  std::vector<NodeId> trips(NodeId trace) {
    std::vector<NodeId> found;
    for (NodeId t = trace; t != kNoNode; t = uses_.trace_around(t)) {
      const NodeId fold = g_.operand(t, 0);
      const Range own = g_.range_of(fold);
      const Range range{now_.at(own.begin), now_.at(own.end), now_.at(own.step)};
      const NodeId index = g_.bound(g_[fold].level, 0, scalar_type(Element::Index));
      found.insert(found.begin(), trip_at(g_, range, index));
    }
    return found;
  }

  /// An array output, in the memory of its own. What the parameter holds on entry may be needed to
  /// the end, so that it is written last.
  NodeId output(const Output& o, int k) {
    const NodeId value = now_.at(o.value);
    if (const NodeId input = written_over(f_, o); input != kNoNode) {
      if (fill_.is_version(value) && first_version(g_, value) == input) return value;
      return fill_.assigned(input, {}, version(value));
    }
    // A sum goes on in the place of one of its terms.
    const NodeId whole = version(value);
    const NodeId first = first_version(g_, whole);
    for (Buffer& b : f_.buffers) {
      if (b.input != first || b.output >= 0) continue;
      b.output = k;
      return whole;
    }
    const NodeId made = fill_.assigned(fill_.new_buffer(g_[value].type, 0), {}, whole);
    f_.buffers.back().output = k;
    return made;
  }

  Function& f_;
  Graph& g_;
  const ArrayUses uses_;
  const InPlace in_place_;
  ArrayFiller fill_;
  std::unordered_map<NodeId, NodeId> now_;
  std::unordered_map<NodeId, NodeId> traces_;
};

}  // namespace

Function materialise(Function f) {
  Materialiser(f).run();
  // Buffers of a body are no nodes of a function until its loop is closed.
  return compact(std::move(f));
}

}  // namespace gradsmith
