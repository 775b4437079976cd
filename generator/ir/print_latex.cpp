#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>

#include "ir/notation.hpp"
#include "ir/print.hpp"
#include "ir/print_pieces.hpp"

namespace gradsmith {
namespace {

// How tightly what is written binds, beyond the C++ tokens of the table: powers and subscripts.
constexpr int kBase = 9;

/// Functions with one argument in parentheses, and all others by \operatorname.
struct Word {
  Op op;
  std::string_view before;
  std::string_view after = "\\right)";
};
constexpr Word kWords[] = {
    {Op::Exp, "e^{", "}"},
    {Op::Exp2, "2^{", "}"},
    {Op::Log, "\\ln\\left("},
    {Op::Log2, "\\log_2\\left("},
    {Op::Log10, "\\log_{10}\\left("},
    {Op::Sqrt, "\\sqrt{", "}"},
    {Op::Cbrt, "\\sqrt[3]{", "}"},
    {Op::Sin, "\\sin\\left("},
    {Op::Cos, "\\cos\\left("},
    {Op::Tan, "\\tan\\left("},
    {Op::Asin, "\\arcsin\\left("},
    {Op::Acos, "\\arccos\\left("},
    {Op::Atan, "\\arctan\\left("},
    {Op::Sinh, "\\sinh\\left("},
    {Op::Cosh, "\\cosh\\left("},
    {Op::Tanh, "\\tanh\\left("},
    {Op::Lgamma, "\\ln\\left|\\Gamma\\left(", "\\right)\\right|"},
    {Op::Tgamma, "\\Gamma\\left("},
    {Op::Fabs, "\\left|", "\\right|"},
    {Op::Floor, "\\left\\lfloor ", "\\right\\rfloor"},
    {Op::Ceil, "\\left\\lceil ", "\\right\\rceil"},
    {Op::Min, "\\min\\left("},
    {Op::Max, "\\max\\left("},
};

std::string_view token(Op op) {
  switch (op) {
    case Op::Quotient:
      return "\\mathbin{\\mathrm{div}}";
    case Op::Remainder:
      return "\\bmod";
    case Op::Le:
      return "\\le";
    case Op::Ge:
      return "\\ge";
    case Op::Eq:
      return "=";
    case Op::Ne:
      return "\\ne";
    case Op::And:
      return "\\land";
    case Op::Or:
      return "\\lor";
    default:
      return op_row(op).spelling;
  }
}

/// `w11` is w_{11}; a name of several letters is upright.
std::string name_text(const std::string& name) {
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  if (name.size() == 1) return name;
  if (std::isalpha(static_cast<unsigned char>(name[0])) != 0 &&
      std::all_of(name.begin() + 1, name.end(), digit)) {
    return fmt::format("{}_{{{}}}", name[0], name.substr(1));
  }
  std::string escaped;
  for (char c : name) escaped += c == '_' ? std::string("\\_") : std::string(1, c);
  return fmt::format("\\mathrm{{{}}}", escaped);
}

std::string index_name(int level) {
  static constexpr std::string_view kLetters = "ijkpqr";
  const auto place = static_cast<std::size_t>(level) - 1;
  return place < kLetters.size() ? std::string(1, kLetters[place]) : fmt::format("i_{{{}}}", level);
}

std::string constant(const Graph& g, NodeId id) {
  if (g.element(id) == Element::Bool) return g.index_value(id) != 0 ? "\\top" : "\\bot";
  if (g.element(id) == Element::Index) return fmt::format("{}", g.index_value(id));
  const double value = g.constant_value(id);
  if (std::isnan(value)) return "\\mathrm{NaN}";
  if (std::isinf(value)) return value < 0 ? "-\\infty" : "\\infty";
  const std::string text = g.element(id) == Element::F32
                               ? fmt::format("{}", static_cast<float>(value))
                               : fmt::format("{}", value);
  const std::size_t e = text.find('e');
  if (e == std::string::npos) return text;
  return fmt::format("{} \\cdot 10^{{{}}}", text.substr(0, e), std::stoi(text.substr(e + 1)));
}

/// The context of a node is the precedence below which it needs parentheses.
class LatexPrinter {
 public:
  explicit LatexPrinter(const Graph& graph) : g_(graph) {}

  std::string print(NodeId root) {
    put(root);
    return pieces_.text([this](NodeId id, int least) {
      const bool enclose = precedence(id) < least;
      if (enclose) put("\\left(");
      node(id);
      if (enclose) put("\\right)");
    });
  }

 private:
  void put(std::string text) { pieces_.put(std::move(text)); }
  void put(NodeId id, int least = 0) { pieces_.put(id, least); }
  void list(std::span<const NodeId> ids) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (i > 0) put(", ");
      put(ids[i]);
    }
  }

  int precedence(NodeId id) const {
    const Op op = g_.op(id);
    if (op == Op::Constant) {
      const std::string text = constant(g_, id);
      if (text.find("cdot") != std::string::npos) return op_row(Op::Mul).precedence;
      return text.front() == '-' ? op_row(Op::Neg).precedence : kBase;
    }
    if (op == Op::Reduce) return op_row(Op::Add).precedence;
    if (op == Op::Div || op == Op::Pow || op == Op::Exp || op == Op::Exp2) return kBase - 1;
    return is_operator(op) && !is_call(op) ? op_row(op).precedence : kBase;
  }

  void node(NodeId id) {
    const auto o = g_.operands(id);
    switch (g_.op(id)) {
      case Op::Constant:
        return put(constant(g_, id));
      case Op::Input:
        return put(name_text(g_.input_name(id)));
      case Op::Bound:
        return put(g_.slot(id) == 0 ? index_name(g_[id].level)
                                    : fmt::format("s_{{{}}}", g_.slot(id)));
      case Op::Convert:
        return put(o[0], kBase);
      case Op::If:
        put("\\begin{cases} ");
        put(o[1]);
        put(" & \\text{if } ");
        put(o[0]);
        put(" \\\\ ");
        put(o[2]);
        return put(" & \\text{otherwise} \\end{cases}");
      case Op::At:
        put(o[0], kBase);
        put("_{");
        list(o.subspan(1));
        return put("}");
      case Op::OneHot:
        put(o.back(), op_row(Op::Mul).precedence);
        put(" \\, \\mathbf{e}_{");
        list(o.first(o.size() - 1));
        return put("}");
      case Op::Pack:
        put("\\left(");
        list(o);
        return put("\\right)");
      case Op::Final:
        put(o[0], kBase);
        return put(fmt::format("^{{({})}}", g_.slot(id) + 1));
      default:
        return is_binder(g_.op(id)) ? loop(id) : apply(id);
    }
  }

  void range(NodeId id) {
    const Range r = g_.range_of(id);
    put(index_name(g_[id].level) + " = ");
    put(r.begin);
    if (!g_.is_constant(r.step, 1)) {
      put(", ");
      put(r.begin, op_row(Op::Add).precedence);
      put(" + ");
      put(r.step, op_row(Op::Mul).precedence);
    }
    put(", \\ldots < ");
    put(r.end);
  }

  void loop(NodeId id) {
    const auto o = g_.operands(id);
    const int product = op_row(Op::Mul).precedence;
    switch (g_.op(id)) {
      case Op::Map:
        put("\\left(");
        put(o[1]);
        put(fmt::format("\\right)_{{0 \\le {} < ", index_name(g_[id].level)));
        put(o[0]);
        return put("}");
      case Op::Trace:
        put("\\left(");
        put(o[1]);
        put("\\right)_{\\text{trips of } ");
        put(o[0]);
        return put("}");
      case Op::Write:
        put(o[3], kBase);
        put("\\left[");
        list(o.subspan(5));
        put(" := ");
        put(o[4]);
        put("\\right]_{");
        range(id);
        return put("}");
      case Op::Fold: {
        const FoldParts parts = g_.fold_parts(id);
        put("\\operatorname{fold}_{");
        range(id);
        put("}\\left(");
        list(parts.inits);
        put(" \\mapsto ");
        list(parts.nexts);
        return put("\\right)");
      }
      default:
        break;
    }
    const Op op = g_.reducer(id);
    const bool sum = op == Op::Add || op == Op::Mul;
    const std::string word(op == Op::Add   ? "\\sum"
                           : op == Op::Mul ? "\\prod"
                                           : fmt::format("\\operatorname{{{}}}", op_name(op)));
    const bool started = !sum || !g_.is_constant(o[3], op == Op::Add ? 0 : 1);
    if (started) {
      if (!sum) put(word + "\\left(");
      put(o[3], sum ? product : 0);
      put(sum ? (op == Op::Add ? " + " : " \\cdot ") : ", ");
    }
    put((g_.op(id) == Op::ArgReduce ? "\\operatorname{arg}" : "") + word + "_{");
    range(id);
    put("} ");
    put(o[4], product);
    if (started && !sum) put("\\right)");
  }

  void apply(NodeId id) {
    const OpRow& row = op_row(g_.op(id));
    const auto o = g_.operands(id);
    if (row.op == Op::Div) {
      put("\\frac{");
      put(o[0]);
      put("}{");
      put(o[1]);
      return put("}");
    }
    if (row.op == Op::Pow) {
      put(o[0], kBase);
      put("^{");
      put(o[1]);
      return put("}");
    }
    if (row.op == Op::Polygamma) {
      put("\\psi^{(");
      put(o[0]);
      put(")}\\left(");
      put(o[1]);
      return put("\\right)");
    }
    if (is_call(row.op)) {
      const auto word = std::ranges::find(kWords, row.op, &Word::op);
      const bool known = word != std::end(kWords);
      put(known ? std::string(word->before)
                : fmt::format("\\operatorname{{{}}}\\left(", row.spelling));
      list(o);
      return put(known ? std::string(word->after) : "\\right)");
    }
    if (o.size() == 1) {
      put(row.op == Op::Not ? "\\lnot " : "-");
      return put(o[0], row.precedence + 1);
    }
    put(o[0], row.precedence);
    // A product is shown by standing side by side, but for numbers.
    const bool dot = g_.is_constant(o[1]);
    put(row.op == Op::Mul ? (dot ? " \\cdot " : " \\, ") : fmt::format(" {} ", token(row.op)));
    put(o[1], starts_with_minus(o[1]) ? kBase : row.precedence + 1);
  }

  bool starts_with_minus(NodeId id) const {
    return g_.op(id) == Op::Neg || (g_.is_constant(id) && constant(g_, id).front() == '-');
  }

  const Graph& g_;
  Pieces<int> pieces_;
};

}  // namespace

std::string to_latex(const Graph& graph, NodeId id) { return LatexPrinter(graph).print(id); }

}  // namespace gradsmith
