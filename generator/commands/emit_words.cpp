#include "commands/emit_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "commands/status.hpp"
#include "support/check.hpp"

namespace gradsmith {
namespace {

/// `word` or `function:word`; the function's name may be qualified.
struct Entry {
  std::string text;
  std::string function;
  std::string word;
};

Entry split_entry(const std::string& text, bool sparse) {
  const std::size_t colon = text.rfind(':');
  Entry entry{text, "", text};
  if (colon != std::string::npos) {
    entry = {text, text.substr(0, colon), text.substr(colon + 1)};
  }
  if (sparse) entry.word = sparse_word(entry.word);
  return entry;
}

bool is_sparse(const Word& word) {
  return word.kind == WordKind::SparseJacobian || word.kind == WordKind::SparseHessian;
}

bool is_named(const Function& f, const std::string& name) {
  return f.name == name || qualified_name(f.namespaces, f.name) == name;
}

/// Empty where the word is made of names that the function does not have.
std::optional<Word> word_for(const std::string& text, const Function& f) {
  try {
    return read_word(text, f);
  } catch (const Refusal& refusal) {
    if (refusal.code() != "gs-unknown-word") throw;
    return std::nullopt;
  }
}

[[noreturn]] void refuse_entry(const Entry& entry, std::span<const LoweredSpec> specs) {
  std::vector<std::string> functions;
  std::vector<std::string> files;
  const Function* candidate = nullptr;
  for (const LoweredSpec& spec : specs) {
    files.push_back("'" + spec.path + "'");
    for (const LoweredFunction& f : spec.functions) {
      functions.push_back(f.function.name);
      if (entry.function.empty() || is_named(f.function, entry.function)) candidate = &f.function;
    }
  }
  const std::string where = join(files);
  if (!candidate) {
    throw UsageError(fmt::format("'{}' is for no function of {}", entry.text, where),
                     "there are: " + join(functions), "gs-unknown-function-name");
  }
  try {
    read_word(entry.word, *candidate);
  } catch (const Refusal& refusal) {
    const bool one = functions.size() == 1 || !entry.function.empty();
    const std::string whom = one ? "'" + candidate->name + "'" : "any function";
    throw UsageError(fmt::format("'{}' names no derivative of {} in {}", entry.word, whom, where),
                     refusal.way_out(), refusal.code());
  }
  GRADSMITH_CHECK(false, "'{}' was given to nobody", entry.text);
}

/// Gives the entry's word to the functions that it is for; false where there is none.
bool give(const Entry& entry, LoweredSpec& spec) {
  std::optional<WordKind> kind;
  for (LoweredFunction& f : spec.functions) {
    if (!entry.function.empty() && !is_named(f.function, entry.function)) continue;
    const std::optional<Word> word = word_for(entry.word, f.function);
    if (!word) continue;
    kind = word->kind;
    const auto same = [&](const Word& w) { return w.text == word->text; };
    if (std::ranges::any_of(f.words, same)) continue;
    f.words.insert(std::ranges::upper_bound(f.words, *kind, {}, &Word::kind), *word);
  }
  const auto same = [&](const WantedEntry& w) { return w.text == entry.text; };
  if (kind && std::ranges::none_of(spec.wanted, same)) {
    spec.wanted.insert(std::ranges::upper_bound(spec.wanted, *kind, {}, &WantedEntry::kind),
                       {entry.text, *kind});
  }
  return kind.has_value();
}

}  // namespace

void assign_words(const std::vector<std::string>& entries, std::span<LoweredSpec> specs,
                  bool sparse) {
  const bool refused = std::ranges::any_of(specs, &LoweredSpec::refused);
  for (const std::string& text : entries) {
    const Entry entry = split_entry(text, sparse);
    bool found = false;
    for (LoweredSpec& spec : specs) found = give(entry, spec) || found;
    if (!found && !refused) refuse_entry(entry, specs);
  }
  for (LoweredSpec& spec : specs) {
    if (entries.empty()) {
      for (LoweredFunction& f : spec.functions) {
        for (const std::string& word : default_words(f.function)) {
          f.words.push_back(read_word(sparse ? sparse_word(word) : word, f.function));
        }
      }
    }
    const auto wanted = [](const LoweredFunction& f) { return !f.words.empty(); };
    if (!refused && std::ranges::none_of(spec.functions, wanted)) {
      throw UsageError(fmt::format("no entry of --emit is for a function of '{}'", spec.path),
                       "leave the spec out, or ask for a word that it has");
    }
  }
  const auto has_sparse = [](const LoweredSpec& spec) {
    return std::ranges::any_of(spec.functions, [](const LoweredFunction& f) {
      return std::ranges::any_of(f.words, is_sparse);
    });
  };
  if (sparse && !refused && std::ranges::none_of(specs, has_sparse)) {
    throw UsageError("--sparse is about Jacobians and Hessians, and none is asked for",
                     "add jacobian or hessian to --emit, or leave --sparse out");
  }
}

}  // namespace gradsmith
