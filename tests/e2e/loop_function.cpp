#include "loop_function.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace e2e {
namespace {

using Kind = LoopParameter::Kind;
using Role = LoopParameter::Role;

int position(const LoopFunction& f, const std::string& name) {
  for (std::size_t p = 0; p < f.parameters.size(); ++p) {
    if (f.parameters[p].name == name) return static_cast<int>(p);
  }
  return -1;
}

// The sizes by their own names, from an array in the order of the parameters.
std::string sizes(const LoopFunction& f, const std::string& from) {
  std::string text;
  int k = 0;
  for (const LoopParameter& p : f.parameters) {
    if (p.kind != Kind::Size) continue;
    text += fmt::format("  const int {} = {}[{}];\n  static_cast<void>({});\n", p.name, from, k++,
                        p.name);
  }
  return text;
}

std::string pointer(const LoopParameter& p, const std::string& array, const std::string& real,
                    bool is_const) {
  if (p.kind != Kind::Rows) return array + ".get()";
  return fmt::format("reinterpret_cast<{}{} (*)[{}]>({}.get())", is_const ? "const " : "", real,
                     p.columns, array);
}

// What a call passes for a parameter of the spec.
std::string argument(const LoopFunction& f, std::size_t k, const std::string& real) {
  const LoopParameter& p = f.parameters[k];
  const std::string array = fmt::format("a.numbers[{}]", k);
  const bool is_const = p.role == Role::Param || p.role == Role::Data;
  switch (p.kind) {
    case Kind::Scalar:
      return array + "[0]";
    case Kind::Index:
      return fmt::format("a.integers[{}].get()", k);
    case Kind::Size:
      return p.name;
    case Kind::Span:
      return fmt::format("std::span<{}{}>({}.get(), {}.size())", is_const ? "const " : "", real,
                         array, array);
    case Kind::Vector:
      return fmt::format("std::vector<{}>({}.get(), {}.get() + {}.size())", real, array, array,
                         array);
    default:
      return pointer(p, array, real, is_const);
  }
}

std::string plain_call(const LoopFunction& f, const std::string& real) {
  std::string list;
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    list += (k == 0 ? "" : ", ") + argument(f, k, real);
  }
  return fmt::format("{}  {}{}::{}({});\n", sizes(f, "a.sizes"), f.returns ? "a.result[0] = " : "",
                     f.name_space, f.name, list);
}

// The declared parameters of an emitted function, or an empty list and `found` unset.
std::vector<std::string> declared(const std::string& header, const std::string& name, bool& found) {
  std::size_t at = header.find(" " + name + "(");
  found = at != std::string::npos;
  std::vector<std::string> list;
  if (!found) return list;
  at += name.size() + 2;
  int depth = 0;
  std::string item;
  for (;; ++at) {
    const char c = header.at(at);
    if (c == '(') ++depth;
    if ((c == ')' && depth == 0) || (c == ',' && depth == 0)) {
      if (!item.empty()) list.push_back(item);
      item.clear();
      if (c == ')') return list;
      continue;
    }
    if (c == ')') --depth;
    item += c == '\n' ? ' ' : c;
  }
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// `x` of `const double* x`, `const double (*x)[3]`, `const double x[4]`.
std::string declared_name(std::string text) {
  const std::size_t bracket = text.find('[');
  if (bracket != std::string::npos) text.resize(bracket);
  while (!text.empty() && !is_word(text.back())) text.pop_back();
  std::size_t from = text.size();
  while (from > 0 && is_word(text[from - 1])) --from;
  return text.substr(from);
}

class Call {
 public:
  Call(const LoopFunction& f, const std::string& word, const std::string& header)
      : f_(f), word_(word), header_(header), name_(f.name + "_" + word) {
    std::string list;
    bool found = false;
    for (const std::string& p : declared(header, name_, found)) {
      list += (list.empty() ? "" : ", ") + passed(p);
    }
    if (!found) throw std::runtime_error("no " + name_ + " in the header");
    text_ = sizes(f, "a.sizes") + before_;
    const bool result = f.returns && word != "vjp";
    text_ += fmt::format("  {}{}::{}({});\n{}", result ? "a.result[0] = " : "", f.name_space, name_,
                         list, after_);
  }
  const std::string& text() const { return text_; }

 private:
  std::string passed(const std::string& declaration) {
    const std::string name = declared_name(declaration);
    const bool is_const = declaration.find("const ") != std::string::npos;
    if (declaration.find("_partials&") != std::string::npos) return whole(name, is_const);
    const int own = position(f_, name);
    if (own >= 0) return of_parameter(static_cast<std::size_t>(own), is_const);
    const std::string size = "_size";
    if (name.size() > size.size() && name.substr(name.size() - size.size()) == size) {
      const int of = position(f_, name.substr(0, name.size() - size.size()));
      if (of >= 0) return fmt::format("static_cast<int>(a.numbers[{}].size())", of);
    }
    if (name == "work") return workspace();
    if (name.rfind("jacobian", 0) == 0 && word_ == "jacobian") return "matrix.get()";
    if ((name == "h" || name == "h_") && word_ == "hessian") return "matrix.get()";
    if (name.rfind("d_value", 0) == 0 && word_ == "vjp") return "b.in_result";
    if (name.rfind("dv", 0) == 0 && declaration.find('*') == std::string::npos)
      return "b.out_result";
    // d_x, v_x, hv_x, dv_x, a trailing _ or none.
    std::string of = name.substr(name.find('_') + 1);
    while (position(f_, of) < 0 && !of.empty() && of.back() == '_') of.pop_back();
    const int k = position(f_, of);
    if (k < 0) throw std::runtime_error("what is " + declaration + " of " + name_ + "?");
    return pointer(f_.parameters[static_cast<std::size_t>(k)],
                   fmt::format("b.{}[{}]", is_const ? "in" : "out", k), "double", is_const);
  }

  std::string of_parameter(std::size_t k, bool is_const) const {
    const LoopParameter& p = f_.parameters[k];
    if (p.kind == Kind::Span || p.kind == Kind::Vector) {
      return fmt::format("a.numbers[{}].get()", k);
    }
    if (p.kind == Kind::Rows) {
      return pointer(p, fmt::format("a.numbers[{}]", k), "double", is_const);
    }
    return argument(f_, k, "double");
  }

  // The struct of partials: what goes in is copied before, what comes out after the call.
  std::string whole(const std::string& name, bool in) {
    const std::string object = "s_" + name;
    before_ += fmt::format("  {}::{}_partials {};\n", f_.name_space, f_.name, object);
    for (std::size_t k = 0; k < f_.parameters.size(); ++k) {
      const LoopParameter& p = f_.parameters[k];
      if (!p.is_differentiated() || !p.is_constant_shape()) continue;
      const int elements = p.kind == Kind::Scalar ? 1 : std::stoi(p.length);
      for (int i = 0; i < elements; ++i) {
        const std::string member = fmt::format(
            "{}.{}{}", object, p.name, p.kind == Kind::Scalar ? "" : fmt::format("[{}]", i));
        const std::string number = fmt::format("b.{}[{}][{}]", in ? "in" : "out", k, i);
        if (in) {
          before_ += fmt::format("  {} = {};\n", member, number);
        } else {
          after_ += fmt::format("  {} = {};\n", number, member);
        }
      }
    }
    return object;
  }

  // A workspace of exactly the length that the function asks for, full of NaN.
  std::string workspace() {
    std::string list;
    bool found = false;
    for (const std::string& p : declared(header_, name_ + "_work", found)) {
      list += (list.empty() ? "" : ", ") + passed(p);
    }
    if (!found) throw std::runtime_error("no size of the workspace of " + name_);
    before_ += fmt::format(
        "  const oracle::Array<double> work(static_cast<std::size_t>({}::{}_work({})), "
        "oracle::unwritten());\n",
        f_.name_space, name_, list);
    return "work.get()";
  }

  const LoopFunction& f_;
  const std::string word_;
  const std::string& header_;
  const std::string name_;
  std::string before_;
  std::string after_;
  std::string text_;
};

std::string role(const LoopParameter& p) {
  if (p.kind == Kind::Index) return "Index";
  if (p.kind == Kind::Size) return "Size";
  switch (p.role) {
    case Role::Param:
      return "Param";
    case Role::Data:
      return "Data";
    case Role::Output:
      return "Output";
    case Role::InOut:
      return "InOut";
    default:
      return "Work";
  }
}

}  // namespace

namespace {

// Whether an output counts as input, too, as it is not shown to be written before it is read.
bool has_columns_of_outputs(const LoopFunction& f, const std::string& header) {
  bool found = false;
  const std::vector<std::string> all = declared(header, f.name + "_jvp", found);
  return std::any_of(f.parameters.begin(), f.parameters.end(), [&](const LoopParameter& p) {
    return p.role == Role::Output && std::any_of(all.begin(), all.end(), [&](const std::string& d) {
             return declared_name(d) == "v_" + p.name;
           });
  });
}

}  // namespace

LoopAdapter emitted_adapter(const LoopFunction& f, const std::string& header) {
  LoopAdapter made;
  std::string& text = made.definitions;
  text = fmt::format("namespace case_{} {{\n", f.name);
  std::string parameters;
  for (const LoopParameter& p : f.parameters) {
    for (const auto& [what, type, of] :
         {std::tuple{"length", "std::size_t", p.length}, std::tuple{"limit", "int", p.limit}}) {
      text += fmt::format(
          "{} {}_of_{}(const int* s) {{\n  static_cast<void>(s);\n{}  return "
          "static_cast<{}>({});\n}}\n",
          type, what, p.name, sizes(f, "s"), type, of);
    }
    parameters += fmt::format("  {{\"{}\", oracle::LoopRole::{}, length_of_{}, limit_of_{}}},\n",
                              p.name, role(p), p.name, p.name);
  }
  text += fmt::format("const oracle::LoopParameterInfo parameters[] = {{\n{}}};\n", parameters);
  text +=
      fmt::format("void plain(oracle::Arguments<double>& a) {{\n{}}}\n", plain_call(f, "double"));
  std::string pointers;
  const std::vector<std::string> words = f.words();
  for (const std::string word : {"value", "gradient", "hvp", "vjp", "jvp", "jacobian", "hessian"}) {
    const bool asked = std::find(words.begin(), words.end(), word) != words.end();
    if (!asked || (word == "jacobian" && has_columns_of_outputs(f, header))) {
      pointers += ", nullptr";
      continue;
    }
    const bool matrix = word == "jacobian" || word == "hessian";
    std::string around = word == "value" ? "" : ", oracle::Around& b";
    if (matrix) around += ", oracle::Array<double>& matrix";
    const std::string unused = word == "jacobian" ? "  static_cast<void>(b);\n" : "";
    text += fmt::format("void {}(oracle::Arguments<double>& a{}) {{\n{}{}}}\n", word, around,
                        unused, Call(f, word, header).text());
    pointers += fmt::format(", case_{}::{}", f.name, word);
  }
  text += "}\n";
  made.row =
      fmt::format("  {{\"{0}\", {1}, {2}, case_{0}::parameters, {3}, case_{0}::plain{4}}},\n",
                  f.name, f.returns, f.all_lengths, f.parameters.size(), pointers);
  return made;
}

LoopAdapter oracle_adapter(const LoopFunction& f) {
  return {fmt::format("void run_{}(oracle::Arguments<oracle::LoopReal>& a) {{\n{}}}\n", f.name,
                      plain_call(f, "oracle::LoopReal")),
          fmt::format("  {{\"{0}\", run_{0}}},\n", f.name)};
}

}  // namespace e2e
