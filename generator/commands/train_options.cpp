#include "commands/train_options.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "commands/train_contradictions.hpp"

namespace gradsmith {

const char* const kTrainHelp =
    R"(usage: gradsmith train <spec.cpp> --loss=<function> --data=<file>,... [options]

Differentiates a loss, compiles it, checks it, and trains its parameters on data
(CSV, IDX, gzipped or not). docs/training.md explains all of this.

spec     --predict=<function or local>, --set=<size or constant>=<number>,
         --count=<the size that counts samples, n>, --keep-loops, --vector-math,
         --function, --wrt, --length, -p, --cxxflags='<compiler>', --verbose
data     --columns=x=a:b,y=onehot(c), --standardise=x, --noise=x=<deviation>,
         --test, --validation=every:<k>[:<first>] or a fraction
start    --init='W*=glorot,b=zero,c=uniform:-1:1', --start=<file>, --seed=1,
         --restarts=<n>, --until=<loss>, --no-check (of the gradient)
steps    --epochs=100 --batch=32 (0: all) --shuffle --lr=0.01 --threads=1,
         --optimizer=sgd|adam|adamw|lbfgs|lm, --momentum, --nesterov, --clip,
         --weight-decay=[<names>=]<weight>, --patience, --min-improvement,
         --schedule=[warmup:<n>+]constant|step:<n>:<f>|cosine|plateau:<n>:<f>
results  --save=<file.json>, --header=<file.hpp>, --log=<file.jsonl>, --quiet,
         --checkpoint, --resume=<file>, --plot, --histories=<file.svg or .png>,
         --boundary=<x>,<y>:<file.svg>
example:
  gradsmith train loss.cpp --loss=loss --data=points.csv --epochs=250 --lr=2
)";

namespace {

template <class T>
T number_of(const std::string& text, const std::string& option) {
  T number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && stop == end && std::isfinite(static_cast<double>(number))) {
    return number;
  }
  throw UsageError("'" + text + "' in " + option + " is not a number that it can take");
}

std::pair<std::string, std::string> split_at_equals(const std::string& text,
                                                    const std::string& option) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw UsageError("'" + text + "' in " + option + " is not of the form <name>=<value>");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

template <class Parse>
auto parsed(const Parse& parse, const std::string& text, const std::string& option,
            const std::string& form) {
  const auto result = parse(text);
  if (!result) throw UsageError("'" + text + "' in " + option + " is not of the form " + form);
  return *result;
}

/// What is wrong with a number that does not lie where it has to; empty: nothing.
template <class Accept>
std::string wrong_number(const std::string& text, const Accept& accept, const char* wanted) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool fits = error == std::errc() && stop == end && std::isfinite(number) && accept(number);
  return fits ? "" : "'" + text + "' is not " + wanted;
}

std::string positive(const std::string& text) {
  return wrong_number(text, [](double x) { return x > 0; }, "a positive number");
}

std::string not_negative(const std::string& text) {
  return wrong_number(text, [](double x) { return x >= 0; }, "0 or a positive number");
}

std::string below_one(const std::string& text) {
  return wrong_number(text, [](double x) { return x >= 0 && x < 1; }, "a number in [0, 1)");
}

std::string whole(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && stop == end) return "";
  return "'" + text + "' is not a whole number from 0 to 18446744073709551615";
}

auto noted(bool& given) {
  return [&given](const std::string&) { given = true; };
}

void read_set(const TrainOptions& options, runtime::Plan& plan) {
  for (const std::string& entry : options.set) {
    const auto [name, value] = split_at_equals(entry, "--set");
    std::vector<double> numbers;
    for (std::size_t at = 0; at <= value.size();) {
      const std::size_t end = std::min(value.find(';', at), value.size());
      numbers.push_back(number_of<double>(value.substr(at, end - at), "--set"));
      at = end + 1;
    }
    plan.binding.numbers[name] = numbers;
    // A size is a single integer; which of them it is, the function says.
    if (numbers.size() == 1 && numbers[0] == std::floor(numbers[0])) {
      plan.sizes[name] = static_cast<long long>(numbers[0]);
    }
  }
}

/// The entries between commas, which names of columns in quotes may have, too.
std::vector<std::string> entries_of(const std::vector<std::string>& lists) {
  std::vector<std::string> entries;
  for (const std::string& list : lists) {
    bool quoted = false;
    entries.emplace_back();
    for (const char c : list) {
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted) {
        entries.emplace_back();
      } else {
        entries.back() += c;
      }
    }
    if (quoted) throw UsageError("'" + list + "' in --columns: a quote has no end");
  }
  for (std::string& entry : entries) {
    entry.erase(0, entry.find_first_not_of(" \t"));
    entry.erase(entry.find_last_not_of(" \t") + 1);
    if (entry.empty()) throw UsageError("--columns: an entry of the list is empty");
  }
  return entries;
}

}  // namespace

void add_train_options(CLI::App& command, TrainOptions& o) {
  runtime::FitOptions& fit = o.plan.fit;
  add_spec_options(command, o.spec, false);
  command.add_option("--loss", o.plan.loss)->required();
  add_value(command, "--predict", o.plan.predict);
  add_list(command, "--set", o.set);
  add_value(command, "--count", o.plan.sample_count);
  command.add_flag("--keep-loops", o.keep_loops);
  command.add_flag("--vector-math", o.vector_math);
  command.add_option("--cxxflags", o.flags);
  command.add_flag("--verbose", o.verbose);
  add_list(command, "--data", o.data);
  // Split where commas are outside quotes.
  command.add_option("--columns", o.columns)->allow_extra_args(false);
  add_list(command, "--standardise", o.plan.standardise);
  add_list(command, "--noise", o.noise);
  add_value(command, "--test", o.test);
  add_value(command, "--validation", o.validation);
  add_list(command, "--init", o.initialisers);
  add_value(command, "--start", o.start);
  command.add_option("--seed", fit.seed)->check(whole);
  command.add_option("--restarts", o.plan.restarts)->check(CLI::Range(0, 1000000));
  command.add_option("--until", o.until)->check(not_negative);
  command.add_flag("--no-check", o.no_check);
  command.add_option("--epochs", fit.epochs)->check(CLI::Range(1, 1000000000));
  command.add_option("--batch", fit.batch)->check(whole)->each(noted(o.batch_given));
  command.add_flag("--shuffle", fit.shuffle);
  command.add_option("--lr", fit.rate)->check(positive)->each(noted(o.rate_given));
  command.add_option("--threads", o.plan.threads)->check(CLI::Range(1, 256));
  command.add_option("--optimizer", o.optimizer)
      ->check(CLI::IsMember({"sgd", "adam", "adamw", "lbfgs", "lm"}));
  command.add_option("--momentum", fit.optimizer.momentum)->check(below_one);
  command.add_flag("--nesterov", fit.optimizer.nesterov);
  command.add_option("--clip", fit.optimizer.clip)->check(positive);
  add_list(command, "--weight-decay", o.decay);
  command.add_option("--patience", fit.patience)->check(CLI::Range(1, 1000000000));
  command.add_option("--min-improvement", fit.least_improvement)->check(not_negative);
  add_value(command, "--schedule", o.schedule);
  add_value(command, "--save", o.save);
  add_value(command, "--header", o.header);
  add_value(command, "--log", o.log);
  command.add_flag("--quiet", o.quiet);
  add_value(command, "--checkpoint", o.checkpoint);
  add_value(command, "--resume", o.resume);
  add_list(command, "--plot", o.plots);
  add_list(command, "--histories", o.histories);
  command.add_option("--boundary", o.boundaries)->allow_extra_args(false);
}

runtime::Plan plan_of(const TrainOptions& o) {
  runtime::Plan plan = o.plan;
  read_set(o, plan);
  for (const std::string& text : entries_of(o.columns)) {
    try {
      plan.binding.bindings.push_back(runtime::read_binding(text));
    } catch (const runtime::BindingError& error) {
      throw UsageError(std::string("--columns: ") + error.what());
    }
  }
  const std::string share = "every:<k>, every:<k>:<first> or a fraction between 0 and 1";
  if (!o.test.empty()) plan.test = parsed(runtime::parse_share, o.test, "--test", share);
  if (!o.validation.empty()) {
    plan.validation = parsed(runtime::parse_share, o.validation, "--validation", share);
  }
  for (const std::string& entry : o.noise) {
    const auto [name, deviation] = split_at_equals(entry, "--noise");
    plan.fit.noise.emplace_back(name, number_of<double>(deviation, "--noise"));
    if (plan.fit.noise.back().second < 0) {
      throw UsageError("'" + entry + "' in --noise: a standard deviation is not negative");
    }
  }
  for (const std::string& entry : o.initialisers) {
    plan.initialisers.push_back(parsed(runtime::parse_initialiser, entry, "--init",
                                       "<names>=zero, constant:<c>, uniform:<a>:<b>, "
                                       "normal:<mean>:<deviation>, glorot or he"));
  }
  for (const std::string& entry : o.decay) {
    runtime::Decay decay;
    const std::size_t equals = entry.find('=');
    if (equals != std::string::npos) decay.pattern = entry.substr(0, equals);
    decay.weight = number_of<double>(equals == std::string::npos ? entry : entry.substr(equals + 1),
                                     "--weight-decay");
    if (decay.weight < 0) throw UsageError("'" + entry + "' in --weight-decay is negative");
    plan.decay.push_back(decay);
  }
  plan.fit.schedule = parsed(runtime::parse_schedule, o.schedule, "--schedule",
                             "constant, step:<epochs>:<factor>, cosine, cosine:<factor> or "
                             "plateau:<epochs>:<factor>, perhaps behind warmup:<epochs>+");
  if (const auto kind = runtime::parse_optimizer(o.optimizer)) plan.fit.optimizer.kind = *kind;
  if (o.optimizer == "lbfgs") plan.solver = runtime::Solver::LBfgs;
  if (o.optimizer == "lm") plan.solver = runtime::Solver::LevenbergMarquardt;
  if (o.until >= 0) plan.until = o.until;
  refuse_contradictions(o, plan);
  return plan;
}

}  // namespace gradsmith
