#include "random_loops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "loop_scope.hpp"

namespace e2e {
namespace {

using Kind = LoopParameter::Kind;
using Role = LoopParameter::Role;

class Writer {
 public:
  Writer(std::uint64_t seed, bool in_forms) : random_(seed), forms_(~seed), in_forms_(in_forms) {
    f_.name = fmt::format("f{}", seed);
  }
  LoopFunction write();

 private:
  // The interface.
  void interface();
  void add(LoopParameter p, const std::string& declaration);
  void scalar(const std::string& name);
  void array(const std::string& name);
  void matrix(const std::string& name);
  std::string marked(const LoopParameter& p, const std::string& type) const;

  // Expressions.
  std::string literal();
  std::string expression(int depth);
  std::string call(int depth);
  std::string leaf();
  std::string element();
  std::string condition();
  std::vector<std::string> subscripts(const LoopArray& a);
  std::string place();
  std::vector<std::string> elements_of(const LoopArray& a);

  // Statements.
  void block(int statements);
  void statement();
  void update();
  void local();
  void store();
  void branch();
  void loop(int body);
  void fill_and_use();
  void local_array();
  void running_extreme();
  void counter();
  void gather();
  void helper_call();
  void guarded_neighbour();
  void leave();
  void pair();
  void triangle();
  void product();
  void table();
  std::string header(LoopIndex& index);
  void closing();

  std::string fresh(const std::string& stem) { return fmt::format("{}{}", stem, used_++); }
  void line(const std::string& code) {
    body_ += std::string(static_cast<std::size_t>(indent_) * 2, ' ') + code + "\n";
  }
  template <class Inside>
  void nested(const std::string& head, Inside inside) {
    const LoopScope saved = scope_;
    const std::size_t start = body_.size();
    line(head + " {");
    const std::size_t first = body_.size();
    ++indent_;
    inside();
    --indent_;
    if (in_forms_ && forms_.chance(40)) other_form(head, start, first);
    line("}");
    scope_ = saved;
  }
  void other_form(const std::string& head, std::size_t start, std::size_t first);
  void vectors();
  std::string size() {
    return sizes_[static_cast<std::size_t>(random_.below(static_cast<int>(sizes_.size())))];
  }

  Random random_;
  Random forms_;  ///< of other ways to write the same loops, and of vectors
  bool in_forms_ = false;
  LoopFunction f_;
  LoopScope scope_;
  std::vector<std::string> sizes_;
  std::string signature_;
  std::string body_;
  int indent_ = 1;
  int used_ = 0;
  int depth_ = 0;   // of loops
  int budget_ = 0;  // of statements
  bool marks_ = false;
};

// ---------------------------------------------------------------- the interface

void Writer::add(LoopParameter p, const std::string& declaration) {
  signature_ += (signature_.empty() ? "" : ", ") + declaration;
  f_.parameters.push_back(std::move(p));
}

std::string Writer::marked(const LoopParameter& p, const std::string& type) const {
  if (!marks_) return type;
  if (p.role == Role::Param) return "gradsmith::param<" + type + ">";
  if (p.role == Role::Work) return "gradsmith::work<" + type + ">";
  return type;
}

void Writer::scalar(const std::string& name) {
  LoopParameter p{name};
  p.role = marks_ && random_.chance(30) ? Role::Data : Role::Param;
  add(p, marked(p, "double") + " " + name);
  scope_.reads.push_back(name);
}

void Writer::array(const std::string& name) {
  LoopParameter p{name};
  LoopArray a{name, size(), random_.below(3)};
  p.length = a.extra == 0 ? a.size : fmt::format("{} + {}", a.size, a.extra);
  p.role = marks_ && random_.chance(30) ? Role::Data : Role::Param;
  const std::string type = "const " + marked(p, "double");
  switch (random_.below(8)) {
    case 0:
      p.kind = Kind::Span;
      add(p, fmt::format("std::span<const double> {}", name));
      break;
    case 1:
      p.kind = Kind::Vector;
      add(p, fmt::format("const std::vector<double>& {}", name));
      break;
    case 2:
      p.kind = Kind::Fixed;
      a = {name, "4", 0};
      p.length = "4";
      add(p, fmt::format("{} {}[4]", type, name));
      break;
    default:
      p.kind = Kind::Pointer;
      add(p, fmt::format("{}* {}", type, name));
      break;
  }
  // A span has no mark of its own here: it is a parameter where nothing is marked, else data.
  if ((p.kind == Kind::Span || p.kind == Kind::Vector) && marks_)
    f_.parameters.back().role = Role::Data;
  scope_.arrays.push_back(a);
}

void Writer::matrix(const std::string& name) {
  LoopParameter p{name};
  p.role = marks_ && random_.chance(30) ? Role::Data : Role::Param;
  const std::string type = "const " + marked(p, "double");
  LoopArray a{name, size(), 0, size()};
  switch (random_.below(5)) {
    case 0:
      p.kind = Kind::Rows;
      p.columns = 3;
      a.columns = "3";
      a.nested = true;
      p.length = fmt::format("{} * 3", a.size);
      add(p, fmt::format("{} (*{})[3]", type, name));
      break;
    case 1:
      p.kind = Kind::Pointer;
      a.columns.clear();
      a.packed = true;
      p.length = fmt::format("{0} * ({0} + 1) / 2", a.size);
      add(p, fmt::format("{}* {}", type, name));
      break;
    default:
      p.kind = Kind::Pointer;
      p.length = fmt::format("{} * {}", a.size, a.columns);
      add(p, fmt::format("{}* {}", type, name));
      break;
  }
  scope_.arrays.push_back(a);
}

void Writer::interface() {
  marks_ = random_.chance(50);
  f_.all_lengths = random_.chance(70);
  sizes_ = {"n"};
  if (random_.chance(60)) sizes_.push_back("m");
  add({"c", Kind::Scalar, Role::Param}, marks_ ? "gradsmith::param<double> c" : "double c");
  scope_.reads.push_back("c");
  if (random_.chance(40)) scalar("b");
  array("x");
  if (random_.chance(60)) array("y");
  if (random_.chance(50)) matrix("W");
  if (random_.chance(25)) matrix("V");
  for (const std::string& s : sizes_) add({s, Kind::Size}, "int " + s);
  if (random_.chance(40)) {
    LoopParameter p{"k", Kind::Index};
    // Of m elements below n there would be none to choose from where n is 0.
    const std::string length = size();
    const IndexArray a{"k", length, random_.chance(50) ? "5" : length};
    p.length = a.size;
    p.limit = a.limit;
    add(p, "const int* k");
    scope_.index_arrays.push_back(a);
  }
  const auto room = [&](const std::string& name, Role r) {
    LoopParameter p{name, Kind::Pointer, r};
    LoopArray a{name, size(), random_.below(3), "", false, false, true};
    p.length = a.extra == 0 ? a.size : fmt::format("{} + {}", a.size, a.extra);
    add(p, fmt::format("{}* {}", marked(p, "double"), name));
    return a;
  };
  f_.returns = random_.chance(80);
  if (!f_.returns || random_.chance(10)) {
    // An array that is written from its first element to its last, or changed in place.
    const bool in_out = !marks_ && random_.chance(50);
    const LoopArray a = room(in_out ? "u" : "out", in_out ? Role::InOut : Role::Output);
    if (!in_out) {
      const std::string i = fresh("i");
      line(fmt::format("for (int {0} = 0; {0} < {1}{2}; ++{0}) {3}[{0}] = {4};", i, a.size,
                       a.extra == 0 ? "" : fmt::format(" + {}", a.extra), a.name,
                       random_.pick({"0", "c", "0.5 * c", "0.25"})));
    }
    scope_.arrays.push_back(a);
  }
  if (marks_ && random_.chance(45)) {
    const LoopArray a = room("w", Role::Work);
    const std::string i = fresh("i");
    line(fmt::format("for (int {0} = 0; {0} < {1}{2}; ++{0}) {3}[{0}] = {4};", i, a.size,
                     a.extra == 0 ? "" : fmt::format(" + {}", a.extra), a.name,
                     random_.pick({"0", "c", "1", "c * c"})));
    scope_.arrays.push_back(a);
  }
}

// ---------------------------------------------------------------- expressions

std::string Writer::literal() {
  return random_.pick({"0.5", "0.25", "1.5", "2.0", "0.1", "1.0", "-0.5", "0.75", "-1.25", "0.0"});
}

// Subscripts of an array with one of them that are inside for every trip.
std::vector<std::string> Writer::subscripts(const LoopArray& a) {
  std::vector<std::string> found;
  const auto plus = [](const std::string& text, int d) {
    return d == 0 ? text : fmt::format("{} {} {}", text, d < 0 ? "-" : "+", std::abs(d));
  };
  for (const LoopIndex& i : scope_.indices) {
    const bool number = i.integer_constant;
    if (i.size == a.size || (number && std::isdigit(static_cast<unsigned char>(a.size[0])) != 0 &&
                             std::stoi(i.size) <= std::stoi(a.size))) {
      for (int d = -i.low; i.above + d <= a.extra; ++d) {
        if (d >= -2 && d <= 3) found.push_back(plus(i.name, d));
      }
      for (int d = i.above; d - i.low <= a.extra; ++d) {
        if (d >= 0 && d <= 2 && i.size == a.size) {
          found.push_back(number ? fmt::format("{} - {}", std::stoi(i.size) - 1 + d, i.name)
                                 : plus(fmt::format("{} - 1 - {}", i.size, i.name), d));
        }
      }
    }
    if (number && std::stoi(i.size) + i.above <= a.extra) found.push_back(i.name);
    if (i.size == a.size + " / 2" && i.above <= 0) {
      found.push_back("2 * " + i.name);
      found.push_back(fmt::format("2 * {} + 1", i.name));
      found.push_back(i.name);
    }
    if (i.size == a.size && i.above <= 0 && i.low >= 0) found.push_back(i.name + " / 2");
    if (std::isdigit(static_cast<unsigned char>(a.size[0])) != 0 && i.low >= 0) {
      found.push_back(fmt::format("{} % {}", i.name, a.size));
    }
    for (const IndexArray& k : scope_.index_arrays) {
      if (i.size == k.size && i.above <= 0 && k.limit == a.size) {
        found.push_back(fmt::format("{}[{}]", k.name, i.name));
      }
      if (i.size == k.size && i.above <= 0 && k.limit == k.size && k.limit == a.size) {
        found.push_back(fmt::format("{0}[{0}[{1}]]", k.name, i.name));
      }
    }
  }
  if (a.extra > 0) found.push_back(std::to_string(random_.below(a.extra)));
  if (std::isdigit(static_cast<unsigned char>(a.size[0])) != 0) {
    found.push_back(std::to_string(random_.below(std::stoi(a.size))));
  }
  return found;
}

std::vector<std::string> Writer::elements_of(const LoopArray& a) {
  std::vector<std::string> found;
  if (a.packed) {
    // Rows up to the index's own.
    for (std::size_t k = 0; k < scope_.indices.size(); ++k) {
      const LoopIndex& i = scope_.indices[k];
      if (i.size != a.size || i.above > 0) continue;
      found.push_back(fmt::format("{0}[{1} * ({1} + 1) / 2 + {1}]", a.name, i.name));
      for (const LoopIndex& j : scope_.indices) {
        if (j.size == i.name && j.above <= 1) {
          found.push_back(fmt::format("{0}[{1} * ({1} + 1) / 2 + {2}]", a.name, i.name, j.name));
        }
      }
    }
    return found;
  }
  if (a.columns.empty()) {
    for (const std::string& s : subscripts(a)) found.push_back(fmt::format("{}[{}]", a.name, s));
    return found;
  }
  const LoopArray rows{a.name, a.size}, columns{a.name, a.columns};
  const std::vector<std::string> is = subscripts(rows), js = subscripts(columns);
  if (is.empty() || js.empty()) return found;
  for (int tries = 0; tries < 4; ++tries) {
    std::string i = random_.pick(is);
    const std::string j = random_.pick(js);
    if (i.find(' ') != std::string::npos && !a.nested) i = "(" + i + ")";
    found.push_back(a.nested ? fmt::format("{}[{}][{}]", a.name, i, j)
                             : fmt::format("{}[{} * {} + {}]", a.name, i, a.columns, j));
  }
  return found;
}

std::string Writer::element() {
  std::vector<std::string> found;
  for (const LoopArray& a : scope_.arrays) {
    const std::vector<std::string> own = elements_of(a);
    if (!own.empty()) found.push_back(random_.pick(own));
  }
  return found.empty() ? random_.pick(scope_.reads) : random_.pick(found);
}

// An element that may be assigned; empty where there is none.
std::string Writer::place() {
  std::vector<std::string> found;
  for (const LoopArray& a : scope_.arrays) {
    if (!a.writable) continue;
    const std::vector<std::string> own = elements_of(a);
    if (!own.empty()) found.push_back(random_.pick(own));
  }
  return found.empty() ? "" : random_.pick(found);
}

std::string Writer::leaf() {
  const int kind = random_.below(100);
  if (kind < 50) return element();
  if (kind < 88) return random_.pick(scope_.reads);
  if (kind < 93 && !scope_.indices.empty()) {
    return fmt::format("0.125 * {}", random_.pick(scope_.indices).name);
  }
  if (kind < 95 && !scope_.counters.empty()) {
    return fmt::format("0.25 * {}", random_.pick(scope_.counters));
  }
  return literal();
}

std::string Writer::call(int depth) {
  const std::string a = expression(depth - 1);
  switch (random_.below(13)) {
    case 0:
    case 1:
      return fmt::format("std::sin({})", a);
    case 2:
      return fmt::format("std::tanh({})", a);
    case 3:
      return fmt::format("std::sqrt(0.5 + {0} * {0})", "(" + a + ")");
    case 4:
      return fmt::format("std::exp(0.25 * std::sin({}))", a);
    case 5:
      return fmt::format("std::log(1.5 + {0} * {0})", "(" + a + ")");
    case 6:
      return fmt::format("std::fmax({}, {})", a, expression(depth - 1));
    case 7:
      return fmt::format("std::fmin({}, {})", a, leaf());
    case 8:
      return fmt::format("std::fabs({})", a);
    case 9:
      return fmt::format("({} / (1.25 + {} * {}))", a, leaf(),
                         random_.pick({"0.25", "0.5 * c * c"}))
                         .find("* 0.5") == std::string::npos
                 ? fmt::format("({0} / (1.25 + {1} * {1}))", a, random_.pick(scope_.reads))
                 : a;
    case 10:
      return fmt::format("blend({}, {})", a, leaf());
    case 11:
      return fmt::format("({} ? {} : {})", condition(), "0.5 * " + a, "0.25 * c");
    default:
      return fmt::format("std::cos({})", a);
  }
}

std::string Writer::expression(int depth) {
  if (depth <= 0) return leaf();
  switch (random_.below(9)) {
    case 0:
    case 1:
      return fmt::format("({} + {})", expression(depth - 1), expression(depth - 1));
    case 2:
      return fmt::format("({} - {})", expression(depth - 1), expression(depth - 1));
    case 3:
    case 4:
      return fmt::format("{} * {}", expression(depth - 1), expression(depth - 1));
    case 5:
      return fmt::format("0.5 * {}", expression(depth - 1));
    case 6:
      return leaf();
    default:
      return call(depth);
  }
}

std::string Writer::condition() {
  const int kind = random_.below(100);
  if (kind < 35 && !scope_.indices.empty()) {
    const LoopIndex& i = random_.pick(scope_.indices);
    switch (random_.below(5)) {
      case 0:
        return fmt::format("{} % 2 == 0", i.name);
      case 1:
        return fmt::format("{} > 1", i.name);
      case 2:
        return fmt::format("{} != 2", i.name);
      case 3:
        return fmt::format("{} < n / 2", i.name);
      default:
        return fmt::format("{} {} {}", i.name, random_.pick({"<", ">=", "=="}),
                           random_.pick(scope_.indices).name);
    }
  }
  if (kind < 40) return fmt::format("{} > {}", size(), random_.pick({"0", "1", "3"}));
  if (kind < 50) return fmt::format("({} > {} && {} < 0.75)", leaf(), literal(), leaf());
  for (const IndexArray& k : scope_.index_arrays) {
    for (const LoopIndex& i : scope_.indices) {
      if (kind < 60 && i.size == k.size && i.above <= 0) {
        return fmt::format("{}[{}] {} 1", k.name, i.name, random_.pick({"==", ">", "!="}));
      }
    }
  }
  return fmt::format("{} {} {}", leaf(), random_.pick({"<", ">", "<=", ">="}),
                     random_.chance(50) ? literal() : leaf());
}

// ---------------------------------------------------------------- statements

void Writer::update() {
  const std::string s = random_.pick(scope_.states);
  const std::string e = expression(2);
  switch (random_.below(7)) {
    case 0:
    case 1:
      return line(fmt::format("{} += {};", s, e));
    case 2:
      return line(fmt::format("{} -= {};", s, e));
    case 3:
      return line(fmt::format("{0} = 0.5 * {0} + {1};", s, e));
    case 4:
      return line(fmt::format("{} *= 1 + 0.25 * std::sin({});", s, e));
    case 5:
      return line(fmt::format("{} = std::tanh({} + {});", s, s, e));
    default:
      return line(fmt::format("{} = {};", s, e));
  }
}

void Writer::local() {
  const std::string t = fresh("t");
  line(fmt::format("{}double {} = {};", random_.chance(60) ? "const " : "", t, expression(2)));
  const bool is_const = body_.rfind("const double " + t) != std::string::npos;
  scope_.reads.push_back(t);
  if (!is_const) scope_.states.push_back(t);
}

void Writer::store() {
  const std::string p = place();
  if (p.empty()) return update();
  const std::string e = expression(2);
  switch (random_.below(6)) {
    case 0:
      return line(fmt::format("{} += {};", p, e));
    case 1:
      return line(fmt::format("{0} = 0.5 * {0} + {1};", p, e));
    case 2:
      return line(fmt::format("{} *= 0.75;", p));
    case 3:
      return line(fmt::format("{} = std::sin({} + {});", p, p, e));
    default:
      return line(fmt::format("{} = {};", p, e));
  }
}

void Writer::branch() {
  nested("if (" + condition() + ")", [&] { block(random_.between(1, 2)); });
  if (random_.chance(50)) {
    body_.pop_back();
    body_ += " else {\n";
    const LoopScope saved = scope_;
    ++indent_;
    block(random_.between(1, 2));
    --indent_;
    line("}");
    scope_ = saved;
  }
}

// A loop's header, and what is known of its index.
std::string Writer::header(LoopIndex& index) {
  const std::string i = index.name = fresh("i");
  if (!scope_.indices.empty() && random_.chance(30)) {
    const LoopIndex outer = random_.pick(scope_.indices);
    if (!outer.integer_constant && outer.size.find_first_of(" i") == std::string::npos &&
        outer.low >= 0) {
      index.size = outer.name;
      switch (random_.below(4)) {
        case 0:
          // i + 1 <= j < size: no element beyond the outer's last.
          if (outer.above > 0) break;
          index.size = outer.size;
          index.low = 1 + outer.low;
          index.above = 0;
          return fmt::format("for (int {0} = {1} + 1; {0} < {2}; ++{0})", i, outer.name,
                             outer.size);
        case 1:
          index.above = 1;
          return fmt::format("for (int {0} = 0; {0} <= {1}; ++{0})", i, outer.name);
        case 2:
          index.above = 0;
          return fmt::format("for (int {0} = {1} - 1; {0} >= 0; --{0})", i, outer.name);
        default:
          break;
      }
      index.above = 0;
      return fmt::format("for (int {0} = 0; {0} < {1}; ++{0})", i, outer.name);
    }
  }
  if (random_.chance(25)) {
    const int count = random_.between(2, 4);
    index.size = std::to_string(count);
    index.integer_constant = true;
    switch (random_.below(3)) {
      case 0:
        return fmt::format("for (int {0} = {1}; {0} >= 0; --{0})", i, count - 1);
      default:
        return fmt::format("for (int {0} = 0; {0} < {1}; ++{0})", i, count);
    }
  }
  const std::string s = index.size = size();
  switch (random_.below(14)) {
    case 0:
      index.low = 1;
      return fmt::format("for (int {0} = 1; {0} < {1}; ++{0})", i, s);
    case 1:
      index.above = -1;
      return fmt::format("for (int {0} = 0; {0} < {1} - 1; ++{0})", i, s);
    case 2:
      index.low = 1;
      index.above = -1;
      return fmt::format("for (int {0} = 1; {0} + 1 < {1}; ++{0})", i, s);
    case 3:
      return fmt::format("for (int {0} = {1} - 1; {0} >= 0; --{0})", i, s);
    case 4:
      index.low = 1;
      index.above = 1;
      return fmt::format("for (int {0} = {1}; {0} > 0; --{0})", i, s);
    case 5:
      return fmt::format("for (int {0} = {1}; {0}-- > 0;)", i, s);
    case 6:
      return fmt::format("for (int {0} = 0; {0} < {1}; {0} += {2})", i, s, random_.between(2, 3));
    case 7:
      index.low = 1;
      return fmt::format("for (int {0} = {1} - 1; {0} >= 1; {0} -= 2)", i, s);
    case 8:
      return fmt::format("for (int {0} = 0; {0} != {1}; ++{0})", i, s);
    case 9:
      index.size = s + " / 2";
      return fmt::format("for (int {0} = 0; {0} < {1} / 2; ++{0})", i, s);
    case 10:
      index.above = 1;
      return fmt::format("for (int {0} = 0; {0} <= {1}; ++{0})", i, s);
    default:
      return fmt::format("for (int {0} = 0; {0} < {1}; ++{0})", i, s);
  }
}

void Writer::loop(int body) {
  LoopIndex index;
  const std::string head = header(index);
  ++depth_;
  nested(head, [&] {
    // An index below another's is below its size too.
    LoopIndex wide = index;
    scope_.indices.push_back(index);
    for (std::size_t k = 0; k + 1 < scope_.indices.size(); ++k) {
      if (scope_.indices[k].name != index.size) continue;
      wide.size = scope_.indices[k].size;
      wide.above = scope_.indices[k].above + index.above - 1;
      wide.integer_constant = false;
      scope_.indices.push_back(wide);
      break;
    }
    scope_.in_loop = true;
    block(body);
    if (random_.chance(60)) update();
  });
  --depth_;
}

// An array of constant length, of the function or of a trip, filled and then used.
void Writer::local_array() {
  const int count = random_.between(2, 4);
  const std::string t = fresh("a");
  if (random_.chance(40)) {
    std::string list;
    for (int k = 0; k < count; ++k) list += (k == 0 ? "" : ", ") + leaf();
    line(random_.chance(40) ? fmt::format("double {}[{}] = {{}};", t, count)
                            : fmt::format("double {}[{}] = {{{}}};", t, count, list));
  } else {
    line(fmt::format("double {}[{}];", t, count));
    const std::string i = fresh("i");
    nested(fmt::format("for (int {0} = 0; {0} < {1}; ++{0})", i, count), [&] {
      scope_.indices.push_back({i, std::to_string(count), 0, 0, true});
      line(fmt::format("{}[{}] = {};", t, i, expression(2)));
    });
  }
  scope_.arrays.push_back({t, std::to_string(count), 0, "", false, false, true});
}

// A workspace or output filled by a loop, read by the next one.
void Writer::fill_and_use() {
  std::vector<LoopArray> rooms;
  for (const LoopArray& a : scope_.arrays) {
    if (a.writable && std::isdigit(static_cast<unsigned char>(a.size[0])) == 0) rooms.push_back(a);
  }
  if (rooms.empty()) return loop(1);
  const LoopArray a = random_.pick(rooms);
  const std::string i = fresh("i"), j = fresh("j");
  ++depth_;
  nested(fmt::format("for (int {0} = 0; {0} < {1}; ++{0})", i, a.size), [&] {
    scope_.indices.push_back({i, a.size});
    scope_.in_loop = true;
    if (random_.chance(40)) local();
    line(fmt::format("{}[{}] {} {};", a.name, i, random_.pick({"=", "=", "+="}), expression(2)));
  });
  nested(fmt::format(fmt::runtime(random_.pick({"for (int {0} = 0; {0} < {1}; ++{0})",
                                                "for (int {0} = {1} - 1; {0} >= 0; --{0})"})),
                     j, a.size),
         [&] {
           scope_.indices.push_back({j, a.size});
           scope_.in_loop = true;
           line(fmt::format("{} += {} * {}[{}];", random_.pick(scope_.states), leaf(), a.name, j));
         });
  --depth_;
}

void Writer::running_extreme() {
  const std::string best = fresh("best");
  const std::string at = fresh("at");
  const bool with_place = random_.chance(40);
  line(fmt::format("double {} = {};", best, random_.pick({"-1e300", "c", "-2", "0.25 * c"})));
  if (with_place) line(fmt::format("int {} = 0;", at));
  LoopIndex index;
  const std::string head = header(index);
  ++depth_;
  nested(head, [&] {
    scope_.indices.push_back(index);
    scope_.in_loop = true;
    const std::string e = expression(random_.between(0, 2));
    if (with_place) {
      const std::string t = fresh("t");
      line(fmt::format("const double {} = {};", t, e));
      line(fmt::format("if ({0} > {1}) {{ {1} = {0}; {2} = {3}; }}", t, best, at, index.name));
      return;
    }
    switch (random_.below(5)) {
      case 0:
        return line(fmt::format("{0} = std::fmax({0}, {1});", best, e));
      case 1:
        return line(fmt::format("{0} = std::max({0}, 1.0 * {1});", best, e));
      case 2: {
        const std::string t = fresh("t");
        line(fmt::format("const double {} = {};", t, e));
        return line(fmt::format("{0} = {1} > {0} ? {1} : {0};", best, t));
      }
      case 3:
        return line(fmt::format("if ({1} > {0}) {0} = {1};", best, e));
      default:
        return line(fmt::format("{0} = std::fmax({1}, {0});", best, e));
    }
  });
  --depth_;
  const std::string bounded = fresh("t");
  line(fmt::format("const double {} = {} < -100 ? 0.5 : {};", bounded, best, best));
  scope_.reads.push_back(bounded);
  if (with_place) scope_.counters.push_back(at);
}

void Writer::counter() {
  if (scope_.counters.empty()) {
    const std::string k = fresh("count");
    line(fmt::format("int {} = 0;", k));
    scope_.counters.push_back(k);
  }
  // What counts is fixed where it stands: not within the loop over itself.
  const std::string k = scope_.counters.back();
  if (k.rfind("count", 0) != 0) return update();
  LoopIndex index;
  const std::string head = header(index);
  ++depth_;
  nested(head, [&] {
    scope_.indices.push_back(index);
    scope_.in_loop = true;
    if (random_.chance(60)) line(fmt::format("if ({}) continue;", condition()));
    line(fmt::format("++{};", k));
    line(fmt::format("{} += 0.125 * {} * {};", random_.pick(scope_.states), k, expression(1)));
  });
  --depth_;
}

void Writer::gather() {
  if (scope_.index_arrays.empty()) return update();
  const IndexArray k = random_.pick(scope_.index_arrays);
  const std::string i = fresh("i");
  if (k.limit == "5" && random_.chance(70)) {
    const std::string bins = fresh("bins");
    line(fmt::format("double {}[5] = {{}};", bins));
    nested(fmt::format("for (int {0} = 0; {0} < {1}; ++{0})", i, k.size), [&] {
      scope_.indices.push_back({i, k.size});
      line(fmt::format("{}[{}[{}]] {} {};", bins, k.name, i, random_.pick({"+=", "+=", "="}),
                       expression(1)));
    });
    scope_.arrays.push_back({bins, "5", 0, "", false, false, true});
    return;
  }
  nested(fmt::format("for (int {0} = 0; {0} < {1}; ++{0})", i, k.size), [&] {
    scope_.indices.push_back({i, k.size});
    scope_.in_loop = true;
    block(1);
    update();
  });
}

// Functions of the file, with loops of their own.
void Writer::helper_call() {
  std::vector<const LoopArray*> vectors, rooms;
  for (const LoopArray& a : scope_.arrays) {
    if (!a.columns.empty() || a.packed) continue;
    if (a.name.size() > 1 && std::isdigit(static_cast<unsigned char>(a.size[0])) == 0 &&
        a.name != "out") {
      continue;
    }
    const auto is_class = [&](const LoopParameter& p) {
      return p.name == a.name && (p.kind == Kind::Span || p.kind == Kind::Vector);
    };
    if (std::any_of(f_.parameters.begin(), f_.parameters.end(), is_class)) continue;
    vectors.push_back(&a);
    if (a.writable) rooms.push_back(&a);
  }
  const std::string s = random_.pick(scope_.states);
  if (vectors.empty()) return update();
  const LoopArray a = *random_.pick(vectors);
  switch (random_.below(5)) {
    case 0:
      return line(fmt::format("{} += weighted({}, {}, {});", s, a.name, a.size, leaf()));
    case 1:
      if (a.extra == 0) break;
      return line(fmt::format("{} += weighted({} + 1, {}, {});", s, a.name, a.size, leaf()));
    case 2:
      if (rooms.empty()) break;
      return line(fmt::format("relax({}, {}, {});", random_.pick(rooms)->name,
                              random_.pick(rooms)->size, leaf()));
    case 3:
      for (const LoopArray& w : scope_.arrays) {
        if (w.columns.empty() || w.nested || w.columns != a.size) continue;
        const std::vector<std::string> rows = subscripts({w.name, w.size});
        if (rows.empty()) continue;
        return line(fmt::format("{} += dot({} + ({}) * {}, {}, {});", s, w.name, random_.pick(rows),
                                w.columns, a.name, a.size));
      }
      break;
    default:
      break;
  }
  line(fmt::format("{} = 0.5 * {} + horner({}, {}, std::sin({}));", s, s, a.name, a.size, leaf()));
}

// x[i - 1] and x[i + 1] where a condition says that they are there.
void Writer::guarded_neighbour() {
  for (const LoopIndex& i : scope_.indices) {
    for (const LoopArray& a : scope_.arrays) {
      if (i.size != a.size || !a.columns.empty() || a.packed || i.integer_constant) continue;
      const std::string s = random_.pick(scope_.states);
      switch (random_.below(4)) {
        case 0:
          if (i.low < 0 || i.above > 0) continue;
          return line(
              fmt::format("if ({0} > 0) {1} += {2}[{0} - 1] * {3};", i.name, s, a.name, leaf()));
        case 1:
          if (i.low < 0) continue;
          return line(fmt::format("if ({0} + 1 < {1}) {2} -= {3}[{0} + 1] * {4};", i.name, a.size,
                                  s, a.name, leaf()));
        case 2:
          if (i.above > 0) continue;
          return line(fmt::format("{0} += {1}[{2} + 1 < {3} ? {2} + 1 : 0] * {4};", s, a.name,
                                  i.name, a.size, leaf()));
        default:
          if (i.above > 0) continue;
          return line(
              fmt::format("{0} += {2} > 0 ? {1}[{2} - 1] : {3};", s, a.name, i.name, leaf()));
      }
    }
  }
  if (scope_.indices.empty() && !scope_.arrays.empty()) {
    const LoopArray& a = random_.pick(scope_.arrays);
    if (a.columns.empty() && !a.packed) {
      return line(fmt::format("if ({0} > 0) {1} += {2}[{0} - 1] * {2}[0];", a.size,
                              random_.pick(scope_.states), a.name));
    }
  }
  update();
}

void Writer::leave() {
  if (!scope_.in_loop || indent_ > 4) return update();
  const int kind = random_.below(10);
  if (kind < 6) return line(fmt::format("if ({}) continue;", condition()));
  if (kind < 9 || !f_.returns) return line(fmt::format("if ({}) break;", condition()));
  line(fmt::format("if ({} > 1.5) return {};", leaf(), leaf()));
}

void Writer::pair() {
  if (scope_.pairs.empty() || depth_ == 0) {
    const std::string p = fresh("p");
    line(fmt::format("Pair {}{{{}, {}}};", p, leaf(), leaf()));
    scope_.pairs.push_back(p);
    for (const char* member : {".a", ".b"}) {
      scope_.reads.push_back(p + member);
      scope_.states.push_back(p + member);
    }
    return;
  }
  const std::string p = random_.pick(scope_.pairs);
  switch (random_.below(3)) {
    case 0:
      return line(fmt::format("{0} = {{{0}.b, 0.5 * {0}.a + {1}}};", p, expression(1)));
    case 1:
      return line(fmt::format("std::swap({0}.a, {0}.b);", p));
    default:
      return line(fmt::format("{0} = turned({0}, {1});", p, leaf()));
  }
}

// A packed triangle read row by row with a counter.
void Writer::triangle() {
  for (const LoopArray& a : scope_.arrays) {
    if (!a.packed) continue;
    const std::string next = fresh("next"), i = fresh("i"), j = fresh("j");
    line(fmt::format("int {} = 0;", next));
    nested(fmt::format("for (int {0} = 0; {0} < {1}; ++{0})", i, a.size), [&] {
      scope_.indices.push_back({i, a.size});
      nested(fmt::format("for (int {0} = 0; {0} <= {1}; ++{0})", j, i), [&] {
        scope_.indices.push_back({j, a.size});
        line(
            fmt::format("{} += {}[{}++] * {};", random_.pick(scope_.states), a.name, next, leaf()));
      });
    });
    return;
  }
  loop(2);
}

void Writer::product() {
  const std::string t = fresh("t");
  line(fmt::format("double {} = {};", t, random_.pick({"1", "c", "0.5"})));
  LoopIndex index;
  const std::string head = header(index);
  ++depth_;
  nested(head, [&] {
    scope_.indices.push_back(index);
    scope_.in_loop = true;
    line(fmt::format("{} *= {};", t, expression(1)));
  });
  --depth_;
  scope_.reads.push_back(t);
}

// An array of constant length that is carried from trip to trip, at subscripts of many kinds.
void Writer::table() {
  const std::string r = fresh("r");
  line(fmt::format("double {}[4] = {{1, 0.5, c, 0.25}};", r));
  scope_.arrays.push_back({r, "4", 0, "", false, false, true});
  LoopIndex index;
  const std::string head = header(index);
  ++depth_;
  nested(head, [&] {
    scope_.indices.push_back(index);
    scope_.in_loop = true;
    line(fmt::format("{0}[{1} % 4] {2} 0.5 * {0}[({1} + {3}) % 4] + {4};", r, index.name,
                     random_.pick({"=", "+="}), random_.between(1, 3), expression(1)));
    if (random_.chance(50)) update();
  });
  --depth_;
}

void Writer::statement() {
  if (--budget_ < 0) return update();
  const bool deep = depth_ >= 3 || indent_ > 6;
  const int kind = random_.below(100);
  if (kind < 16) return update();
  if (kind < 26) return local();
  if (kind < 38) return store();
  if (kind < 46) return deep ? update() : branch();
  if (kind < 64) return deep ? store() : loop(random_.between(1, 3));
  if (kind < 68) return deep ? update() : fill_and_use();
  if (kind < 73) return local_array();
  if (kind < 77) return deep ? update() : running_extreme();
  if (kind < 79) return deep ? update() : counter();
  if (kind < 82) return deep ? update() : gather();
  if (kind < 86) return helper_call();
  if (kind < 89) return guarded_neighbour();
  if (kind < 92) return leave();
  if (kind < 95) return pair();
  if (kind < 96) return deep ? update() : triangle();
  if (kind < 98) return deep ? update() : product();
  return deep ? update() : table();
}

void Writer::block(int statements) {
  for (int k = 0; k < statements; ++k) statement();
}

// Reads every array to its end, so that lengths can be told, and adds up what there is.
void Writer::closing() {
  const std::string s = "s";
  for (const LoopArray& a : scope_.arrays) {
    if (f_.all_lengths && !random_.chance(40)) continue;
    const std::string i = fresh("i"), j = fresh("j");
    if (a.packed) {
      line(fmt::format(
          "for (int {0} = 0; {0} < {1}; ++{0}) for (int {2} = 0; {2} <= {0}; ++{2}) {3} "
          "+= {4}[{0} * ({0} + 1) / 2 + {2}] * {5};",
          i, a.size, j, s, a.name, literal()));
    } else if (!a.columns.empty()) {
      const std::string e = a.nested ? fmt::format("{}[{}][{}]", a.name, i, j)
                                     : fmt::format("{}[{} * {} + {}]", a.name, i, a.columns, j);
      line(
          fmt::format("for (int {0} = 0; {0} < {1}; ++{0}) for (int {2} = 0; {2} < {3}; ++{2}) {4} "
                      "+= {5} * {5};",
                      i, a.size, j, a.columns, s, e));
    } else {
      line(fmt::format("for (int {0} = 0; {0} < {1}{2}; ++{0}) {3} {4} {5}[{0}] * {6};", i, a.size,
                       a.extra == 0 ? "" : fmt::format(" + {}", a.extra), s,
                       random_.pick({"+=", "-="}), a.name,
                       random_.chance(50) ? fmt::format("{}[{}]", a.name, i) : leaf()));
    }
  }
}

/// The loop that begins at `start` and whose body begins at `first`, by `while` or `do`.
void Writer::other_form(const std::string& head, std::size_t start, std::size_t first) {
  static const std::regex plain(R"(for \(int (\w+) = (.+); (\w+ (?:<|<=|>=|>) .+); (.+)\))");
  std::smatch parts;
  const std::string text = body_.substr(first);
  if (!std::regex_match(head, parts, plain) || text.find("continue") != std::string::npos) return;
  const std::string indent(static_cast<std::size_t>(indent_) * 2, ' ');
  const std::string count = parts[4];
  body_.resize(start);
  line(fmt::format("int {} = {};", parts[1].str(), parts[2].str()));
  line(forms_.chance(50) ? fmt::format("while ({}) {{", parts[3].str())
                         : fmt::format("for (; {};) {{", parts[3].str()));
  body_ += text + indent + "  " + count + ";\n";
}

/// Arrays of the function's own.
void Writer::vectors() {
  for (int k = forms_.between(0, 2); k > 0; --k) {
    const std::string name = fresh("v");
    LoopArray a{name, size(), forms_.below(3), "", false, false, true};
    const std::string length = a.extra == 0 ? a.size : fmt::format("{} + {}", a.size, a.extra);
    line(forms_.chance(50)
             ? fmt::format("std::vector<double> of_{}({});", name, length)
             : fmt::format("std::vector<double> of_{}({}, {});", name, length, literal()));
    line(fmt::format("double* const {0} = of_{0}.data();", name));
    scope_.arrays.push_back(a);
  }
}

LoopFunction Writer::write() {
  interface();
  if (in_forms_) vectors();
  line(fmt::format("double s = {};", random_.pick({"0", "c", "0.5 * c", "1"})));
  scope_.reads.push_back("s");
  scope_.states.push_back("s");
  if (random_.chance(60)) {
    line(fmt::format("double z = {};", random_.pick({"c * c", "1", "0.25", "std::sin(c)"})));
    scope_.reads.push_back("z");
    scope_.states.push_back("z");
  }
  budget_ = random_.between(2, 9);
  const int top = random_.between(1, 4);
  for (int k = 0; k < top; ++k) {
    if (k == 0 || random_.chance(40)) {
      loop(random_.between(1, 3));
    } else {
      statement();
    }
  }
  closing();
  if (f_.returns) {
    line(fmt::format("return s{};", random_.chance(60) ? " + " + expression(1) : ""));
  } else {
    // The scalars must show in some output.
    for (const LoopArray& a : scope_.arrays) {
      if (a.name != "out" && a.name != "u") continue;
      const std::string i = fresh("i");
      line(fmt::format("for (int {0} = 0; {0} < {1}; ++{0}) {2}[{0}] += 0.5 * s;", i, a.size,
                       a.name));
    }
  }
  f_.name_space = "spec_" + f_.name;
  static const char* const kHelpers = R"(struct Pair {
  double a;
  double b;
};
static double blend(double u, double v) { return u > v ? 0.5 * u + 0.25 * v : 0.75 * v - u; }
static double weighted(const double* v, int count, double by) {
  double sum = 0;
  for (int i = 0; i < count; ++i) sum += v[i] * (by + 0.25 * i);
  return sum;
}
static double dot(const double* u, const double* v, int count) {
  double sum = 0;
  for (int i = 0; i < count; ++i) sum += u[i] * v[i];
  return sum;
}
static double horner(const double* v, int count, double at) {
  double p = 0;
  for (int i = count - 1; i >= 0; --i) p = p * at + v[i];
  return p;
}
static void relax(double* v, int count, double by) {
  for (int i = 1; i < count; ++i) v[i] = 0.5 * v[i] + 0.25 * by * v[i - 1];
}
static Pair turned(Pair p, double by) { return {p.a * std::cos(by) - p.b * std::sin(by), p.a * by + 0.5 * p.b}; }
)";
  f_.text = fmt::format("namespace {} {{\n\n{}\n{} {}({}) {{\n{}}}\n\n}}\n", f_.name_space,
                        kHelpers, f_.returns ? "double" : "void", f_.name, signature_, body_);
  return f_;
}

}  // namespace

LoopFunction random_loops(std::uint64_t seed) { return Writer(seed, false).write(); }
LoopFunction random_forms(std::uint64_t seed) { return Writer(seed, true).write(); }

std::string loop_includes() {
  return "#include <algorithm>\n#include <array>\n#include <cmath>\n#include <gradsmith/spec.hpp>\n"
         "#include <numeric>\n#include <span>\n#include <tuple>\n#include <utility>\n#include "
         "<vector>\n\n";
}

}  // namespace e2e
