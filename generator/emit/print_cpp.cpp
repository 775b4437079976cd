#include "emit/print_cpp.hpp"

#include <algorithm>

#include "emit/cpp_expression.hpp"
#include "emit/wrap.hpp"

namespace gradsmith {
namespace {

class StatementPrinter {
 public:
  StatementPrinter(const Spelling& result, bool wide_integers)
      : result_(result), wide_integers_(wide_integers) {}

  /// Recursion follows the nesting of branches only.
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
    line("const " + std::string(cpp_type(s.value.element, wide_integers_)) + " " + s.name + " =" +
             line_break(0) + expression(s.value),
         s.comment);
  }

  void print(const Declare& s) {
    std::string statement = s.type ? std::string(cpp_type(*s.type, wide_integers_)) + " " + s.name
                                   : result_.declare(s.name);
    if (s.value) statement += " =" + line_break(0) + expression(*s.value);
    line(statement, s.comment);
  }

  void print(const Assign& s) {
    line(cpp_place(s.place) + " =" + line_break(0) + expression(s.value));
  }

  void print(const Return& s) { line("return" + line_break(0) + expression(s.value)); }

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
  std::size_t indent_ = 0;
};

}  // namespace

std::string cpp_block(const Block& block, const Spelling& result, std::size_t indent,
                      bool wide_integers) {
  StatementPrinter printer(result, wide_integers);
  printer.print(block, indent);
  return std::move(printer.text);
}

std::string cpp_function(const Function& f, const Block& body) {
  const std::set<std::string> mentioned = mentioned_roots(body);
  std::string signature = "inline " + f.result.before + f.name + "(";
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    const Parameter& p = f.parameters[k];
    if (k > 0) signature += "," + line_break(0);
    signature += p.spelling.declare(
        mentioned.contains(p.name) || p.name.empty() ? p.name : "/*" + p.name + "*/");
  }
  signature += ")" + f.result.after + " {";
  return wrap(signature, 0) + cpp_block(body, f.result, 2, f.wide_integers) + "}\n";
}

}  // namespace gradsmith
