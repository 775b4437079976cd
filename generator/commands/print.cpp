#include "commands/print.hpp"

#include <fmt/format.h>

#include <memory>

#include "commands/emit_words.hpp"
#include "commands/formulas.hpp"
#include "commands/labels.hpp"
#include "ir/print.hpp"
#include "passes/derive.hpp"
#include "passes/simplify.hpp"

namespace gradsmith {
namespace {

constexpr const char* kHelp = R"(usage: gradsmith print <spec.cpp> [options] [-- <compiler flags>]

Prints the functions of a spec, or a derivative of them, as formulas.

  --of=<word>            d_x, d_x_d_y, local_d_x, gradient, jacobian, ...
  --stage=<stage>        lowered: as the spec is read (default without --of)
                         differentiated: by the textbook's rules alone; all
                         first derivatives without --of
                         simplified (default with --of)
  --format=<format>      infix (default), sexpr, latex, dot, json
  --steps                the way from the differentiated to the simplified form,
                         one line per step, by the plain identities of 0 and 1
  --function=<name>      which function, where the file has several
  --wrt=<name>,...       differentiate by these
  --length=<name>=<n>    how many elements a pointer has: x=n*d
  -p <folder>            where compile_commands.json is

examples:
  gradsmith print specs/lab5_z.cpp
  gradsmith print specs/lab5_z.cpp --of d_x --stage=differentiated
  gradsmith print specs/lab5_z.cpp --of d_x --steps
)";

struct PrintOptions {
  SpecOptions spec;
  std::string of;
  std::string stage;
  std::string format = "infix";
  bool steps = false;
};

void require_consistent(const PrintOptions& options) {
  if (!options.of.empty() && options.stage == "lowered") {
    throw UsageError("--stage=lowered shows the function before any --of");
  }
  if (options.steps && (options.format == "dot" || options.format == "json")) {
    throw UsageError("--steps prints a line per step, which " + options.format + " has not");
  }
}

/// The formulas of one function at the stage asked for.
std::vector<Formulas> formulas_of(const LoweredSpec& spec, const LoweredFunction& lowered,
                                  const PrintOptions& options) {
  const bool simplified =
      options.stage == "simplified" || (options.stage.empty() && !options.of.empty());
  if (lowered.words.empty() || lowered.words.front().kind == WordKind::Value) {
    Function f = lowered.function;
    if (simplified && !options.steps) f = prepare(std::move(f));
    return {output_formulas(std::move(f), lowered.function.name)};
  }
  const Word& word = lowered.words.front();
  const bool by_textbook = word.kind < WordKind::Hessian || word.kind == WordKind::Named;
  if (by_textbook || !simplified || options.steps) {
    Formulas formulas = textbook_formulas(spec, lowered, word);
    if (simplified && !options.steps) {
      formulas.function = run_passes(finishing(), std::move(formulas.function));
    }
    return {std::move(formulas)};
  }
  std::vector<Formulas> all;
  for (Item& item : derive(prepare(spec.lower_for(lowered, word)), word)) {
    if (Function* f = std::get_if<Function>(&item)) {
      const std::string returned = returned_label(*f, lowered.function.name);
      all.push_back(output_formulas(std::move(*f), returned));
    }
  }
  return all;
}

std::string formula_text(const Function& f, NodeId id, const std::string& format) {
  return format == "latex" ? to_latex(f.graph, id) : to_infix(f.graph, id);
}

/// The formula after each step, down to where nothing applies any more.
std::string steps_text(Function f, const std::string& format) {
  std::string text;
  while (true) {
    require_readable(f);
    const NodeId before = f.outputs.front().value;
    text += (format == "sexpr" ? to_sexpr(f) : formula_text(f, before, format)) + "\n";
    f = simplify_step(std::move(f), RuleSet::Identities);
    if (f.outputs.front().value == before) return text;
  }
}

/// The formulas of one function, called by their labels where there are several, and by `prefix`.
std::string text_of(const Formulas& formulas, const PrintOptions& options,
                    const std::string& prefix) {
  const Function& f = formulas.function;
  if (!options.steps) {
    if (options.format == "sexpr") return to_sexpr(f) + "\n";
    if (options.format == "dot") return to_dot(f);
    if (options.format == "json") return to_json(f);
    require_readable(f);
  }
  std::string text;
  const bool labelled = formulas.labels.size() > 1;
  for (std::size_t i = 0; i < formulas.labels.size(); ++i) {
    if (options.steps) {
      if (labelled || !prefix.empty()) text += prefix + formulas.labels[i] + "\n";
      text += steps_text(single_formula(formulas, i), options.format);
    } else {
      text += prefix + (labelled ? formulas.labels[i] + " = " : "") +
              formula_text(f, f.outputs[i].value, options.format) + "\n";
    }
  }
  return text;
}

Status print(const PrintOptions& options) {
  require_consistent(options);
  LoweredSpec spec = lower_spec(options.spec.read(options.spec.specs.front()), FpPolicy::Finite);
  if (spec.refused) return Status::Failed;
  const bool all_partials = options.of.empty() && options.stage == "differentiated";
  if (!options.of.empty() || all_partials) {
    assign_words({all_partials ? "jacobian" : options.of}, std::span(&spec, 1));
    std::erase_if(spec.functions, [](const LoweredFunction& f) { return f.words.empty(); });
  }
  try {
    std::string text;
    const bool several = spec.functions.size() > 1;
    for (const LoweredFunction& lowered : spec.functions) {
      const std::string prefix = several ? lowered.function.name + ": " : "";
      for (const Formulas& formulas : formulas_of(spec, lowered, options)) {
        text += text_of(formulas, options, prefix);
      }
    }
    print_result(text);
  } catch (const UsageError&) {
    throw;
  } catch (const Refusal& refusal) {
    spec.spec->report(refusal);
    return Status::Failed;
  }
  return Status::Done;
}

}  // namespace

void add_print(CLI::App& app, const std::vector<std::string>& compiler_arguments,
               SelectedCommand& selected) {
  const auto options = std::make_shared<PrintOptions>();
  options->spec.compiler_arguments = compiler_arguments;
  CLI::App* command = add_command(app, "print", kHelp);
  add_spec_options(*command, options->spec, false);
  command->add_option("--of", options->of);
  command->add_option("--stage", options->stage)
      ->check(CLI::IsMember({"lowered", "differentiated", "simplified"}));
  command->add_option("--format", options->format)
      ->check(CLI::IsMember({"infix", "sexpr", "latex", "dot", "json"}));
  command->add_flag("--steps", options->steps);
  command->callback([options, &selected] { selected = [options] { return print(*options); }; });
}

}  // namespace gradsmith
