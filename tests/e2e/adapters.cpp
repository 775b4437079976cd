// The adapters: from flat arrays of numbers to a function's own parameters, and back.

#include <fmt/format.h>

#include "interface.hpp"

namespace e2e {
namespace {

// Reads numbers from `in`, in order; writes numbers to `out`, in order.
class Body {
 public:
  explicit Body(bool oracle) : oracle_(oracle) {}

  /// Declares an object of the parameter's type; filled from `in`, or poisoned.
  void object(const Parameter& p, const std::string& name, bool fill) {
    std::string declaration = p.object;
    const std::size_t at = declaration.rfind(p.name);
    declaration.replace(at, p.name.size(), name);
    text_ += fmt::format("  {};\n", oracle_ ? to_oracle(declaration) : to_plain(declaration));
    for (const Number& number : p.numbers) {
      const std::string place = name + number.path.substr(p.name.size());
      if (fill) {
        text_ += fmt::format("  {} = {};\n", place, read(number));
      } else {
        poison(place, number);
      }
    }
  }
  void poison(const std::string& place, const Number& number) {
    text_ += fmt::format("  {} = {};\n", place, number.is_float ? "1.2345e30f" : "1.2345e300");
  }
  std::string read(const Number& number) {
    const std::string source = fmt::format("in[{}]", next_in_++);
    if (!number.is_float) return source;
    return oracle_ ? fmt::format("RealF({})", source)
                   : fmt::format("static_cast<float>({})", source);
  }
  void write(const std::string& place, bool is_float) {
    const bool cast = is_float && !oracle_;
    text_ += fmt::format("  out[{}] = {};\n", next_out_++,
                         cast ? fmt::format("static_cast<double>({})", place) : place);
  }
  void line(const std::string& text) { text_ += "  " + text + "\n"; }
  const std::string& text() const { return text_; }

 private:
  bool oracle_;
  std::string text_;
  int next_in_ = 0;
  int next_out_ = 0;
};

std::string prefixed(const Parameter& p, const Number& number, const std::string& prefix) {
  return prefix + number.path.substr(p.name.size());
}

// Local objects for all parameters, named a_<name>; the arguments, in order.
std::string arguments(Body& body, const Interface& f) {
  std::string list;
  for (const Parameter& p : f.parameters) {
    body.object(p, "a_" + p.name, p.is_input());
    list += (list.empty() ? "" : ", ") + ("a_" + p.name);
  }
  return list;
}

void write_outputs(Body& body, const Interface& f) {
  for (const Number& n : f.result_numbers) body.write(n.path, n.is_float);
  for (const Parameter& p : f.parameters) {
    if (!p.is_written()) continue;
    for (const Number& n : p.numbers) body.write(prefixed(p, n, "a_" + p.name), n.is_float);
  }
}

void write_partials(Body& body, const Interface& f, const std::string& object) {
  for (const Parameter& p : f.parameters) {
    if (!p.is_differentiated()) continue;
    for (const Number& n : p.numbers) body.write(object + "." + n.path, n.is_float);
  }
}

void poison_partials(Body& body, const Interface& f, const std::string& object) {
  for (const Parameter& p : f.parameters) {
    if (!p.is_differentiated()) continue;
    for (const Number& n : p.numbers) body.poison(object + "." + n.path, n);
  }
}

void read_partials(Body& body, const Interface& f, const std::string& object) {
  for (const Parameter& p : f.parameters) {
    if (!p.is_differentiated()) continue;
    for (const Number& n : p.numbers)
      body.line(fmt::format("{}.{} = {};", object, n.path, body.read(n)));
  }
}

std::size_t count(const Interface& f, bool (Parameter::*which)() const, bool with_result) {
  std::size_t n = with_result ? f.result_numbers.size() : 0;
  for (const Parameter& p : f.parameters) n += (p.*which)() ? p.numbers.size() : 0;
  return n;
}

std::string call(const Interface& f, const std::string& suffix, const std::string& list) {
  const std::string text = fmt::format("{}{}({});", f.qualified(), suffix, list);
  return f.result == "void" ? text : fmt::format("const {} result = {}", to_plain(f.result), text);
}

// The local objects that an array of the type of a result or output has, for tangents and adjoints.
Parameter like_result(const Interface& f) {
  Parameter p;
  p.name = "result";
  p.object = f.result + " result";
  p.numbers = f.result_numbers;
  p.role = Role::Output;
  return p;
}

// Flat arrays of derivatives are of float where every result, and every number that is
// differentiated by, is.
std::string flat_type(const Interface& f) {
  std::vector<Number> numbers = f.result_numbers;
  for (const Parameter& p : f.parameters) {
    if (p.is_differentiated() || p.is_written()) {
      numbers.insert(numbers.end(), p.numbers.begin(), p.numbers.end());
    }
  }
  for (const Number& n : numbers) {
    if (!n.is_float) return "double";
  }
  return "float";
}

// Declares a poisoned flat array.
void flat_array(Body& body, const Interface& f, const std::string& name, std::size_t size) {
  const std::string type = flat_type(f);
  body.line(fmt::format("{} {}[{}];", type, name, size));
  body.line(fmt::format("for (int k = 0; k < {}; ++k) {}[k] = {};", size, name,
                        type == "float" ? "1.2345e30f" : "1.2345e300"));
}

void write_flat_array(Body& body, const Interface& f, const std::string& name, std::size_t size) {
  for (std::size_t k = 0; k < size; ++k) {
    body.write(fmt::format("{}[{}]", name, k), flat_type(f) == "float");
  }
}

void jacobian(Body& body, const Interface& f, const std::string& list) {
  const std::size_t rows = count(f, &Parameter::is_written, true);
  const std::size_t size = rows * count(f, &Parameter::is_differentiated, false);
  flat_array(body, f, "jacobian_", size);
  body.line(call(f, "_jacobian", list + ", jacobian_"));
  write_outputs(body, f);
  write_flat_array(body, f, "jacobian_", size);
}

void hessian(Body& body, const Interface& f, const std::string& list) {
  const std::size_t n = count(f, &Parameter::is_differentiated, false);
  body.line(fmt::format("{}_partials d_;", f.qualified()));
  poison_partials(body, f, "d_");
  flat_array(body, f, "hessian_", n * n);
  body.line(call(f, "_hessian", list + ", d_, hessian_"));
  write_outputs(body, f);
  write_partials(body, f, "d_");
  write_flat_array(body, f, "hessian_", n * n);
}

// A sparse matrix by its constants, spread out: what it leaves out is zero.
void sparse(Body& body, const Interface& f, const std::string& word, const std::string& list,
            bool symmetric) {
  const std::string name = f.qualified() + "_" + word;
  const std::size_t columns = count(f, &Parameter::is_differentiated, false);
  const std::size_t rows = symmetric ? columns : count(f, &Parameter::is_written, true);
  const std::string type = flat_type(f);
  const std::string poison = type == "float" ? "1.2345e30f" : "1.2345e300";
  // One more than there are, so that what is written behind the end is seen.
  body.line(fmt::format("{} values_[{}_nonzeros + 1];", type, name));
  body.line(fmt::format("for (int k = 0; k <= {}_nonzeros; ++k) values_[k] = {};", name, poison));
  const std::string arguments = list.empty() ? "values_" : list + ", values_";
  if (symmetric) {
    body.line(fmt::format("{}({});", name, arguments));
  } else {
    body.line(call(f, "_" + word, arguments));
    write_outputs(body, f);
  }
  body.line(fmt::format("static_assert({0}_rows == {1} && {0}_cols == {2}, \"its size\");", name,
                        rows, columns));
  body.line(
      fmt::format("static_assert(sizeof({0}_row_starts) == ({0}_rows + 1) * sizeof(int) && "
                  "(sizeof({0}_columns) == {0}_nonzeros * sizeof(int) || {0}_nonzeros == 0), "
                  "\"its tables' sizes\");",
                  name));
  body.line(fmt::format("{} matrix_[{}] = {{}};", type, rows * columns));
  body.line(
      fmt::format("oracle::spread({0}_row_starts, {0}_columns, {0}_rows, {0}_cols, "
                  "{0}_nonzeros, {1}, values_, {2}, matrix_);",
                  name, symmetric, poison));
  write_flat_array(body, f, "matrix_", rows * columns);
}

// The arguments of a function that does not give the value: inputs alone.
std::string input_arguments(Body& body, const Interface& f) {
  std::string list;
  for (const Parameter& p : f.parameters) {
    if (!p.is_input()) continue;
    body.object(p, "a_" + p.name, true);
    list += (list.empty() ? "" : ", ") + ("a_" + p.name);
  }
  return list;
}

// The outputs' tangents or adjoints, as objects o_<name>, after the function's own arguments.
std::string output_objects(Body& body, const Interface& f, bool fill) {
  std::string list;
  if (!f.result_numbers.empty()) {
    body.object(like_result(f), "o_result", fill);
    list += ", o_result";
  }
  for (const Parameter& p : f.parameters) {
    if (!p.is_written()) continue;
    body.object(p, "o_" + p.name, fill);
    list += ", o_" + p.name;
  }
  return list;
}

void jvp(Body& body, const Interface& f, const std::string& list) {
  body.line(fmt::format("{}_partials v_;", f.qualified()));
  read_partials(body, f, "v_");
  const std::string tangents = output_objects(body, f, false);
  body.line(call(f, "_jvp", list + ", v_" + tangents));
  write_outputs(body, f);
  if (!f.result_numbers.empty()) {
    for (const Number& n : f.result_numbers) body.write("o_" + n.path, n.is_float);
  }
  for (const Parameter& p : f.parameters) {
    if (!p.is_written()) continue;
    for (const Number& n : p.numbers) body.write("o_" + n.path, n.is_float);
  }
}

// The outputs themselves are not arguments of a vjp, nor does it return them.
void vjp(Body& body, const Interface& f) {
  std::string list = input_arguments(body, f);
  list += output_objects(body, f, true);
  body.line(fmt::format("{}_partials d_;", f.qualified()));
  poison_partials(body, f, "d_");
  body.line(fmt::format("{}_vjp({}, d_);", f.qualified(), list));
  write_partials(body, f, "d_");
}

void partials(Body& body, const Interface& f, const std::string& list) {
  for (const Parameter& p : f.parameters) {
    if (!p.is_differentiated()) continue;
    const bool scalar = p.numbers.size() == 1 && p.numbers[0].path == p.name;
    const std::string name = fmt::format("{}_d_{}", f.qualified(), p.name);
    if (scalar) {
      body.write(fmt::format("{}({})", name, list), p.numbers[0].is_float);
      continue;
    }
    body.object(p, "p_" + p.name, false);
    body.line(fmt::format("{}({}, p_{});", name, list, p.name));
    for (const Number& n : p.numbers) body.write("p_" + n.path, n.is_float);
  }
}

// The flat position of a parameter's number among the differentiated ones.
std::size_t column(const Interface& f, int parameter) {
  std::size_t n = 0;
  for (int k = 0; k < parameter; ++k) {
    const Parameter& p = f.parameters[static_cast<std::size_t>(k)];
    n += p.is_differentiated() ? p.numbers.size() : 0;
  }
  return n;
}

// "mixed 0 2": the entry of the Hessian in which a mixed partial stands.
std::string word_in_table(const Interface& f, const std::string& word) {
  if (word != "mixed") return word;
  const auto [a, b] = f.mixed();
  return fmt::format("mixed {} {}", column(f, a), column(f, b));
}

std::string emitted_body(const Interface& f, const std::string& word) {
  Body body(false);
  if (word == "vjp") {
    vjp(body, f);
    return body.text();
  }
  if (word == "sparse_hessian") {
    sparse(body, f, word, input_arguments(body, f), true);
    return body.text();
  }
  const std::string list = arguments(body, f);
  if (word == "mixed") {
    body.write(fmt::format("{}_{}({})", f.qualified(), f.mixed_word(), list), true);
  } else if (word == "value") {
    body.line(call(f, "_value", list));
    write_outputs(body, f);
  } else if (word == "gradient") {
    body.line(fmt::format("{}_partials d_;", f.qualified()));
    poison_partials(body, f, "d_");
    body.line(call(f, "_gradient", list + ", d_"));
    write_outputs(body, f);
    write_partials(body, f, "d_");
  } else if (word == "partials") {
    partials(body, f, list);
  } else if (word == "jacobian") {
    jacobian(body, f, list);
  } else if (word == "hessian") {
    hessian(body, f, list);
  } else if (word == "sparse_jacobian") {
    sparse(body, f, word, list, false);
  } else if (word == "jvp") {
    jvp(body, f, list);
  } else if (word == "hvp") {
    body.line(fmt::format("{0}_partials v_;", f.qualified()));
    read_partials(body, f, "v_");
    body.line(fmt::format("{0}_partials hv_;", f.qualified()));
    poison_partials(body, f, "hv_");
    body.line(call(f, "_hvp", list + ", v_, hv_"));
    write_outputs(body, f);
    write_partials(body, f, "hv_");
  }
  return body.text();
}

std::string kinds(const Interface& f, bool inputs) {
  std::string text;
  if (!inputs) {
    for (const Number& n : f.result_numbers) text += n.is_float ? 'f' : 'D';
  }
  for (const Parameter& p : f.parameters) {
    if (inputs ? !p.is_input() : !p.is_written()) continue;
    for (const Number& n : p.numbers) {
      if (!inputs) text += n.is_float ? 'f' : 'D';
      if (inputs)
        text += p.is_differentiated() ? (n.is_float ? 'p' : 'P') : (n.is_float ? 'd' : 'D');
    }
  }
  return text;
}

}  // namespace

std::string plain_table(const std::vector<Interface>& functions, const std::string& spec) {
  std::string text = fmt::format("#include \"oracle/case.hpp\"\n#include \"{}\"\n\n", spec);
  std::string table;
  for (const Interface& f : functions) {
    Body body(false);
    const std::string list = arguments(body, f);
    body.line(call(f, "", list));
    write_outputs(body, f);
    text += fmt::format("static void run_{}(const double* in, double* out) {{\n  (void)in;\n{}}}\n",
                        f.name, body.text());
    table += fmt::format("    {{\"{0}\", run_{0}}},\n", f.name);
  }
  return text + fmt::format(
                    "\nnamespace oracle {{\nconst PlainFunction plain_functions[] = {{\n{}}};\n"
                    "const int plain_function_count = {};\n}}\n",
                    table, functions.size());
}

std::string emitted_table(const std::vector<Interface>& functions,
                          const std::vector<std::string>& words, const std::string& header) {
  std::string text = fmt::format(
      "#include \"{}\"\n\n#include \"oracle/case.hpp\"\n#include "
      "\"oracle/spread.hpp\"\n\n",
      header);
  std::string table;
  int entries = 0;
  for (const Interface& f : functions) {
    for (const std::string& word : words) {
      if (word == "mixed" && f.mixed().first < 0) continue;
      text += fmt::format(
          "static void run_{}_{}(const double* in, double* out) {{\n  (void)in;\n{}}}\n", f.name,
          word, emitted_body(f, word));
      table += fmt::format("    {{\"{0}\", \"{1}\", run_{0}_{2}}},\n", f.name,
                           word_in_table(f, word), word);
      ++entries;
    }
  }
  return text +
         fmt::format(
             "\nnamespace oracle {{\nconst EmittedWord emitted_words[] = {{\n{}    {{0, 0, 0}}}};\n"
             "const int emitted_word_count = {};\n}}\n",
             table, entries);
}

std::string oracle_table(const std::vector<Interface>& functions, const std::string& spec,
                         const std::string& before) {
  std::string text =
      "#include <algorithm>\n#include <array>\n#include <cmath>\n#include <cstddef>\n"
      "#include <gradsmith/spec.hpp>\n#include <utility>\n"
      "#include \"oracle/oracle_case.hpp\"\n\n";
  std::string adapters;
  std::string table;
  for (const Interface& f : functions) {
    Body body(true);
    const std::string list = arguments(body, f);
    body.line(f.result == "void" ? fmt::format("{}({});", f.qualified(), list)
                                 : fmt::format("const {} result = {}({});", to_oracle(f.result),
                                               f.qualified(), list));
    write_outputs(body, f);
    adapters += fmt::format("static void run_{}(const Real* in, Real* out) {{\n  (void)in;\n{}}}\n",
                            f.name, body.text());
    table += fmt::format(
        "    {{\"{0}\", \"{1}\", \"{2}\", under_num::run_{0}, under_first::run_{0}, "
        "under_second::run_{0}}},\n",
        f.name, kinds(f, true), kinds(f, false));
  }
  for (const char* derivative : {"num", "first", "second"}) {
    std::string type = derivative;
    type[0] = static_cast<char>(type[0] - 'a' + 'A');
    text += fmt::format(
        "namespace under_{} {{\nusing Real = oracle::Tracked<double, oracle::{}>;\n"
        "using RealF = oracle::Tracked<float, oracle::{}>;\n{}#include \"{}\"\n#undef double\n"
        "#undef float\n#undef constexpr\n{}}}\n\n",
        derivative, type, type, before, spec, adapters);
  }
  return text + fmt::format(
                    "namespace oracle {{\nconst OracleFunction oracle_functions[] = {{\n{}}};\n"
                    "const int oracle_function_count = {};\n}}\n",
                    table, functions.size());
}

}  // namespace e2e
