#include "emit/module.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "emit/module_call.hpp"
#include "emit/module_forms.hpp"
#include "emit/module_rooms.hpp"
#include "emit/module_types.hpp"
#include "emit/print_cpp.hpp"
#include "emit/schedule.hpp"
#include "emit/wrap.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

// Up to this many, the partials of a sample fit registers or nearly so, and go over the stack.
constexpr std::int64_t kFewPartials = 64;

std::string plain(const std::string& space) {
  return space.starts_with('!') ? space.substr(1) : space;
}

std::string call(const std::string& callee, const std::vector<std::string>& arguments) {
  std::string text = callee + "(";
  for (std::size_t k = 0; k < arguments.size(); ++k) {
    text += (k > 0 ? "," + line_break(0) : "") + arguments[k];
  }
  return text + ")";
}

/// Compilers warn of a float that becomes a double by itself.
std::string as_double(const std::string& value) { return "static_cast<double>(" + value + ")"; }

/// The text of what is described of one function, inside a namespace of its own.
class FunctionDescription {
 public:
  explicit FunctionDescription(const ModuleFunction& f)
      : f_(f), primal_(f.primal), interface_(module_interface(f.primal)) {}

  std::string print() {
    line("// " + primal_.name + " over flat arrays.");
    line("namespace " + space() + " {\n");
    print_lengths();
    print_work();
    const std::string types = argument_types(primal_, interface_) + adjoint_types();
    if (!types.empty()) text_ += indented(types) + "\n";
    if (f_.value) print_value();
    if (f_.gradient) print_gradient();
    print_parameters();
    line("}  // namespace " + space());
    return std::move(text_);
  }

  std::string space() const { return primal_.name + "_module"; }

  /// The initialiser of its gradsmith_function_v1.
  std::string entry() const {
    std::string qualified;
    for (const std::string& n : primal_.namespaces) qualified += plain(n) + "::";
    const std::string here = "::" + qualified + space() + "::";
    const auto pointer = [&](bool there, const char* name) {
      return there ? "&" + here + name : std::string("nullptr");
    };
    const std::vector<std::string> members = {"\"" + qualified + primal_.name + "\"",
                                              interface_.at_once ? "1" : "0",
                                              std::to_string(interface_.parameters.size()),
                                              here + "parameters",
                                              "&" + here + "length",
                                              "&" + here + "work",
                                              pointer(f_.value, "value"),
                                              pointer(f_.gradient, "gradient")};
    std::string text = "{";
    for (std::size_t k = 0; k < members.size(); ++k) {
      text += (k > 0 ? "," + line_break(0) : "") + members[k];
    }
    return text + "}";
  }

 private:
  void line(const std::string& s, std::size_t indent = 0) {
    text_ += s.empty() ? "\n" : wrap(s, indent);
  }

  static std::string indented(const std::string& lines) {
    std::string text;
    for (std::size_t at = 0; at < lines.size();) {
      const std::size_t end = lines.find('\n', at);
      text += wrap(lines.substr(at, end - at), 0);
      at = end + 1;
    }
    return text;
  }

  /// The integer parameters by which a length may be said.
  std::vector<Parameter> integers() const {
    std::vector<Parameter> found;
    for (const ModuleParameter& m : interface_.parameters) {
      if (m.role == ModuleRole::Size) found.push_back(*m.parameter);
    }
    return found;
  }

  std::vector<std::string> sizes() const {
    std::vector<std::string> found;
    for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
      const ModuleParameter& m = interface_.parameters[k];
      if (m.role != ModuleRole::Size) continue;
      found.push_back(fmt::format("static_cast<size_type_{}>(sizes[{}])", k, m.slot));
    }
    return found;
  }

  static std::string length_name(std::size_t k) { return fmt::format("length_{}", k); }

  void print_lengths() {
    for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
      const ModuleParameter& m = interface_.parameters[k];
      if (!m.at_run_time || m.run_time == kNoNode) continue;
      Function f;
      f.graph = primal_.graph;
      f.name = length_name(k);
      f.files = primal_.files;
      f.result = {"long long ", ""};
      f.result_leaves = {Leaf{{}, scalar_type(Element::Index), kNoNode}};
      f.wide_integers = true;
      f.value_outputs = 1;
      NodeId count = m.run_time;
      if (m.fixed != 1) {
        count = f.graph.apply(Op::Mul, {count, f.graph.index(m.fixed)});
      }
      f.outputs.push_back({"", {}, count});
      f.parameters = integers();
      line(fmt::format("// The number of elements of {}.", m.parameter->name));
      text_ += cpp_function(f, schedule(f, {})) + "\n";
    }
  }

  void print_length_switch() {
    const bool any = std::ranges::any_of(interface_.parameters,
                                         [](const ModuleParameter& m) { return m.at_run_time; });
    const bool all_numbers = std::ranges::all_of(
        interface_.parameters,
        [](const ModuleParameter& m) { return m.fixed == 1 && !m.at_run_time; });
    line(fmt::format("inline long long length(int {}, const long long* {}) {{",
                     all_numbers ? "/*parameter*/" : "parameter",
                     any && !sizes().empty() ? "sizes" : "/*sizes*/"));
    for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
      const ModuleParameter& m = interface_.parameters[k];
      std::string value = std::to_string(m.fixed);
      if (m.at_run_time) value = m.run_time == kNoNode ? "-1" : call(length_name(k), sizes());
      if (value != "1") line(fmt::format("if (parameter == {}) return {};", k, value), 2);
    }
    line("return 1;", 2);
    line("}\n");
  }

  /// The workspace: what was emitted needs, the author's own, the partials of one sample.
  void print_work() {
    for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
      const ModuleParameter& m = interface_.parameters[k];
      if (m.role != ModuleRole::Size) continue;
      line("typedef " + m.parameter->value_spelling.declare(fmt::format("size_type_{}", k)) + ";");
    }
    print_length_switch();
    print_rooms();
    const bool needs = f_.value_work || f_.gradient_work;
    const bool own = std::ranges::any_of(interface_.parameters, [](const ModuleParameter& m) {
      return m.in_room ? m.at_run_time : m.role == ModuleRole::Work;
    });
    if (needs) {
      line(fmt::format("inline long long emitted_work(const long long* {}) {{",
                       sizes().empty() ? "/*sizes*/" : "sizes"));
      const auto of = [&](const Function* f) {
        return f ? call(f->name, sizes()) : std::string("0");
      };
      line("const long long for_value = " + of(f_.value_work) + ";", 2);
      line("const long long for_gradient = " + of(f_.gradient_work) + ";", 2);
      line("return for_value < for_gradient ? for_gradient : for_value;", 2);
      line("}\n");
    }
    line(fmt::format("inline long long work(const long long* {}) {{",
                     needs || own ? "sizes" : "/*sizes*/"));
    std::string sum = needs ? "emitted_work(sizes)" : "0";
    for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
      const ModuleParameter& m = interface_.parameters[k];
      if (m.in_room && m.parameter) {
        const std::string room = " +" + line_break(0) + room_size(m, k, "sizes");
        sum += room + (has_adjoint_room(m) ? room : "");
      } else if (m.role == ModuleRole::Work) {
        sum += fmt::format(" +{}length({}, sizes)", line_break(0), k);
      }
    }
    if (partials_in_room()) sum += " +" + line_break(0) + "numbers_of_partials";
    if (goes_over_work()) sum += fmt::format(" +{}{}", line_break(0), interface_.fixed_count);
    if (sum.starts_with("0 +")) sum.erase(0, 3 + line_break(0).size());
    line("return " + sum + ";", 2);
    line("}\n");
  }

  /// What the objects take up that arguments are copied to, and the partials.
  void print_rooms() {
    const std::string rooms = room_functions(primal_, interface_, f_.gradient != nullptr);
    if (!rooms.empty()) text_ += indented(rooms);
    if (partials_in_room()) {
      line(fmt::format("constexpr long long numbers_of_partials = (sizeof({}) + 7) / 8;",
                       partials_type()));
    }
    if (!rooms.empty()) line("");
  }

  /// Whether the gradient by an array of run-time length goes by an array of the author's type.
  bool has_adjoint_room(const ModuleParameter& m) const {
    return m.in_room && m.role == ModuleRole::Param && m.at_run_time && f_.gradient;
  }

  /// Whether the struct of the partials is no flat array of double.
  bool partials_in_room() const {
    return f_.gradient && std::ranges::any_of(interface_.parameters, [](const ModuleParameter& m) {
             return m.role == ModuleRole::Param && (m.is_float || m.in_room) && !m.at_run_time;
           });
  }

  /// As what the adjoints of arrays of run-time length are handed over that are none of double.
  std::string adjoint_types() const {
    std::string types;
    for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
      if (!is_seen_as_its_type(k)) continue;
      const Spelling type = writable_pointer(interface_.parameters[k].parameter->spelling);
      types += "typedef " + type.declare(fmt::format("adjoint_{}", k)) + ";\n";
    }
    return types;
  }
  bool is_seen_as_its_type(std::size_t k) const {
    const ModuleParameter& m = interface_.parameters[k];
    if (m.role != ModuleRole::Param || !m.at_run_time || m.in_room || !f_.gradient) return false;
    return !m.parameter->spelling.before.ends_with("double* ") ||
           !m.parameter->spelling.after.empty();
  }
  std::string adjoint(std::size_t k) const {
    return is_seen_as_its_type(k) ? fmt::format("reinterpret_cast<adjoint_{0}>(d_{0})", k)
                                  : fmt::format("d_{}", k);
  }

  bool goes_over_work() const {
    return !interface_.at_once && !partials_in_room() && interface_.fixed_count > kFewPartials &&
           f_.gradient;
  }

  /// The beginnings of the arrays that the call's arguments lie in.
  void print_beginnings(bool with_results) {
    bool params = false;
    std::string next_param = fmt::format("p + {}", interface_.fixed_count);
    std::string next_work =
        f_.value_work || f_.gradient_work ? "a->work + emitted_work(a->sizes)" : "a->work";
    for (const ModuleParameter& m : interface_.parameters) {
      params = params || m.role == ModuleRole::Param;
    }
    if (params) line("const double* const p = a->parameters;", 2);
    for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
      const ModuleParameter& m = interface_.parameters[k];
      if (m.role == ModuleRole::Param && m.at_run_time) {
        line(fmt::format("const double* const p_{} = {};", k, next_param), 2);
        next_param = fmt::format("p_{} +{}length({}, a->sizes)", k, line_break(0), k);
      }
      if (m.in_room && m.parameter) {
        print_room(fmt::format("room_{}", k), fmt::format("c_{}", k), m.at_run_time, next_work);
        next_work =
            "c_" + std::to_string(k) + "_at +" + line_break(0) + room_size(m, k, "a->sizes");
      } else if (m.role == ModuleRole::Work) {
        line(fmt::format("double* const w_{} = {};", k, next_work), 2);
        next_work = fmt::format("w_{} +{}length({}, a->sizes)", k, line_break(0), k);
      }
      if (m.role == ModuleRole::Data) {
        const char* type = m.is_int ? "int" : "double";
        line(fmt::format("const {}* const data_{} = static_cast<const {}*>(a->data[{}]);", type,
                         m.slot, type, m.slot),
             2);
        if (!interface_.at_once) {
          line(fmt::format("const long long step_{} = a->strides[{}];", m.slot, m.slot), 2);
        }
      }
    }
    // The gradient has more objects, behind those that the value needs.
    for (std::size_t k = 0; k < interface_.parameters.size() && !with_results; ++k) {
      const ModuleParameter& m = interface_.parameters[k];
      if (!has_adjoint_room(m)) continue;
      print_room(fmt::format("room_{}", k), fmt::format("d_{}", k), true, next_work);
      next_work = "d_" + std::to_string(k) + "_at +" + line_break(0) + room_size(m, k, "a->sizes");
    }
    if (!with_results && partials_in_room()) print_room(partials_type(), "d", false, next_work);
    for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
      const ModuleParameter& m = interface_.parameters[k];
      if (!m.in_room || !m.parameter) continue;
      const std::string to = fmt::format("c_{}", k);
      if (m.role == ModuleRole::Param) {
        const std::string from = m.at_run_time ? m.offset : "p + " + m.offset;
        line(copy_call("fill", m, k, to, from) + ";", 2);
      } else if (m.role == ModuleRole::Data && interface_.at_once) {
        line(copy_call("fill", m, k, to, fmt::format("data_{}", m.slot)) + ";", 2);
      }
    }
    if (with_results && interface_.at_once) print_results("results", 2);
  }

  /// An object, or a pointer to several, at that place in the workspace.
  void print_room(const std::string& type, const std::string& name, bool pointer,
                  const std::string& place) {
    line(fmt::format("double* const {}_at = {};", name, place), 2);
    line(pointer ? fmt::format("{0} const {1} = reinterpret_cast<{0}>({1}_at);", type, name)
                 : fmt::format("{0}& {1} = *reinterpret_cast<{0}*>({1}_at);", type, name),
         2);
  }

  /// What a sample's data are as the author's objects.
  void print_fills() {
    for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
      const ModuleParameter& m = interface_.parameters[k];
      if (!m.in_room || m.role != ModuleRole::Data) continue;
      line(copy_call("fill", m, k, fmt::format("c_{}", k),
                     fmt::format("data_{0} + i * step_{0}", m.slot)) +
               ";",
           4);
    }
  }

  /// The results that were written to objects of the author's types.
  void print_takes(std::size_t indent) {
    for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
      const ModuleParameter& m = interface_.parameters[k];
      if (!m.in_room || m.role != ModuleRole::Result) continue;
      line(copy_call("take", m, k, fmt::format("c_{}", k), m.offset) + ";", indent);
    }
  }

  void print_results(std::string next, std::size_t indent) {
    for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
      const ModuleParameter& m = interface_.parameters[k];
      if (m.role != ModuleRole::Result) continue;
      line(fmt::format("double* const r_{} = {};", k, next), indent);
      next = m.at_run_time ? fmt::format("r_{} +{}length({}, a->sizes)", k, line_break(0), k)
                           : fmt::format("r_{} + {}", k, m.fixed);
    }
  }

  bool returns() const { return !primal_.result_leaves.empty(); }

  /// What a call of the emitted function is given beyond the author's parameters.
  std::vector<std::string> arguments_of(const Function& emitted, const std::string& partials) {
    std::vector<std::string> list = arguments(primal_, interface_);
    std::size_t k = list.size();
    if (!partials.empty()) {
      if (interface_.fixed_count > 0) {
        list.push_back(partials);
        ++k;
      }
      for (std::size_t i = 0; i < interface_.parameters.size(); ++i) {
        const ModuleParameter& m = interface_.parameters[i];
        if (m.role != ModuleRole::Param || !m.at_run_time) continue;
        list.push_back(adjoint(i));
        ++k;
      }
    }
    if (k < emitted.parameters.size()) list.emplace_back("a->work");
    return list;
  }

  void print_value() {
    line("inline void value(const gradsmith_arguments_v1* a, double* results) {");
    print_beginnings(true);
    std::size_t indent = 2;
    if (!interface_.at_once) {
      std::int64_t each = 0;
      for (const ModuleParameter& m : interface_.parameters) {
        if (m.role == ModuleRole::Result) each += m.fixed;
      }
      line("for (long long i = 0; i < a->samples; ++i) {", 2);
      indent = 4;
      print_results(each == 1 ? "results + i" : fmt::format("results + i * {}", each), indent);
      print_fills();
    }
    std::string statement = call(f_.value->name, arguments_of(*f_.value, "")) + ";";
    if (returns()) {
      const std::string place = fmt::format("r_{}", interface_.parameters.size() - 1);
      const bool number =
          primal_.result_leaves.size() == 1 && primal_.result_leaves[0].steps.empty();
      const std::size_t last = interface_.parameters.size() - 1;
      const std::string object = interface_.parameters.back().in_room
                                     ? fmt::format("const room_{0} c_{0}", last)
                                     : "*reinterpret_cast<type_of_result*>(" + place + ")";
      const bool wider = number && interface_.parameters.back().is_float;
      if (wider) statement = as_double(call(f_.value->name, arguments_of(*f_.value, ""))) + ";";
      statement = (number ? place + "[0]" : object) + " =" + line_break(0) + statement;
    }
    line(statement, indent);
    print_takes(indent);
    if (!interface_.at_once) line("}", 2);
    line("}\n");
  }

  /// The struct of the partials, as the emitted function takes it.
  std::string partials_type() const {
    std::string type = f_.gradient->parameters[primal_.parameters.size()].spelling.before;
    while (type.ends_with(' ') || type.ends_with('&')) type.pop_back();
    return type;
  }

  void print_gradient() {
    line("inline double gradient(const gradsmith_arguments_v1* a, double* __restrict g) {");
    print_beginnings(false);
    const bool fixed = interface_.fixed_count > 0;
    if (interface_.at_once) {
      std::string next = fmt::format("g + {}", interface_.fixed_count);
      for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
        const ModuleParameter& m = interface_.parameters[k];
        if (m.role != ModuleRole::Param || !m.at_run_time) continue;
        const std::string name = (has_adjoint_room(m) ? "g_" : "d_") + std::to_string(k);
        line("double* const " + name + " = " + next + ";", 2);
        next = fmt::format("{} +{}length({}, a->sizes)", name, line_break(0), k);
      }
      if (partials_in_room() || any_adjoint_in_room()) {
        print_call_and_copies();
      } else {
        if (fixed) line(fmt::format("{0}& d = *reinterpret_cast<{0}*>(g);", partials_type()), 2);
        print_gradient_call("return ", 2);
      }
      line("}\n");
      return;
    }
    const std::string each = fmt::format("for (int k = 0; k < {}; ++k) ", interface_.fixed_count);
    const bool large = goes_over_work();
    if (large) {
      line(fmt::format("double* const one = a->work + (work(a->sizes) - {});",
                       interface_.fixed_count),
           2);
    } else {
      line(each + "g[k] = 0.0;", 2);
    }
    line("double sum = 0.0;", 2);
    line("for (long long i = 0; i < a->samples; ++i) {", 2);
    print_fills();
    if (!partials_in_room()) {
      line(large
               ? fmt::format("{0}& d = *reinterpret_cast<{0}*>(i == 0 ? g : one);", partials_type())
               : partials_type() + " d;",
           4);
    }
    print_gradient_call("sum += ", 4);
    if (large) {
      line("if (i == 0) continue;", 4);
      line(each + "g[k] += one[k];", 4);
    } else {
      print_members("+=", 4);
    }
    line("}", 2);
    line("return sum;", 2);
    line("}\n");
  }

  /// Where the partials, or some of them, are no flat array but objects in the workspace.
  void print_call_and_copies() {
    if (interface_.fixed_count > 0 && !partials_in_room()) line(partials_type() + " d;", 2);
    line("double sum;", 2);
    print_gradient_call("sum = ", 2);
    print_members("=", 2);
    print_adjoints();
    line("return sum;", 2);
  }

  bool any_adjoint_in_room() const {
    return std::ranges::any_of(interface_.parameters,
                               [&](const ModuleParameter& m) { return has_adjoint_room(m); });
  }

  /// The adjoints of arrays of run-time length, as flat numbers.
  void print_adjoints() {
    for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
      const ModuleParameter& m = interface_.parameters[k];
      if (!has_adjoint_room(m)) continue;
      line(copy_call("take", m, k, fmt::format("d_{}", k), fmt::format("g_{}", k)) + ";", 2);
    }
  }

  /// What the function gives, returned or through a parameter, behind `use`.
  void print_gradient_call(const std::string& use, std::size_t indent) {
    const std::string value = call(f_.gradient->name, arguments_of(*f_.gradient, "d"));
    const std::string statement = value + ";";
    if (returns()) {
      const bool wider = interface_.parameters.back().is_float;
      line(use + (wider ? as_double(value) : value) + ";", indent);
      return;
    }
    const auto result =
        std::ranges::find(interface_.parameters, ModuleRole::Result, &ModuleParameter::role);
    GRADSMITH_CHECK(result != interface_.parameters.end() && result->fixed == 1,
                    "the gradient of {} is not of one number", primal_.name);
    line(fmt::format("double {}[1];", result->offset), indent);
    line(statement, indent);
    if (result->in_room) print_takes(indent);
    line(use + result->offset + "[0];", indent);
  }

  /// g += d, member by member, so that compilers can keep numbers in registers; or g = d.
  void print_members(const char* how, std::size_t indent) {
    for (const ModuleParameter& m : interface_.parameters) {
      if (m.role != ModuleRole::Param || m.at_run_time) continue;
      const std::string member = "d." + m.parameter->name;
      if (m.in_room) {
        const auto k = static_cast<std::size_t>(&m - interface_.parameters.data());
        const char* copy = std::string_view(how) == "=" ? "take" : "add";
        line(copy_call(copy, m, k, member, "g + " + m.offset) + ";", indent);
      } else if (m.extents.empty()) {
        line(fmt::format("g[{}] {} {};", m.offset, how, m.is_float ? as_double(member) : member),
             indent);
      } else {
        const std::string from = "reinterpret_cast<const double*>(&" + member + ")";
        line(fmt::format("for (int k = 0; k < {}; ++k) g[{} + k] {} {}[k];", m.fixed, m.offset, how,
                         from),
             indent);
      }
    }
  }

  static int element_code(const ModuleParameter& m) {
    const bool given = m.role == ModuleRole::Data || m.role == ModuleRole::Size;
    return m.is_int && given ? 1 : m.is_float ? 2 : 0;
  }

  /// What its integers can be: of data, which come as int, and of sizes.
  static std::string range_of(const ModuleParameter& m, std::size_t k) {
    if (element_code(m) != 1) return "0, 0";
    const std::string type = m.in_room                    ? "decltype(" + first_number(m, k) + ")"
                             : m.role == ModuleRole::Size ? fmt::format("size_type_{}", k)
                             : m.extents.empty()          ? fmt::format("type_{}", k)
                                                          : "int";
    return fmt::format("gradsmith_range_v1<{0}>::least,{1}gradsmith_range_v1<{0}>::greatest", type,
                       line_break(0));
  }

  void print_parameters() {
    std::string extents;
    std::string rows;
    std::size_t at = 0;
    for (std::size_t k = 0; k < interface_.parameters.size(); ++k) {
      const ModuleParameter& m = interface_.parameters[k];
      for (const std::int64_t e : m.extents) {
        extents += (extents.empty() ? "" : "," + line_break(0)) + std::to_string(e);
      }
      rows += wrap(
          fmt::format("{{\"{}\", {}, {}, {}, {}, {}, {}}},", m.parameter ? m.parameter->name : "",
                      static_cast<int>(m.role), element_code(m), m.extents.size(),
                      m.extents.empty() ? "nullptr" : fmt::format("extents + {}", at),
                      range_of(m, k), object_type(m, k)),
          4);
      at += m.extents.size();
    }
    if (at > 0) line("constexpr long long extents[] = {" + extents + "};");
    for (const std::string& type : object_types(primal_, interface_)) line(type);
    line("constexpr gradsmith_parameter_v1 parameters[] = {");
    text_ += rows;
    line("};\n");
  }

  const ModuleFunction& f_;
  const Function& primal_;
  ModuleInterface interface_;
  std::string text_;
};

}  // namespace

std::string why_left_out(const ModuleFunction& f) {
  const std::string why = why_not_in_module(f.primal);
  if (!why.empty()) return why;
  const bool at_once = module_interface(f.primal).at_once;
  for (const Function* w : {f.value_work, f.gradient_work}) {
    if (!w || at_once) continue;
    const std::vector<NodeId> used = reachable(w->graph, output_values(*w));
    const bool by_data =
        std::ranges::any_of(used, [&](NodeId id) { return w->graph.op(id) == Op::Input; });
    if (by_data) return "the length of its workspace depends on an argument";
  }
  return "";
}

std::string module_name(const std::string& spec) {
  const std::size_t slash = spec.rfind('/');
  std::string name = spec.substr(slash == std::string::npos ? 0 : slash + 1);
  name = name.substr(0, name.find('.'));
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  const bool starts_well = !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0]));
  return starts_well ? name : "module_" + name;
}

std::string print_module(const ModuleRequest& request) {
  std::string text = std::string(module_types_source());
  std::string entries;
  std::size_t count = 0;
  for (const ModuleFunction& f : request.functions) {
    text += "\n";
    const std::string why = why_left_out(f);
    if (!why.empty()) {
      text += wrap(fmt::format("// {} is not in the module: {}.", f.primal.name, why), 0);
      continue;
    }
    ++count;
    FunctionDescription description(f);
    for (const std::string& n : f.primal.namespaces) {
      text += (n.starts_with('!') ? "inline namespace " : "namespace ") + plain(n) + " {\n";
    }
    text += description.print();
    for (std::size_t k = f.primal.namespaces.size(); k-- > 0;) {
      text += "}  // namespace " + plain(f.primal.namespaces[k]) + "\n";
    }
    entries += wrap(description.entry() + ",", 6);
  }
  const std::string name = module_name(request.spec);
  text += "\nnamespace gradsmith_modules {\n";
  text += "inline const gradsmith_module_v1& " + name + "() {\n";
  if (count > 0)
    text += "  static const gradsmith_function_v1 functions[] = {\n" + entries + "  };\n";
  text += wrap(fmt::format("static const gradsmith_module_v1 description = {{1, \"{}\", {}, {}}};",
                           request.spec, count, count > 0 ? "functions" : "nullptr"),
               2);
  text += "  return description;\n}\n}  // namespace gradsmith_modules\n\n";
  text += "#ifdef GRADSMITH_EXPORT_MODULE  // for a shared object\n";
  text += "extern \"C\" const gradsmith_module_v1* gradsmith_module() {\n";
  return text + "  return &gradsmith_modules::" + name + "();\n}\n#endif\n";
}

}  // namespace gradsmith
