// The lengths of the arrays that come as pointers: what the accesses tell, and what they do not.

#include <fmt/format.h>

#include <algorithm>

#include "frontend/find_lengths.hpp"
#include "frontend/lowering.hpp"
#include "ir/parse.hpp"
#include "ir/print.hpp"

namespace gradsmith::frontend {

namespace {

/// A graph in which an expression over a function's integers can be read, and over its arrays of
/// integers that are only read.
Graph readable(const Function& f) {
  Graph read;
  const NodeId any = read.index(0);  // what their lengths are does not matter
  for (const Parameter& p : f.parameters) {
    const bool is_written = std::ranges::find(f.outputs, p.name, &Output::root) != f.outputs.end();
    const NodeId array = f.graph.find_input(p.name + "[]");
    if (is_written || p.role == Role::Work || array == kNoNode) continue;
    const Type& type = f.graph.type_of(array);
    if (type.element == Element::Index && type.extents.size() == 1) {
      read.input(p.name, read.intern({Element::Index, {any}}));
    }
  }
  return read;
}

}  // namespace

/// Of --length: sums, products, quotients, min and max of integer parameters and of elements of
/// their arrays.
NodeId Lowering::given_length(const std::string& expression) {
  const auto wrong = [&](const std::string& why) {
    return Refusal("gs-length-option", fmt::format("the length '{}' {}", expression, why),
                   "write it over the function's integer parameters, as in --length=x=n*d");
  };
  Graph read = readable(f_);
  NodeId root = kNoNode;
  try {
    root = parse_infix(read, expression, Element::Index);
  } catch (const ParseError& error) {
    throw wrong(fmt::format("cannot be read: {}", error.reason()));
  }
  if (!read.is_scalar(root)) throw wrong("is an array");
  std::unordered_map<NodeId, NodeId> copies;
  for (NodeId id : reachable(read, {{root}})) {
    const Op op = read.op(id);
    for (NodeId o : read.operands(id)) {
      if (op != Op::At && !read.is_scalar(o)) throw wrong("mentions an array as a number");
    }
    if (op == Op::Input && !read.is_scalar(id)) {
      copies[id] = g_.find_input(read.input_name(id) + "[]");
      continue;
    }
    if (read.type_of(id) != Type{Element::Index, {}}) throw wrong("is no integer expression");
    if (op == Op::Constant) {
      copies[id] = g_.index(read.index_value(id));
    } else if (op == Op::Input) {
      const NodeId known = g_.find_input(read.input_name(id));
      if (known == kNoNode || g_[known].type != scalar_type(Element::Index)) {
        throw wrong(
            fmt::format("mentions '{}', which is no integer parameter", read.input_name(id)));
      }
      copies[id] = known;
    } else if (op == Op::At) {
      copies[id] = g_.at(copies.at(read.operand(id, 0)), {copies.at(read.operand(id, 1))});
    } else if (is_operator(op)) {
      std::vector<NodeId> operands;
      for (NodeId o : read.operands(id)) operands.push_back(copies.at(o));
      copies[id] = g_.apply(op, operands);
    } else {
      throw wrong("is more than a sum, product, quotient, min or max");
    }
  }
  return copies.at(root);
}

void Lowering::settle_lengths() {
  for (const auto& [parameter, expression] : given_lengths_) {
    if (g_.find_input(parameter + "[#]") != kNoNode) continue;
    throw Refusal("gs-length-option", fmt::format("'{}' is no pointer", parameter),
                  "its length is known", f_.where);
  }
  const std::vector<LengthFinding> findings = find_lengths(f_, straight_reads_);
  for (std::size_t k = 0; k < findings.size(); ++k) {
    LengthFinding found = findings[k];
    std::string parameter = g_.input_name(f_.lengths[k].input);
    parameter.erase(parameter.rfind('['));
    if (const auto given = given_lengths_.find(parameter); given != given_lengths_.end()) {
      f_.lengths[k].needed = found.value;
      found = {given_length(given->second), kNoNode, {}};
    }
    f_.lengths[k].value = found.value;
    if (found.value != kNoNode) continue;
    UnknownLength unknown{f_.lengths[k].input, "", found.likely, {}};
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
      const std::string said =
          fmt::format("--length={}={}", p.name, unknown.likely.empty() ? "..." : unknown.likely);
      const bool is_read_only = p.role == Role::Param;
      refuse("gs-unknown-length",
             fmt::format("how many elements '{}' has, and so its derivative, is not known: {}",
                         p.name, reason),
             is_read_only
                 ? fmt::format("write `std::span<const double> {0}`, mark it as data, "
                               "`const gradsmith::data<double>* {0}`, or say it: {1}",
                               p.name, said)
                 : fmt::format("write `std::span<double> {}`, or say it: {}", p.name, said),
             files_.find(unknown.where.known() ? unknown.where : p.where));
    }
  }
}

}  // namespace gradsmith::frontend
