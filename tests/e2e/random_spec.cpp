#include "random_spec.hpp"

#include <fmt/format.h>

#include "random_interface.hpp"
#include "random_statement.hpp"

namespace e2e {
namespace {

// Marks the type of a parameter: the scalar under an array's declarator, or the whole class.
void mark(Parameter& p, const std::string& word) {
  const std::string type = p.object.substr(0, p.object.rfind(' '));
  p.declaration.replace(p.declaration.find(type), type.size(),
                        fmt::format("gradsmith::{}<{}>", word, type));
}

// Either some parameters are data, and the rest are differentiated; or some are parameters, and the
// rest are data. At least one is marked: in a file with marks, others are no entry functions.
void mark_all(Random& random, std::vector<Parameter>& parameters) {
  const bool only_data = parameters.size() > 1 && random.chance(50);
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    Parameter& p = parameters[k];
    if (p.role != Role::Param) continue;
    const bool marked = k == 0   ? !only_data
                        : k == 1 ? only_data || random.chance(50)
                                 : random.chance(50);
    if (marked) mark(p, only_data ? "data" : "param");
    p.role = marked == only_data ? Role::Data : Role::Param;
  }
}

// Every number of the outputs gets a value before the body starts.
std::string write_first(Random& random, const Parameter& p, const Scope& scope) {
  ExpressionWriter write(random);
  std::string text;
  for (const Number& n : p.numbers) {
    const std::string e = write.expression(scope, 1);
    if (p.role == Role::InOut) {
      text += fmt::format("  {} {} {};\n", n.path, random.pick({"+=", "*=", "-="}), e);
    } else {
      text += fmt::format("  {} = {};\n", n.path, n.is_float ? "$N(" + e + ")" : e);
    }
  }
  return text;
}

// A sum over much of what the body has computed, so that little of it is dead.
std::string summary(Random& random, const Scope& scope) {
  ExpressionWriter write(random);
  std::string text = write.expression(scope, 2);
  for (int terms = random.between(1, 3); terms > 0; --terms) {
    text += fmt::format(" {} {}", random.pick({"+", "-"}), write.expression(scope, 1));
  }
  return text;
}

std::string write_last(Random& random, const Parameter& p, const Scope& scope) {
  std::string text;
  for (const Number& n : p.numbers) {
    if (random.chance(60)) text += fmt::format("  {} += {};\n", n.path, summary(random, scope));
  }
  return text;
}

std::string returned(Random& random, const Interface& f, const Scope& scope) {
  if (f.result == "void") return "";
  const std::string a = summary(random, scope);
  if (f.result == "$F") return fmt::format("  return $N({});\n", a);
  if (f.result == "$D") return fmt::format("  return {};\n", a);
  const std::string b = summary(random, scope);
  if (random.chance(50)) return fmt::format("  return {{$D({}), $D({})}};\n", a, b);
  return fmt::format("  {} out_{{$D({}), {}}};\n  return out_;\n", f.result, a, "$D(" + b + ")");
}

}  // namespace

RandomSpec random_spec(std::uint64_t seed, Results results, bool marks,
                       const std::string& name_space) {
  Random random(seed);
  RandomSpec spec;
  Interface& f = spec.interface;
  f.name_space = name_space;
  f.name = fmt::format("f{}", seed);

  InterfaceWriter interface(random);
  int numbers_left = 8;
  for (int n = random.between(1, 4); n > 0 && numbers_left > 0; --n)
    f.parameters.push_back(interface.input(numbers_left));
  if (marks) mark_all(random, f.parameters);
  if (results == Results::One) {
    const bool is_float = random.chance(12);
    f.result = is_float ? "$F" : "$D";
    f.result_numbers = {{"result", is_float}};
  } else {
    interface.result(f);
    const int written = f.result == "void" ? random.between(1, 2) : random.below(2);
    for (int n = 0; n < written; ++n)
      f.parameters.push_back(interface.output(!marks && random.chance(30)));
  }

  Scope scope;
  // With several results, one of them outside its domain would leave all unjudged.
  scope.tame = results == Results::Several && seed % 4 != 0;
  std::string opening;
  for (const Parameter& p : f.parameters) {
    if (p.role == Role::Param || p.role == Role::Data) InterfaceWriter::mention(p, false, scope);
  }
  for (const Parameter& p : f.parameters) {
    if (p.is_written()) opening += write_first(random, p, scope);
  }
  for (const Parameter& p : f.parameters) {
    if (p.is_written()) InterfaceWriter::mention(p, true, scope);
  }
  const std::string early = f.result == "void" ? "return;"
                            : f.result == "$D" ? "return {};"
                            : f.result == "$F" ? "return $N({});"
                                               : "";
  StatementWriter body(random, early);
  body.statements(scope, random.between(2, 8));

  std::string closing;
  for (const Parameter& p : f.parameters) {
    if (p.is_written()) closing += write_last(random, p, scope);
  }
  std::string parameters;
  for (const Parameter& p : f.parameters)
    parameters += (parameters.empty() ? "" : ", ") + p.declaration;
  spec.text = fmt::format("{} {}({}) {{\n{}{}{}{}}}\n\n", f.result, f.name, parameters, opening,
                          body.text(), closing, returned(random, f, scope));
  return spec;
}

}  // namespace e2e
