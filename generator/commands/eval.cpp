#include "commands/eval.hpp"

#include <fmt/format.h>

#include <memory>

#include "commands/emit_words.hpp"
#include "commands/labels.hpp"
#include "commands/point.hpp"
#include "passes/derive.hpp"
#include "passes/unroll.hpp"

namespace gradsmith {
namespace {

constexpr const char* kHelp = R"(usage: gradsmith eval <spec.cpp> --at <name>=<number>,... [options]
                      [-- <compiler flags>]

Evaluates a function of a spec, or a derivative of it, at a point. Prints the
shortest numbers that read back to the same bits.

  --at=<entry>,...       x=2; arrays, row-major or in part: 'w=1;2;3', 'w[0]=1',
                         'm[1]=4;5'; members: cam.f=1, pts[1].x=2
  --of=<word>            value (default), gradient, jacobian, hessian, ..., d_x,
                         d_x_d_y, local_d_x
  --function=<name>      which function, where the file has several
  --wrt=<name>,...       differentiate by these
  --length=<name>=<n>    how many elements a pointer has: x=n*d
  -p <folder>            where compile_commands.json is

examples:
  gradsmith eval specs/lab5_z.cpp --at x=2,y=3
  gradsmith eval specs/lab5_z.cpp --at x=2,y=3 --of d_x_d_y
)";

struct EvalOptions {
  SpecOptions spec;
  std::vector<std::string> at;
  std::string of = "value";
};

std::string number_text(long double number, Element element) {
  switch (element) {
    case Element::Bool:
      return number != 0 ? "true" : "false";
    case Element::Index:
      return fmt::format("{}", static_cast<std::int64_t>(number));
    case Element::F32:
      return fmt::format("{}", static_cast<float>(number));
    default:
      return fmt::format("{}", static_cast<double>(number));
  }
}

/// One line per number: the bare number where there is only one to print.
void print_values(const std::vector<Function>& functions, const std::string& base,
                  const std::vector<PointEntry>& point) {
  std::vector<std::string> labels;
  std::vector<std::string> numbers;
  for (const Function& f : functions) {
    const std::string returned = returned_label(f, base);
    const std::vector<Value> values =
        evaluate<double>(f.graph, output_values(f), environment_at(point, f));
    for (std::size_t k = 0; k < values.size(); ++k) {
      const Output& output = f.outputs[k];
      const std::string& root = output.root.empty() ? returned : output.root;
      for (std::size_t i = 0; i < values[k].numbers.size(); ++i) {
        labels.push_back(
            element_label(root, output.steps, values[k].extents, static_cast<std::int64_t>(i)));
        numbers.push_back(number_text(values[k].numbers[i], values[k].element));
      }
    }
  }
  std::string text;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    text += numbers.size() == 1 ? numbers[i] + "\n" : labels[i] + " = " + numbers[i] + "\n";
  }
  print_result(text);
}

/// The value as the author computes it, nothing simplified; derivatives as they are emitted.
std::vector<Function> functions_of(const LoweredSpec& spec, const LoweredFunction& lowered) {
  const Word& word = lowered.words.front();
  if (word.kind == WordKind::Value) return {unroll(lowered.function)};
  std::vector<Function> functions;
  for (Item& item : derive(prepare(spec.lower_for(lowered, word)), word)) {
    if (Function* f = std::get_if<Function>(&item)) functions.push_back(std::move(*f));
  }
  return functions;
}

Status eval(const EvalOptions& options) {
  std::vector<PointEntry> point;
  for (const std::string& entry : options.at) point.push_back(read_point_entry(entry));
  LoweredSpec spec = lower_spec(options.spec.read(options.spec.specs.front()), FpPolicy::Finite);
  if (spec.refused) return Status::Failed;
  assign_words({options.of}, std::span(&spec, 1));
  std::erase_if(spec.functions, [](const LoweredFunction& f) { return f.words.empty(); });
  if (spec.functions.size() > 1) {
    std::vector<std::string> names;
    for (const LoweredFunction& f : spec.functions) names.push_back(f.function.name);
    throw UsageError("the file has several functions: " + join(names),
                     "pick one with --function=" + names.front());
  }
  try {
    const LoweredFunction& lowered = spec.functions.front();
    print_values(functions_of(spec, lowered), lowered.function.name, point);
  } catch (const UsageError&) {
    throw;
  } catch (const Refusal& refusal) {
    spec.spec->report(refusal);
    return Status::Failed;
  } catch (const EvaluationError& error) {
    throw Refusal("gs-evaluation", error.what());
  }
  return Status::Done;
}

}  // namespace

void add_eval(CLI::App& app, const std::vector<std::string>& compiler_arguments,
              SelectedCommand& selected) {
  const auto options = std::make_shared<EvalOptions>();
  options->spec.compiler_arguments = compiler_arguments;
  CLI::App* command = add_command(app, "eval", kHelp);
  add_spec_options(*command, options->spec, false);
  add_list(*command, "--at", options->at);
  command->add_option("--of", options->of);
  command->callback([options, &selected] { selected = [options] { return eval(*options); }; });
}

}  // namespace gradsmith
