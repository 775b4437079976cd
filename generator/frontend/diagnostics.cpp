#include "frontend/diagnostics.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/Frontend/TextDiagnosticPrinter.h>
#include <fmt/format.h>
#include <llvm/Support/raw_ostream.h>

#include "frontend/source_files.hpp"

namespace gradsmith::frontend {

void report_error(const std::string& code, const std::string& reason, const std::string& way_out) {
  llvm::errs() << fmt::format("error: {} [{}]\n", reason, code);
  if (!way_out.empty()) llvm::errs() << fmt::format("note: {}\n", way_out);
  llvm::errs().flush();
}

void report_refusal(const clang::ASTContext& context, const SourceFiles& files,
                    const Refusal& refusal, const std::vector<CallNote>& calls) {
  if (!files.find(refusal.where()).isValid()) {
    llvm::errs() << files.names().front() << ": ";
    report_error(refusal.code(), refusal.reason(), refusal.way_out());
    return;
  }
  const auto options = llvm::makeIntrusiveRefCnt<clang::DiagnosticOptions>();
  clang::TextDiagnosticPrinter printer(llvm::errs(), options.get());
  clang::DiagnosticsEngine engine(llvm::makeIntrusiveRefCnt<clang::DiagnosticIDs>(), options,
                                  &printer, /*ShouldOwnClient=*/false);
  // The engine wants a manager that it may change; it only reads this one.
  engine.setSourceManager(const_cast<clang::SourceManager*>(&files.manager()));
  printer.BeginSourceFile(context.getLangOpts(), nullptr);
  const auto say = [&](clang::DiagnosticsEngine::Level level, SourceLocation where,
                       const std::string& text) {
    // Without a place the printer shows no source line a second time.
    engine.Report(where.known() ? files.find(where) : clang::SourceLocation(),
                  engine.getCustomDiagID(level, "%0"))
        << text;
  };
  say(clang::DiagnosticsEngine::Error, refusal.where(),
      fmt::format("{} [{}]", refusal.reason(), refusal.code()));
  for (const CallNote& call : calls) {
    say(clang::DiagnosticsEngine::Note, call.where,
        fmt::format("in the call to '{}' here", call.callee));
  }
  if (!refusal.way_out().empty()) {
    say(clang::DiagnosticsEngine::Note, {}, refusal.way_out());
  }
  printer.EndSourceFile();
  llvm::errs().flush();
}

}  // namespace gradsmith::frontend
