#include "emit/print_cpp.hpp"

#include <algorithm>

#include "emit/cpp_expression.hpp"
#include "emit/wrap.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

class StatementPrinter {
 public:
  StatementPrinter(const Spelling& result, bool wide_integers, const SplitFunction* split = nullptr)
      : result_(result), wide_integers_(wide_integers), split_(split) {}

  /// Recursion follows the nesting of branches and loops only.
  void print(const Block& block, std::size_t indent) {
    for (const Statement& s : block.statements) {
      indent_ = indent;
      std::visit([&](const auto& statement) { print(statement); }, s.is);
    }
  }

  std::string text;

 private:
  std::string expression(const Expression& e) const {
    return breakable_expression(e, wide_integers_);
  }

  void line(const std::string& statement, const std::string& comment = "") {
    text += wrap(statement + ";", indent_, comment);
  }

  void print(const Define& s) {
    line("const " + type_of(s.value.element, s.lanes) + " " + s.name + " =" + line_break(0) +
             expression(s.value),
         s.comment);
  }

  void print(const Declare& s) {
    std::string statement =
        s.type ? type_of(*s.type, s.lanes) + " " + s.name : result_.declare(s.name);
    if (s.value) statement += " =" + line_break(0) + expression(*s.value);
    line(statement, s.comment);
  }

  std::string type_of(Element element, bool lanes) const {
    if (lanes) return element == Element::Bool ? "gradsmith_math::mask" : "gradsmith_math::lanes";
    return std::string(cpp_type(element, wide_integers_));
  }

  void print(const Assign& s) {
    const std::string token =
        s.with == Op::Constant ? "=" : std::string(op_row(s.with).spelling) + "=";
    line(place(s) + " " + token + line_break(0) + expression(s.value), s.comment);
  }

  std::string place(const Assign& s) const {
    if (s.subscripts.empty()) return cpp_place(s.place);
    return expression(read(s.value.element, s.place, s.subscripts));
  }

  void print(const Perform& s) { line(expression(s.call), s.comment); }

  void print(const DeclareArray& s) {
    std::string extents;
    for (std::int64_t e : s.extents) extents += "[" + std::to_string(e) + "]";
    line(std::string(cpp_type(s.type, wide_integers_)) + " " + s.name + extents);
  }

  void print(const Slice& s) {
    std::string statement = "double* __restrict const " + s.name + " = " + s.workspace;
    if (!s.offset.empty()) {
      const bool choice = s.offset[0].kind == Expression::Kind::Choose;
      const std::string offset = expression(s.offset[0]);
      statement += " + " + (choice ? "(" + offset + ")" : offset);
    }
    line(statement);
  }

  void print(const RowPointer& s) {
    const Expression& o = s.offset;
    const bool sum =
        o.kind == Expression::Kind::Choose || o.is_apply(Op::Add) || o.is_apply(Op::Sub);
    const std::string offset = expression(o);
    line((s.is_read_only ? "const " : "") + type_of(s.element, false) + "* const " + s.name + " =" +
         line_break(0) + s.array + " + " + (sum ? "(" + offset + ")" : offset));
  }

  void print(const Loop& s) {
    const std::size_t indent = indent_;
    const std::string type(cpp_type(Element::Index, wide_integers_));
    std::string step = s.step > 0 ? "++" + s.index : "--" + s.index;
    if (s.step > 1) step = s.index + " += " + std::to_string(s.step);
    if (s.step < -1) step = s.index + " -= " + std::to_string(-s.step);
    if (!s.comment.empty()) text += wrap("// " + s.comment, indent);
    text += wrap("for (" + type + " " + s.index + " = " + expression(*s.begin) + "; " + s.index +
                     (s.step > 0 ? " < " : " > ") + expression(*s.end) +
                     (s.until.empty() ? "" : " && !" + s.until) + "; " + step + ") {",
                 indent);
    print(s.body, indent + 2);
    text += std::string(indent, ' ') + "}\n";
    indent_ = indent;
  }

  void print(const Clear& s) {
    line("for (int " + s.index + " = 0; " + s.index + " < " + std::to_string(s.count) + "; ++" +
         s.index + ") " + s.array + "[" + s.index + "] = 0.0");
  }

  void print(const Return& s) { line("return" + line_break(0) + expression(s.value)); }

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
    const std::string condition = "if (" + expression(s.condition) + ")";
    if (s.when_false.statements.empty() && print_return(condition, s.when_true)) return;
    text += wrap(condition + " {", indent);
    print(s.when_true, indent + 2);
    const Block* otherwise = &s.when_false;
    while (const Branch* next = only_branch(*otherwise)) {
      text += wrap("} else if (" + expression(next->condition) + ") {", indent);
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
    const std::string statement = condition + " return " + expression(returned->value) + ";";
    const std::string lines = wrap(statement, indent_);
    if (std::count(lines.begin(), lines.end(), '\n') > 1) return false;
    text += lines;
    return true;
  }

  static const Branch* only_branch(const Block& block) {
    return block.statements.size() == 1 ? std::get_if<Branch>(&block.statements[0].is) : nullptr;
  }

  const Spelling& result_;
  const bool wide_integers_;
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

std::string signature(const Function& f, const std::set<std::string>& mentioned,
                      std::string_view attribute = {}) {
  std::string text = "inline " + f.result.before + f.name + "(";
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    const Parameter& p = f.parameters[k];
    if (k > 0) text += "," + line_break(0);
    text += p.spelling.declare(mentioned.contains(p.name) || p.name.empty() ? p.name
                                                                            : "/*" + p.name + "*/");
  }
  return std::string(attribute) + wrap(text + ")" + f.result.after + " {", 0);
}

/// The type of a reference to an object of the type that a spelling declares.
Spelling reference_to(Spelling type, bool is_const) {
  while (type.before.ends_with(' ')) type.before.pop_back();
  if (is_const && !type.before.starts_with("const ")) type.before = "const " + type.before;
  return {type.before + "& ", type.after};
}

std::string part_signature(const Function& f, const SplitFunction& split, const Part& part,
                           std::string_view attribute) {
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
  return std::string(attribute) + wrap(text + ") {", 0);
}

std::string kept_values(const Function& f, const SplitFunction& split) {
  std::string text = wrap("// What the parts of " + f.name + " hand on to each other.", 0);
  text += "struct kept_values {\n";
  for (const Element type : {Element::F64, Element::F32, Element::Index, Element::Bool}) {
    std::string line;
    for (const SplitFunction::Kept& local : split.kept) {
      if (local.type != type) continue;
      line += (line.empty() ? std::string(cpp_type(type, f.wide_integers)) + " "
                            : "," + line_break(0)) +
              local.name;
    }
    if (!line.empty()) text += wrap(line + ";", 2);
  }
  return text + "};\n";
}

}  // namespace

std::string cpp_block(const Block& block, const Spelling& result, std::size_t indent,
                      bool wide_integers) {
  StatementPrinter printer(result, wide_integers);
  printer.print(block, indent);
  return std::move(printer.text);
}

std::string cpp_function(const Function& f, const Block& body, std::string_view attribute) {
  return signature(f, mentioned_roots(body), attribute) +
         cpp_block(body, f.result, 2, f.wide_integers) + "}\n";
}

std::string cpp_function(const Function& f, const SplitFunction& split) {
  StatementPrinter printer(f.result, f.wide_integers, &split);
  printer.print(split.whole, 2);
  const std::string kept =
      split.kept.empty() ? "" : "  " + split.scope + "::kept_values " + split.keeper + ";\n";
  return signature(f, mentioned_roots(split)) + kept + printer.text + "}\n";
}

std::string cpp_parts(const Function& f, const SplitFunction& split, std::string_view attribute) {
  std::string text = "namespace " + split.scope + " {\n";
  if (!split.kept.empty()) text += "\n" + kept_values(f, split);
  for (const Part& part : split.parts) {
    text += "\n" + part_signature(f, split, part, attribute) +
            cpp_block(part.body, f.result, 2, f.wide_integers) + "}\n";
  }
  return text + "\n}  // namespace " + split.scope + "\n";
}

}  // namespace gradsmith
