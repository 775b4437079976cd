#include "emit/print_cpp.hpp"

#include <algorithm>

#include "emit/cpp_expression.hpp"
#include "emit/wrap.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

class StatementPrinter {
 public:
  explicit StatementPrinter(const Spelling& result, const SplitFunction* split = nullptr)
      : result_(result), split_(split) {}

  /// Recursion follows the nesting of branches only.
  void print(const Block& block, std::size_t indent) {
    for (const Statement& s : block.statements) {
      indent_ = indent;
      std::visit([&](const auto& statement) { print(statement); }, s.is);
    }
  }

  std::string text;

 private:
  void line(const std::string& statement, const std::string& comment = "") {
    text += wrap(statement + ";", indent_, comment);
  }

  void print(const Define& s) {
    line("const " + std::string(cpp_type(s.value.element)) + " " + s.name + " =" + line_break(0) +
             breakable_expression(s.value),
         s.comment);
  }

  void print(const Declare& s) {
    std::string statement =
        s.type ? std::string(cpp_type(*s.type)) + " " + s.name : result_.declare(s.name);
    if (s.value) statement += " =" + line_break(0) + breakable_expression(*s.value);
    line(statement, s.comment);
  }

  void print(const Assign& s) {
    line(cpp_place(s.place) + " =" + line_break(0) + breakable_expression(s.value), s.comment);
  }

  void print(const Clear& s) {
    line("for (int " + s.index + " = 0; " + s.index + " < " + std::to_string(s.count) + "; ++" +
         s.index + ") " + s.array + "[" + s.index + "] = 0.0");
  }

  void print(const Return& s) { line("return" + line_break(0) + breakable_expression(s.value)); }

  void print(const Call& s) {
    GRADSMITH_CHECK(split_, "a call of a part in a function that has none");
    const Part& part = split_->parts[s.part];
    std::vector<std::string> arguments = part.parameters;
    if (part.uses_kept) arguments.push_back(split_->keeper);
    if (part.fills_result) arguments.push_back(split_->result);
    std::string statement = split_->scope + "::" + part.name + "(";
    for (std::size_t k = 0; k < arguments.size(); ++k) {
      statement += (k > 0 ? "," + line_break(4) : "") + arguments[k];
    }
    line(statement + ")");
  }

  void print(const Branch& s) {
    const std::size_t indent = indent_;
    const std::string condition = "if (" + breakable_expression(s.condition) + ")";
    if (s.when_false.statements.empty() && print_return(condition, s.when_true)) return;
    text += wrap(condition + " {", indent);
    print(s.when_true, indent + 2);
    const Block* otherwise = &s.when_false;
    while (const Branch* next = only_branch(*otherwise)) {
      text += wrap("} else if (" + breakable_expression(next->condition) + ") {", indent);
      print(next->when_true, indent + 2);
      otherwise = &next->when_false;
    }
    if (!otherwise->statements.empty()) {
      text += std::string(indent, ' ') + "} else {\n";
      print(*otherwise, indent + 2);
    }
    text += std::string(indent, ' ') + "}\n";
    indent_ = indent;
  }

  /// `if (x < 0.0) return -x;`, where it fits a line.
  bool print_return(const std::string& condition, const Block& block) {
    if (block.statements.size() != 1) return false;
    const auto* returned = std::get_if<Return>(&block.statements[0].is);
    if (!returned) return false;
    const std::string statement =
        condition + " return " + breakable_expression(returned->value) + ";";
    const std::string lines = wrap(statement, indent_);
    if (std::count(lines.begin(), lines.end(), '\n') > 1) return false;
    text += lines;
    return true;
  }

  static const Branch* only_branch(const Block& block) {
    return block.statements.size() == 1 ? std::get_if<Branch>(&block.statements[0].is) : nullptr;
  }

  const Spelling& result_;
  const SplitFunction* split_;
  std::size_t indent_ = 0;
};

/// What a function reads and writes, its own locals among it.
std::set<std::string> mentioned_roots(const SplitFunction& split) {
  std::set<std::string> mentioned = mentioned_roots(split.whole);
  for (const Part& part : split.parts) {
    mentioned.insert(part.parameters.begin(), part.parameters.end());
  }
  return mentioned;
}

std::string signature(const Function& f, const std::set<std::string>& mentioned) {
  std::string text = "inline " + f.result.before + f.name + "(";
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    const Parameter& p = f.parameters[k];
    if (k > 0) text += "," + line_break(0);
    text += p.spelling.declare(mentioned.contains(p.name) || p.name.empty() ? p.name
                                                                            : "/*" + p.name + "*/");
  }
  return wrap(text + ")" + f.result.after + " {", 0);
}

/// The type of a reference to an object of the type that a spelling declares.
Spelling reference_to(Spelling type, bool is_const) {
  while (type.before.ends_with(' ')) type.before.pop_back();
  if (is_const && !type.before.starts_with("const ")) type.before = "const " + type.before;
  return {type.before + "& ", type.after};
}

std::string part_signature(const Function& f, const SplitFunction& split, const Part& part) {
  std::vector<std::string> declared;
  for (const std::string& name : part.parameters) {
    const Parameter& p = *f.parameter(name);
    // Objects that the whole received by value are not copied again.
    const bool object = p.class_type && p.spelling.before.find_first_of("&*") == std::string::npos;
    declared.push_back((object ? reference_to(p.spelling, true) : p.spelling).declare(name));
  }
  if (part.uses_kept) declared.push_back("kept_values& " + split.keeper);
  if (part.fills_result) {
    declared.push_back(reference_to(f.result, false).declare(split.result));
  }
  std::string text = "inline void " + part.name + "(";
  for (std::size_t k = 0; k < declared.size(); ++k) {
    text += (k > 0 ? "," + line_break(0) : "") + declared[k];
  }
  return wrap(text + ") {", 0);
}

std::string kept_values(const Function& f, const SplitFunction& split) {
  std::string text = wrap("// What the parts of " + f.name + " hand on to each other.", 0);
  text += "struct kept_values {\n";
  for (const Element type : {Element::F64, Element::F32, Element::Index, Element::Bool}) {
    std::string line;
    for (const SplitFunction::Kept& local : split.kept) {
      if (local.type != type) continue;
      line += (line.empty() ? std::string(cpp_type(type)) + " " : "," + line_break(0)) + local.name;
    }
    if (!line.empty()) text += wrap(line + ";", 2);
  }
  return text + "};\n";
}

}  // namespace

std::string cpp_block(const Block& block, const Spelling& result, std::size_t indent) {
  StatementPrinter printer(result);
  printer.print(block, indent);
  return std::move(printer.text);
}

std::string cpp_function(const Function& f, const Block& body) {
  return signature(f, mentioned_roots(body)) + cpp_block(body, f.result, 2) + "}\n";
}

std::string cpp_function(const Function& f, const SplitFunction& split) {
  StatementPrinter printer(f.result, &split);
  printer.print(split.whole, 2);
  const std::string kept =
      split.kept.empty() ? "" : "  " + split.scope + "::kept_values " + split.keeper + ";\n";
  return signature(f, mentioned_roots(split)) + kept + printer.text + "}\n";
}

std::string cpp_parts(const Function& f, const SplitFunction& split) {
  std::string text = "namespace " + split.scope + " {\n";
  if (!split.kept.empty()) text += "\n" + kept_values(f, split);
  for (const Part& part : split.parts) {
    text += "\n" + part_signature(f, split, part) + cpp_block(part.body, f.result, 2) + "}\n";
  }
  return text + "\n}  // namespace " + split.scope + "\n";
}

}  // namespace gradsmith
