#include "commands/generate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "commands/banner_command.hpp"
#include "commands/depfile.hpp"
#include "commands/derived_items.hpp"
#include "commands/diff.hpp"
#include "commands/emit_words.hpp"
#include "commands/module_text.hpp"
#include "commands/observers.hpp"
#include "commands/outputs.hpp"
#include "commands/project_path.hpp"
#include "commands/write_output.hpp"

namespace gradsmith {
namespace {

constexpr const char* kHelp =
    R"(usage: gradsmith generate <spec.cpp>... [options] [-- <compiler flags>]

Writes the value and derivatives of a spec's functions as plain C++.

  --emit=<word>,...      value gradient partials jacobian hessian jvp vjp hvp,
                         sparse_jacobian sparse_hessian, d_x, d_x_d_y,
                         local_d_x; or <function>:<word>
  --wrt=<name>,...       differentiate by these; or <function>:<name>
  --length=<name>=<n>    how many elements a pointer has: x=n*d, <function>:x=n
  --function=<name>,...  these functions instead of the file's entry functions
  --sparse, --keep-loops jacobian, hessian: the sparse ones; loops stay loops
  --fp=<policy>          strict, finite (default) or fast: what may change bits
  --vector-math          loops call glibc's vector versions of exp, tanh, ...
  --max-statements=<n>   split longer functions; default 2000, 0: never
  -o <file>              write there instead of beside the spec, <spec>.grad.hpp
  --out-dir=<folder>     write <folder>/<spec>.grad.hpp;  --stdout: print it
  --depfile=<file>       also write what the output depends on, for make, ninja
  --check, --diff        write nothing; name, or show, what is stale; exit 1
  --keep-going, --module write in spite of refusals; describe it as C data
  --stats, --print-after=<pass>  to stderr: counts and times; what a pass made
  -p <folder>            where compile_commands.json is

example:
  gradsmith generate loss.cpp --emit=value,gradient -o loss.grad.hpp -- -Imodel
)";

struct GenerateOptions {
  SpecOptions spec;
  std::vector<std::string> emit;
  bool sparse = false;
  std::string policy = "finite";
  bool keep_loops = false;
  bool vector_math = false;
  bool module = false;
  std::size_t max_statements = kDefaultMaxStatements;
  OutputOptions output;
  bool to_stdout = false;
  std::string depfile;
  bool check = false;
  bool diff = false;
  bool stats = false;
  std::string print_after;
  bool keep_going = false;
};

/// A generated file before it is written.
struct Generated {
  std::string path;
  std::string text;
  std::vector<std::string> dependencies;
};

FpPolicy policy_of(const GenerateOptions& options) {
  for (const FpPolicy policy : {FpPolicy::Strict, FpPolicy::Fast}) {
    if (options.policy == policy_name(policy)) return policy;
  }
  return FpPolicy::Finite;
}

void require_consistent(const GenerateOptions& options, const std::vector<std::string>& outputs) {
  const bool placed = !options.output.file.empty() || !options.output.folder.empty();
  const bool compared = options.check || options.diff;
  if (!options.output.file.empty() && !options.output.folder.empty()) {
    throw UsageError("-o and --out-dir exclude each other",
                     "use -o for the one file of one spec, --out-dir for any number of specs");
  }
  if (options.to_stdout && placed) {
    throw UsageError("--stdout writes no file, and -o and --out-dir name one",
                     "leave --stdout out to write a file");
  }
  if (options.to_stdout && compared) {
    throw UsageError("--stdout writes no file that --check or --diff could compare",
                     "name the file with -o");
  }
  if (options.to_stdout && !options.depfile.empty()) {
    throw UsageError("--stdout writes no file that --depfile could name", "name one with -o");
  }
  if (std::ranges::find(outputs, options.depfile) != outputs.end()) {
    throw UsageError("--depfile names an output", "give each a name of its own");
  }
  if (options.vector_math && policy_of(options) == FpPolicy::Strict) {
    throw UsageError("--vector-math changes last bits, and --fp=strict keeps all of them",
                     "leave one of the two out");
  }
  if (!options.print_after.empty()) require_stage(options.print_after);
}

PassObserver observer_of(const GenerateOptions& options) {
  PassObserver printing;
  PassObserver counting;
  if (!options.print_after.empty()) printing = print_after(options.print_after, say);
  if (options.stats) {
    counting = print_counts([](const std::string& line) { say("stats: " + line); });
  }
  return both(std::move(printing), std::move(counting));
}

/// The file of one spec, at `path`; empty where nothing of the spec is left to write.
std::string text_of(LoweredSpec& spec, const std::string& path, const GenerateOptions& options,
                    const PassObserver& observer) {
  HeaderRequest request;
  request.policy = policy_of(options);
  request.max_statements = options.max_statements;
  request.vector_math = options.vector_math;
  request.spec = project_path(spec.path);
  request.output = output_project_path(path);
  request.items = derived_items(spec, observer);
  if (request.items.empty()) return "";
  if (options.module) {
    request.module = print_module(module_request(request.spec, spec, request.items));
  }
  std::vector<std::string> emit;
  for (const WantedEntry& entry : spec.wanted) emit.push_back(entry.text);
  request.left_out = spec.left_out;
  request.command =
      banner_command(request.spec, {emit, options.spec.wrt, options.spec.functions, request.policy,
                                    options.max_statements, options.sparse, !spec.left_out.empty(),
                                    options.spec.lengths, options.keep_loops, options.vector_math,
                                    options.module});
  try {
    const Stopwatch printing;
    std::string text = print_header(request);
    if (options.stats) say(fmt::format("stats: printing {}: {}", path, printing.text()));
    return text;
  } catch (const Refusal& refusal) {
    spec.spec->report(refusal);
    spec.refused = true;
    return "";
  }
}

/// Says, or shows, which files on disk are not what would be written.
Status compare(const std::vector<Generated>& files, bool show) {
  Status status = Status::Done;
  for (const Generated& file : files) {
    const std::optional<std::string> present = read_file(file.path);
    if (present == file.text) continue;
    status = Status::Failed;
    say(fmt::format("{} is {}", file.path, present ? "stale" : "missing"));
    if (!show) continue;
    print_result(unified_diff(present.value_or(""), file.text, present ? file.path : "/dev/null",
                              file.path));
  }
  return status;
}

/// Everything is staged before anything is replaced, so a refusal leaves all files as they were.
void write(const std::vector<Generated>& files, const GenerateOptions& options) {
  if (!options.output.folder.empty() && !files.empty()) make_folder(options.output.folder);
  std::vector<PendingFile> pending;
  std::vector<Dependencies> rules;
  for (const Generated& file : files) {
    pending.emplace_back(file.path, file.text, has_banner);
    rules.push_back({file.path, file.dependencies});
  }
  if (!options.depfile.empty()) {
    pending.emplace_back(options.depfile, depfile_text(rules), is_depfile);
  }
  for (PendingFile& file : pending) file.commit();
}

Status generate(GenerateOptions options) {
  if (options.output.file == "-") {
    options.output.file.clear();
    options.to_stdout = true;
  }
  const std::vector<std::string> paths = output_paths(options.spec.specs, options.output);
  require_consistent(options, paths);
  const Stopwatch whole;
  const auto report_time = [&](std::string_view stage, const Stopwatch& watch) {
    if (options.stats) say(fmt::format("stats: {}: {}", stage, watch.text()));
  };

  std::vector<LoweredSpec> specs;
  for (const std::string& path : options.spec.specs) {
    const Stopwatch reading;
    specs.push_back(lower_spec(options.spec.read(path), policy_of(options), options.keep_loops));
    report_time("reading and lowering " + path, reading);
  }
  const auto refused = [&] { return std::ranges::any_of(specs, &LoweredSpec::refused); };
  if (refused() && !options.keep_going) return Status::Failed;
  assign_words(options.emit, specs, options.sparse);

  const PassObserver observer = observer_of(options);
  std::vector<Generated> files;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    std::string text = text_of(specs[i], paths[i], options, observer);
    if (text.empty()) continue;
    files.push_back({paths[i], std::move(text), specs[i].spec->dependencies()});
  }
  report_time("all", whole);
  const Status status = refused() ? Status::Failed : Status::Done;
  if (status == Status::Failed && !options.keep_going) return status;

  if (options.check || options.diff) return worse(status, compare(files, options.diff));
  if (options.to_stdout) {
    for (const Generated& file : files) print_result(file.text);
    return status;
  }
  write(files, options);
  return status;
}

}  // namespace

void add_generate(CLI::App& app, const std::vector<std::string>& compiler_arguments,
                  SelectedCommand& selected) {
  const auto options = std::make_shared<GenerateOptions>();
  options->spec.compiler_arguments = compiler_arguments;
  CLI::App* command = add_command(app, "generate", kHelp);
  add_spec_options(*command, options->spec, true);
  add_list(*command, "--emit", options->emit);
  command->add_flag("--sparse", options->sparse);
  command->add_option("--fp", options->policy)->check(CLI::IsMember({"strict", "finite", "fast"}));
  command->add_flag("--keep-loops", options->keep_loops);
  command->add_flag("--vector-math", options->vector_math);
  command->add_flag("--module", options->module);
  command->add_option("--max-statements", options->max_statements);
  add_value(*command, "-o", options->output.file);
  add_value(*command, "--out-dir", options->output.folder);
  command->add_flag("--stdout", options->to_stdout);
  add_value(*command, "--depfile", options->depfile);
  command->add_flag("--check", options->check);
  command->add_flag("--diff", options->diff);
  command->add_flag("--stats", options->stats);
  add_value(*command, "--print-after", options->print_after);
  command->add_flag("--keep-going", options->keep_going);
  command->callback([options, &selected] { selected = [options] { return generate(*options); }; });
}

}  // namespace gradsmith
