#include "frontend/parse.hpp"

#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/FileManager.h>
#include <clang/Driver/Options.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Serialization/PCHContainerOperations.h>
#include <clang/Tooling/ArgumentsAdjusters.h>
#include <clang/Tooling/JSONCompilationDatabase.h>
#include <clang/Tooling/Tooling.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/VirtualFileSystem.h>
#include <llvm/Support/raw_ostream.h>

#include <cstdio>

#include "frontend/diagnostics.hpp"

namespace gradsmith::frontend {
namespace {

// What <gradsmith/spec.hpp> says when the user's include path has none: specs/include holds the
// copy that compilers read.
constexpr const char* kMarksHeader =
    "#pragma once\n"
    "namespace gradsmith { template <class T> using param = T; template <class T> using data = T; "
    "template <class T> using work = T; }\n";
constexpr const char* kMarksFolder = "/gradsmith-provides";

/// What Clang has against the flags; it goes on with what it understood of them, we do not.
class FlagErrors : public clang::DiagnosticConsumer {
 public:
  void HandleDiagnostic(clang::DiagnosticsEngine::Level level,
                        const clang::Diagnostic& diagnostic) override {
    if (level < clang::DiagnosticsEngine::Error || !first.empty()) return;
    llvm::SmallString<128> text;
    diagnostic.FormatDiagnostic(text);
    first = text.str().str();
  }
  std::string first;  // empty: nothing
};

class KeepAst : public clang::tooling::ToolAction {
 public:
  explicit KeepAst(const FlagErrors& flag_errors) : flag_errors_(flag_errors) {}

  bool runInvocation(std::shared_ptr<clang::CompilerInvocation> invocation,
                     clang::FileManager* files,
                     std::shared_ptr<clang::PCHContainerOperations> containers,
                     clang::DiagnosticConsumer*) override {
    if (!flag_errors_.first.empty()) return false;
    invocation->getDiagnosticOpts().ShowCarets = true;
    invocation->getFrontendOpts().DisableFree = false;
    unit = clang::ASTUnit::LoadFromCompilerInvocation(
        invocation, std::move(containers),
        clang::CompilerInstance::createDiagnostics(&invocation->getDiagnosticOpts()), files);
    return unit != nullptr;
  }
  std::unique_ptr<clang::ASTUnit> unit;

 private:
  const FlagErrors& flag_errors_;
};

struct Command {
  std::vector<std::string> arguments;  // of the compiler, without its name and the spec's
  std::string folder;                  // where it runs; empty: here
};

/// The flags for the spec; false where the compilation database has none.
bool command_of(const ReadOptions& options, Command& command) {
  command.arguments = options.compiler_arguments;
  if (options.compilation_database.empty()) return true;
  std::string error;
  const auto database =
      clang::tooling::CompilationDatabase::loadFromDirectory(options.compilation_database, error);
  if (!database) {
    report_error("gs-no-compilation-database",
                 "no compilation database in '" + options.compilation_database + "'",
                 "give -p the folder that holds compile_commands.json");
    return false;
  }
  const auto commands = database->getCompileCommands(clang::tooling::getAbsolutePath(options.path));
  if (commands.empty()) {
    report_error("gs-no-compile-command",
                 "the compilation database does not say how to compile '" + options.path + "'",
                 "give the flags after `--` instead of -p");
    return false;
  }
  using namespace clang::tooling;
  const auto strip = combineAdjusters(
      combineAdjusters(getClangStripOutputAdjuster(), getClangStripDependencyFileAdjuster()),
      getClangSyntaxOnlyAdjuster());
  std::vector<std::string> given = strip(commands[0].CommandLine, commands[0].Filename);
  std::vector<std::string> kept;
  for (std::size_t i = 1; i < given.size(); ++i) {
    if (given[i] == commands[0].Filename || given[i] == "--") continue;
    kept.push_back(given[i]);
  }
  kept.insert(kept.end(), command.arguments.begin(), command.arguments.end());
  command.arguments = std::move(kept);
  command.folder = commands[0].Directory;
  return true;
}

bool readable(const std::string& path) {
  if (llvm::sys::fs::is_directory(path)) {
    report_error("gs-unreadable", "'" + path + "' is a folder", "name a C++ source file");
    return false;
  }
  const auto buffer = llvm::MemoryBuffer::getFile(path);
  if (buffer) return true;
  report_error("gs-unreadable", "cannot read '" + path + "': " + buffer.getError().message(),
               "name a C++ source file, from the folder in which gradsmith runs");
  return false;
}

void report_flags(const std::string& reason) {
  report_error("gs-compiler-flags", "wrong compiler flags: " + reason,
               "the flags after `--`, or in the compilation database, are those of clang++");
}

/// Whether the flags stand on their own: what we add must be neither swallowed by one of them nor
/// joined by a second source file.
bool complete(const std::vector<std::string>& flags) {
  std::vector<const char*> words;
  for (const std::string& flag : flags) words.push_back(flag.c_str());
  unsigned index = 0;
  unsigned missing = 0;
  const llvm::opt::InputArgList parsed = clang::driver::getDriverOptTable().ParseArgs(
      words, index, missing, llvm::opt::Visibility(clang::driver::options::ClangOption));
  if (missing > 0) {
    report_flags("'" + flags[index] + "' lacks its argument");
    return false;
  }
  if (const llvm::opt::Arg* input = parsed.getLastArg(clang::driver::options::OPT_INPUT)) {
    report_flags(std::string("'") + input->getValue() + "' is no flag");
    return false;
  }
  return true;
}

}  // namespace

std::unique_ptr<clang::ASTUnit> parse_spec(const ReadOptions& options, const std::string* code) {
  if (!code && !readable(options.path)) return nullptr;
  Command command;
  if (!command_of(options, command) || !complete(command.arguments)) return nullptr;

  auto overlay = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(
      llvm::vfs::createPhysicalFileSystem());
  auto memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  overlay->pushOverlay(memory);
  std::string path = options.path;
  if (!command.folder.empty()) {
    // The spec's name is relative to the user's folder, the flags' paths to the database's.
    path = clang::tooling::getAbsolutePath(options.path);
    overlay->setCurrentWorkingDirectory(command.folder);
  }
  memory->addFile(std::string(kMarksFolder) + "/gradsmith/spec.hpp", 0,
                  llvm::MemoryBuffer::getMemBuffer(kMarksHeader));
  if (code) memory->addFile(path, 0, llvm::MemoryBuffer::getMemBufferCopy(*code));

  std::vector<std::string> line{"clang++",    "-fsyntax-only",
                                "-w",         "-xc++",
                                "-std=c++20", "-resource-dir=" GRADSMITH_CLANG_RESOURCE_DIR};
  line.insert(line.end(), command.arguments.begin(), command.arguments.end());
  // After every folder of the user's, so that a spec.hpp of theirs is the one that is read.
  line.insert(line.end(), {"-idirafter", kMarksFolder, path});

  const auto files =
      llvm::makeIntrusiveRefCnt<clang::FileManager>(clang::FileSystemOptions(), overlay);
  FlagErrors flag_errors;
  KeepAst action(flag_errors);
  clang::tooling::ToolInvocation invocation(std::move(line), &action, files.get(),
                                            std::make_shared<clang::PCHContainerOperations>());
  invocation.setDiagnosticConsumer(&flag_errors);
  const bool ran = invocation.run();
  if (!flag_errors.first.empty()) {
    report_flags(flag_errors.first);
    return nullptr;
  }
  if (!ran || !action.unit || action.unit->getDiagnostics().hasErrorOccurred()) {
    llvm::errs() << "note: the spec must compile as it stands; compiler flags go after -- "
                    "[gs-does-not-compile]\n";
    return nullptr;
  }
  return std::move(action.unit);
}

}  // namespace gradsmith::frontend
