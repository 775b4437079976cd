#include "commands/lowered_spec.hpp"

#include <set>
#include <string>

namespace gradsmith {

Function LoweredSpec::lower_for(const LoweredFunction& lowered, const Word& word) const {
  const std::vector<std::string> cuts = word.cuts(lowered.function);
  if (cuts.empty()) return lowered.function;
  Function f = spec->lower(lowered.entry, cuts);
  f.policy = lowered.function.policy;
  f.keep_loops = lowered.function.keep_loops;
  return f;
}

LoweredSpec lower_spec(const ReadOptions& options, FpPolicy policy, bool keep_loops,
                       const std::function<bool(const EntryPoint&)>& needed) {
  LoweredSpec result;
  result.path = options.path;
  result.spec = Spec::read(options);
  if (!result.spec) {
    result.refused = true;
    return result;
  }
  const std::vector<EntryPoint>& entries = result.spec->entries();
  if (entries.empty()) {
    result.spec->report(Refusal("gs-no-function", "there is no function to differentiate",
                                "give it a floating parameter and a floating result, mark its "
                                "parameters with gradsmith::param, or name it with --function"));
    result.refused = true;
  }
  std::set<std::string> said;  // overloads are refused for one reason, once for all of a name
  for (std::size_t i = 0; i < entries.size(); ++i) {
    try {
      Function f = result.spec->lower(i);
      f.policy = policy;
      f.keep_loops = keep_loops;
      result.functions.push_back({i, std::move(f), {}});
    } catch (const Refusal& refusal) {
      result.left_out.push_back(entries[i].name);
      if (needed && !needed(entries[i])) continue;
      const bool overload = refusal.code() == "gs-ambiguous-function";
      if (!overload || said.insert(refusal.what()).second) result.spec->report(refusal);
      result.refused = true;
    }
  }
  return result;
}

std::string qualified_name(const std::vector<std::string>& namespaces, const std::string& name) {
  std::string result;
  for (const std::string& space : namespaces) {
    result += (space.starts_with('!') ? space.substr(1) : space) + "::";
  }
  return result + name;
}

}  // namespace gradsmith
