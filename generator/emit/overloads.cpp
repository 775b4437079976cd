#include "emit/overloads.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <vector>

#include "emit/wrap.hpp"

namespace gradsmith {
namespace {

constexpr std::string_view kNewer = "<span>";

struct Call {
  std::vector<std::string> declared;           ///< the overload's parameters
  std::vector<std::string> arguments;          ///< of the function, without a workspace
  std::map<std::string, std::string> by_name;  ///< those arguments, by parameter
  bool differs = false;
  bool needs_newer = false;
};

/// The author's parameters stand for as many of the emitted ones as they have arguments.
Call call_of(const Function& f) {
  Call call;
  std::map<std::string, const SpecParameter*> first;
  for (const SpecParameter& s : f.spec_parameters) first[s.name] = &s;
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    const Parameter& p = f.parameters[k];
    if (!f.workspace.empty() && p.name == f.workspace) {
      call.differs = true;
      continue;
    }
    const auto own = first.find(p.name);
    if (own == first.end() || own->second->arguments.size() < 2) {
      call.declared.push_back(p.spelling.declare(p.name));
      call.arguments.push_back(p.name);
      call.by_name[p.name] = p.name;
      continue;
    }
    const SpecParameter& s = *own->second;
    call.differs = true;
    call.needs_newer = call.needs_newer || s.include == kNewer;
    call.declared.push_back(s.spelling.declare(s.name));
    for (std::size_t j = 0; j < s.arguments.size(); ++j) {
      call.arguments.push_back(s.arguments[j]);
      call.by_name[f.parameters[k + j].name] = s.arguments[j];
    }
    k += s.arguments.size() - 1;
  }
  return call;
}

}  // namespace

std::string overload_of(const Function& f) {
  const Call call = call_of(f);
  if (!call.differs) return "";
  std::string text = "// As above, for callers who do not mind allocating";
  if (f.workspace.empty()) text = "// As above, for the author's own types";
  text += ".\n";
  std::string head = "inline " + f.result.before + f.name + "(";
  for (std::size_t k = 0; k < call.declared.size(); ++k) {
    head += (k > 0 ? "," + line_break(0) : "") + call.declared[k];
  }
  text += wrap(head + ")" + f.result.after + " {", 0);
  std::vector<std::string> arguments = call.arguments;
  if (!f.workspace.empty()) {
    std::vector<std::string> sizes;
    for (const Parameter& p : f.parameters) {
      if (is_integer(f.graph, p)) sizes.push_back(call.by_name.at(p.name));
    }
    text += wrap(fmt::format("std::vector<double> {}(static_cast<std::size_t>({}_work({})));",
                             f.workspace, f.name, fmt::join(sizes, "," + line_break(0))),
                 2);
    arguments.push_back(f.workspace + ".data()");
  }
  const bool result = f.result.before != "void ";
  text += wrap(fmt::format("{}{}({});", result ? "return " : "", f.name,
                           fmt::join(arguments, "," + line_break(0))),
               2);
  text += "}\n";
  if (!call.needs_newer) return text;
  return "#if __cplusplus >= 202002L\n" + text + "#endif\n";
}

std::set<std::string> overload_includes(const Function& f, bool newer) {
  std::set<std::string> found;
  if (!call_of(f).differs) return found;
  if (!f.workspace.empty() && !newer) found = {"<cstddef>", "<vector>"};
  for (const SpecParameter& s : f.spec_parameters) {
    if (!s.include.empty() && (s.include == kNewer) == newer) found.insert(s.include);
  }
  return found;
}

}  // namespace gradsmith
