#include "frontend/read_spec.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/ASTUnit.h>
#include <clang/Sema/Sema.h>
#include <fmt/format.h>
#include <llvm/Support/thread.h>

#include <algorithm>
#include <exception>
#include <map>

#include "frontend/diagnostics.hpp"
#include "frontend/entries.hpp"
#include "frontend/interface.hpp"
#include "frontend/lowering.hpp"
#include "frontend/parse.hpp"
#include "frontend/source_files.hpp"
#include "support/check.hpp"

namespace gradsmith {

using namespace frontend;

namespace {

// Clang and lowering walk expressions recursively; a generated spec may nest them deeply.
constexpr unsigned kStackSize = 256u << 20;

template <class F>
void with_deep_stack(F work) {
  std::exception_ptr thrown;
  llvm::thread worker(std::optional<unsigned>(kStackSize), [&] {
    try {
      work();
    } catch (...) {
      thrown = std::current_exception();
    }
  });
  worker.join();
  if (thrown) std::rethrow_exception(thrown);
}

/// `--wrt function:name` taken apart; no function for a plain name.
struct Wrt {
  std::string function;
  std::string name;
};

Wrt parse_wrt(const std::string& given) {
  // The last colon that is not part of `::`.
  for (std::size_t i = given.size(); i-- > 0;) {
    if (given[i] != ':') continue;
    if (i > 0 && given[i - 1] == ':') {
      --i;
      continue;
    }
    return {given.substr(0, i), given.substr(i + 1)};
  }
  return {"", given};
}

/// `--length function:name=expression` taken apart.
struct GivenLength {
  Wrt of;
  std::string expression;
};

GivenLength parse_length(const std::string& given) {
  const std::size_t equals = given.find('=');
  if (equals == std::string::npos) {
    throw Refusal("gs-length-option", fmt::format("--length={} gives no length", given),
                  "write it behind a =, as in --length=x=n*d");
  }
  return {parse_wrt(given.substr(0, equals)), given.substr(equals + 1)};
}

/// What a list took apart at a comma inside parentheses, `x=max(n` and `d)`, is one length.
std::vector<std::string> joined(const std::vector<std::string>& entries) {
  std::vector<std::string> found;
  bool open = false;
  for (const std::string& entry : entries) {
    if (open) {
      found.back() += "," + entry;
    } else {
      found.push_back(entry);
    }
    open = std::ranges::count(found.back(), '(') > std::ranges::count(found.back(), ')');
  }
  return found;
}

bool names(const std::string& wanted, const clang::FunctionDecl* f) {
  return wanted.empty() || wanted == f->getNameAsString() ||
         wanted == f->getQualifiedNameAsString();
}

bool has_parameter(const clang::FunctionDecl* f, const std::string& name) {
  return std::any_of(f->param_begin(), f->param_end(),
                     [&](const clang::ParmVarDecl* p) { return p->getNameAsString() == name; });
}

}  // namespace

struct Spec::State {
  std::unique_ptr<clang::ASTUnit> unit;
  std::unique_ptr<SourceFiles> files;
  std::vector<const clang::FunctionDecl*> functions;
  std::vector<EntryPoint> entries;
  std::vector<Wrt> wrt;
  std::vector<GivenLength> lengths;
  // How the last refusal was reached; only report looks at it.
  SourceLocation refused;
  std::vector<CallNote> calls;

  bool is_known(const Wrt& w) const {
    return std::any_of(functions.begin(), functions.end(), [&](const auto* f) {
      return names(w.function, f) && has_parameter(f, w.name);
    });
  }

  /// Throws a Refusal where no entry has the parameter.
  void check_options() const {
    for (const GivenLength& length : lengths) {
      if (is_known(length.of)) continue;
      throw Refusal("gs-length-option",
                    fmt::format("no function of {} has a parameter '{}'", files->names().front(),
                                length.of.name),
                    "name a pointer parameter, or function:parameter");
    }
    for (const Wrt& w : wrt) {
      if (is_known(w)) continue;
      throw Refusal(
          "gs-unknown-wrt",
          w.function.empty() ? fmt::format("no function of {} has a parameter '{}'",
                                           files->names().front(), w.name)
                             : fmt::format("{} has no function '{}' with a parameter '{}'",
                                           files->names().front(), w.function, w.name),
          "name a parameter, or function:parameter, of a function that is differentiated");
    }
  }
};

Spec::Spec(std::unique_ptr<State> state) : state_(std::move(state)) {}
Spec::~Spec() = default;

namespace {

/// The state of a spec, or null where an error was printed.
template <class State>
std::unique_ptr<State> open(const ReadOptions& options, const std::string* code) {
  auto state = std::make_unique<State>();
  with_deep_stack([&] { state->unit = parse_spec(options, code); });
  if (!state->unit) return nullptr;
  clang::ASTContext& context = state->unit->getASTContext();
  state->files = std::make_unique<SourceFiles>(state->unit->getSourceManager(), options.path);
  for (const std::string& w : options.wrt) state->wrt.push_back(parse_wrt(w));
  for (const std::string& l : joined(options.lengths)) state->lengths.push_back(parse_length(l));
  try {
    with_deep_stack([&] {
      state->functions = find_entries(context, *state->files, options.functions);
      for (const clang::FunctionDecl* f : state->functions) {
        // A class template that only references name is not instantiated yet.
        for (const clang::ParmVarDecl* p : f->parameters()) {
          const clang::QualType type =
              context.getBaseElementType(p->getType().getNonReferenceType());
          state->unit->getSema().isCompleteType(p->getLocation(), type);
        }
      }
      state->check_options();
    });
  } catch (const Refusal& refusal) {
    if (!refusal.where().known()) throw;  // of the options
    report_refusal(context, *state->files, refusal, {});
    return nullptr;
  }
  for (const clang::FunctionDecl* f : state->functions) {
    state->entries.push_back(
        {f->getNameAsString(), namespaces_of(f), state->files->locate(f->getLocation())});
  }
  return state;
}

}  // namespace

std::unique_ptr<Spec> Spec::read(const ReadOptions& options) {
  auto state = open<State>(options, nullptr);
  return state ? std::unique_ptr<Spec>(new Spec(std::move(state))) : nullptr;
}

std::unique_ptr<Spec> Spec::read_text(const std::string& code, const ReadOptions& options) {
  auto state = open<State>(options, &code);
  return state ? std::unique_ptr<Spec>(new Spec(std::move(state))) : nullptr;
}

const std::vector<EntryPoint>& Spec::entries() const { return state_->entries; }

Function Spec::lower(std::size_t entry, const std::vector<std::string>& cuts) const {
  GRADSMITH_CHECK(entry < state_->functions.size(), "no entry {}", entry);
  const clang::FunctionDecl* function = state_->functions[entry];
  for (const clang::FunctionDecl* other : state_->functions) {
    if (other != function &&
        other->getQualifiedNameAsString() == function->getQualifiedNameAsString()) {
      throw Refusal("gs-ambiguous-function",
                    fmt::format("'{}' has overloads, whose derivatives would have one name",
                                function->getQualifiedNameAsString()),
                    "give each a name of its own", state_->entries[entry].where);
    }
  }
  std::vector<std::string> wrt;
  for (const Wrt& w : state_->wrt) {
    if (names(w.function, function)) wrt.push_back(w.name);
  }
  std::map<std::string, std::string> lengths;
  for (const GivenLength& l : state_->lengths) {
    if (names(l.of.function, function) && has_parameter(function, l.of.name)) {
      lengths[l.of.name] = l.expression;
    }
  }
  Function lowered;
  with_deep_stack([&] {
    Lowering lowering(state_->unit->getASTContext(), *state_->files, std::move(wrt), cuts,
                      std::move(lengths));
    try {
      lowered = lowering.lower(function);
    } catch (const Refusal& refusal) {
      state_->refused = refusal.where();
      state_->calls = lowering.calls();
      throw;
    }
  });
  return lowered;
}

void Spec::report(const Refusal& refusal) const {
  const bool last = refusal.where() == state_->refused && refusal.where().known();
  report_refusal(state_->unit->getASTContext(), *state_->files, refusal,
                 last ? state_->calls : std::vector<CallNote>{});
}

std::vector<std::string> Spec::dependencies() const { return state_->files->names(); }

}  // namespace gradsmith
