#include "emit/module_rooms.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace gradsmith {
namespace {

/// The statements that go through an object number by number, in the order of its memory.
class Walk {
 public:
  /// `statement` is made of the place of a number, `{}`.
  Walk(const Graph& g, std::string statement) : g_(g), statement_(std::move(statement)) {}

  std::string through(const std::vector<Leaf>& leaves, const std::string& object) {
    std::vector<const Leaf*> all;
    for (const Leaf& leaf : leaves) all.push_back(&leaf);
    visit(all, 0, 0, object);
    return std::move(text_);
  }

 private:
  /// Recursion follows the nesting of the author's types.
  void visit(const std::vector<const Leaf*>& leaves, std::size_t depth, std::size_t subscripts,
             const std::string& place) {
    const std::string indent(2 * (subscripts + 1), ' ');
    if (leaves.front()->steps.size() == depth) {
      text_ += indent + fmt::format(fmt::runtime(statement_), place) + "\n";
      return;
    }
    const Step& step = leaves.front()->steps[depth];
    if (step.is_subscript()) {
      const NodeId extent = g_.type(leaves.front()->type).extents[subscripts];
      const std::string end =
          g_.is_constant(extent) ? std::to_string(g_.index_value(extent)) : "count";
      const std::string index = fmt::format("i{}", subscripts);
      text_ += fmt::format("{0}for (long long {1} = 0; {1} < {2}; ++{1}) {{\n", indent, index, end);
      visit(leaves, depth + 1, subscripts + 1,
            place +
                (step.of_class ? "[static_cast<std::size_t>(" + index + ")]" : "[" + index + "]"));
      text_ += indent + "}\n";
      return;
    }
    std::vector<std::string> fields;
    for (const Leaf* leaf : leaves) {
      const std::string& field = leaf->steps[depth].field;
      if (std::ranges::find(fields, field) == fields.end()) fields.push_back(field);
    }
    for (const std::string& field : fields) {
      std::vector<const Leaf*> of_field;
      for (const Leaf* leaf : leaves) {
        if (leaf->steps[depth].field == field) of_field.push_back(leaf);
      }
      visit(of_field, depth + 1, subscripts, place + "." + field);
    }
  }

  const Graph& g_;
  std::string statement_;
  std::string text_;
};

}  // namespace

Spelling writable_pointer(const Spelling& spelling) {
  Spelling s = spelling;
  if (s.before.starts_with("const ")) s.before.erase(0, 6);
  return as_pointer(s);
}

std::string room_size(const ModuleParameter& m, std::size_t k, const std::string& sizes) {
  return m.at_run_time ? fmt::format("numbers_{}({})", k, sizes) : fmt::format("numbers_{}", k);
}

std::string copy_call(const char* what, const ModuleParameter& m, std::size_t k,
                      const std::string& first, const std::string& second) {
  std::string text = fmt::format("{}_{}({}, {}", what, k, first, second);
  if (m.at_run_time) {
    text += fmt::format(", length({}, a->sizes)", k);
    if (m.fixed != 1) text += fmt::format(" / {}", m.fixed);
  }
  return text + ")";
}

std::string first_number(const ModuleParameter& m, std::size_t k) {
  std::string text = fmt::format("object_{}()", k);
  for (const Step& step : m.parameter->leaves.front().steps) {
    text += step.is_subscript() ? "[0]" : "." + step.field;
  }
  return text;
}

std::string room_functions(const Function& f, const ModuleInterface& interface, bool gradient) {
  std::string text;
  bool fills = false;
  bool any = false;
  for (const ModuleParameter& m : interface.parameters) {
    any = any || m.in_room;
    fills = fills || (m.in_room && (m.role == ModuleRole::Param || m.role == ModuleRole::Data));
  }
  if (!any) return text;
  if (fills) {
    text +=
        "template <class To, class From>\n"
        "inline void set_number(const To& to, From from) {  // members may be const\n"
        "  const_cast<To&>(to) = static_cast<To>(from);\n}\n";
  }
  for (std::size_t k = 0; k < interface.parameters.size(); ++k) {
    const ModuleParameter& m = interface.parameters[k];
    if (!m.in_room) continue;
    const std::vector<Leaf>& leaves = m.parameter ? m.parameter->leaves : f.result_leaves;
    const Spelling type = !m.parameter    ? f.result
                          : m.at_run_time ? writable_pointer(m.parameter->spelling)
                                          : m.parameter->value_spelling;
    text += "typedef " + type.declare(fmt::format("room_{}", k)) + ";\n";
    const std::string room = fmt::format("room_{}", k);
    if (m.parameter) {
      text += "static_assert(alignof(" +
              (m.at_run_time ? "decltype(*static_cast<" + room + ">(nullptr))" : room) +
              ") <= alignof(double), \"the workspace is one of double\");\n";
    }
    if (m.role == ModuleRole::Data && m.is_int) {  // for the type of its numbers
      text += room + (m.at_run_time ? "" : "&") + fmt::format(" object_{}();\n", k);
    }
    if (m.parameter && m.at_run_time) {
      text += fmt::format(
          "inline long long numbers_{0}(const long long* sizes) {{\n"
          "  const long long each = sizeof(*static_cast<room_{0}>(nullptr));\n"
          "  const long long count = length({0}, sizes){1};\n"
          "  return count < 0 ? 0 : (count * each + 7) / 8;\n}}\n",
          k, m.fixed == 1 ? "" : fmt::format(" / {}", m.fixed));
    } else if (m.parameter) {
      text += fmt::format("constexpr long long numbers_{0} = (sizeof(room_{0}) + 7) / 8;\n", k);
    }
    const std::string object =
        m.at_run_time ? fmt::format("room_{} ", k) : fmt::format("room_{}& ", k);
    const std::string seen = m.at_run_time ? object : "const " + object;
    const char* count = m.at_run_time ? ", long long count" : "";
    const auto add = [&](const std::string& head, const char* statement, const char* name) {
      text += "inline void " + head + count + ") {\n" +
              Walk(f.graph, statement).through(leaves, name) + "}\n";
    };
    if (m.role == ModuleRole::Param || m.role == ModuleRole::Data) {
      add(fmt::format("fill_{}({}to, const {}* from", k, object, m.is_int ? "int" : "double"),
          "set_number({}, *from++);", "to");
    }
    const bool partials = m.role == ModuleRole::Param && gradient;
    if (m.role == ModuleRole::Result || (partials && (interface.at_once || m.at_run_time))) {
      add(fmt::format("take_{}({}from, double* to", k, seen), "*to++ = static_cast<double>({});",
          "from");
    }
    if (partials && !interface.at_once) {
      add(fmt::format("add_{}({}from, double* to", k, seen), "*to++ += static_cast<double>({});",
          "from");
    }
  }
  return text;
}

}  // namespace gradsmith
