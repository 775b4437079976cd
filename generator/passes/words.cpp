#include "passes/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gradsmith {
namespace {

constexpr std::array<std::pair<std::string_view, WordKind>, 11> kFixed = {{
    {"value", WordKind::Value},
    {"gradient", WordKind::Gradient},
    {"partials", WordKind::Partials},
    {"jacobian", WordKind::Jacobian},
    {"hessian", WordKind::Hessian},
    {"jvp", WordKind::Jvp},
    {"vjp", WordKind::Vjp},
    {"hvp", WordKind::Hvp},
    {"sparse_jacobian", WordKind::SparseJacobian},
    {"sparse_hessian", WordKind::SparseHessian},
    {"overloads", WordKind::Overloads},
}};

/// Every way to read `d_a_d_b`; names may contain `_d_` themselves.
void read_wrt(const std::string& rest, const std::vector<std::string>& names,
              std::vector<std::string>& so_far, std::vector<std::vector<std::string>>& found) {
  if (!rest.starts_with("d_")) return;
  const std::string after = rest.substr(2);
  for (const std::string& name : names) {
    if (!after.starts_with(name)) continue;
    so_far.push_back(name);
    const std::string tail = after.substr(name.size());
    if (tail.empty()) {
      found.push_back(so_far);
    } else if (tail.starts_with("_d_")) {
      read_wrt(tail.substr(1), names, so_far, found);
    }
    so_far.pop_back();
  }
}

std::vector<std::string> known_names(const Function& f, bool parameters) {
  std::vector<std::string> names;
  for (const Local& l : f.locals) names.push_back(l.name);
  for (const Parameter& p : f.parameters) {
    if (parameters && p.is_input()) names.push_back(p.name);
  }
  std::ranges::sort(names);
  const auto twins = std::ranges::unique(names);
  names.erase(twins.begin(), twins.end());
  return names;
}

}  // namespace

std::vector<std::string> Word::cuts(const Function& f) const {
  std::vector<std::string> result;
  for (const std::string& name : wrt) {
    const Parameter* p = f.parameter(name);
    if (p && p->is_input()) continue;
    if (std::ranges::find(result, name) == result.end()) result.push_back(name);
  }
  return result;
}

std::string sparse_word(const std::string& text) {
  return text == "jacobian" || text == "hessian" ? "sparse_" + text : text;
}

bool is_fixed_word(const std::string& text) {
  return std::ranges::any_of(kFixed, [&](const auto& entry) { return entry.first == text; });
}

Word read_word(const std::string& text, const Function& f) {
  for (const auto& [name, kind] : kFixed) {
    if (text == name) return {text, kind, "", {}};
  }
  const std::vector<std::string> names = known_names(f, true);
  std::vector<std::string> so_far;
  std::vector<Word> readings;
  const auto collect = [&](const std::string& of, const std::string& rest) {
    std::vector<std::vector<std::string>> found;
    read_wrt(rest, names, so_far, found);
    for (auto& wrt : found) readings.push_back({text, WordKind::Named, of, std::move(wrt)});
  };
  collect("", text);
  for (const std::string& of : known_names(f, false)) {
    if (text.starts_with(of + "_d_")) collect(of, text.substr(of.size() + 1));
  }
  if (readings.size() == 1) return readings[0];
  if (readings.size() > 1) {
    throw Refusal("gs-ambiguous-word", fmt::format("`{}` can be read in several ways", text),
                  "rename one of the variables", f.where);
  }
  throw Refusal("gs-unknown-word", fmt::format("`{}` names no derivative of `{}`", text, f.name),
                "use value, gradient, partials, jacobian, hessian, jvp, vjp, hvp, sparse_jacobian, "
                "sparse_hessian, overloads, or d_ and the name of a parameter or local, as in d_x, "
                "d_x_d_y or "
                "local_d_x",
                f.where);
}

std::vector<std::string> default_words(const Function& f) {
  std::int64_t count = 0;
  for (const Output& o : f.outputs) {
    if (!f.graph.has_constant_extents(f.graph[o.value].type)) return {"value", "jacobian"};
    count += f.graph.element_count(f.graph[o.value].type);
  }
  return count == 1 ? std::vector<std::string>{"value", "gradient"}
                    : std::vector<std::string>{"value", "jacobian"};
}

}  // namespace gradsmith
