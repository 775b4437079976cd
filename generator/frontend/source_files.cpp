#include "frontend/source_files.hpp"

#include <algorithm>

namespace gradsmith::frontend {

SourceFiles::SourceFiles(const clang::SourceManager& sources, const std::string& spec)
    : sources_(sources) {
  names_.push_back(spec);
  ids_.push_back(sources.getMainFileID());
  for (unsigned i = 0; i < sources.local_sloc_entry_size(); ++i) {
    const clang::SrcMgr::SLocEntry& entry = sources.getLocalSLocEntry(i);
    if (!entry.isFile()) continue;
    const clang::SrcMgr::FileInfo& file = entry.getFile();
    const auto reference = file.getContentCache().OrigEntry;
    if (!reference || clang::SrcMgr::isSystem(file.getFileCharacteristic())) continue;
    const clang::FileID id = sources.translateFile(*reference);
    if (std::find(ids_.begin(), ids_.end(), id) != ids_.end()) continue;
    names_.push_back(reference->getName().str());
    ids_.push_back(id);
  }
}

SourceLocation SourceFiles::locate(clang::SourceLocation place) const {
  if (place.isInvalid()) return {};
  const clang::SourceLocation file_place = sources_.getFileLoc(place);
  const auto [id, offset] = sources_.getDecomposedLoc(file_place);
  auto found = std::find(ids_.begin(), ids_.end(), id);
  if (found == ids_.end()) {
    const auto entry = sources_.getFileEntryRefForID(id);
    if (!entry) return {};
    found = std::find(ids_.begin(), ids_.end(), sources_.translateFile(*entry));
    if (found == ids_.end()) return {};
  }
  SourceLocation where;
  where.file = static_cast<std::uint16_t>(found - ids_.begin());
  where.line = sources_.getLineNumber(id, offset);
  where.column =
      static_cast<std::uint16_t>(std::min(sources_.getColumnNumber(id, offset), 0xffffu));
  return where;
}

clang::SourceLocation SourceFiles::find(SourceLocation place) const {
  if (!place.known() || place.file >= ids_.size()) return {};
  return sources_.translateLineCol(ids_[place.file], place.line,
                                   std::max<unsigned>(place.column, 1));
}

bool SourceFiles::in_spec(clang::SourceLocation place) const {
  return place.isValid() && sources_.isInMainFile(sources_.getFileLoc(place));
}

bool SourceFiles::in_system_header(clang::SourceLocation place) const {
  return place.isValid() && sources_.isInSystemHeader(sources_.getFileLoc(place));
}

std::string SourceFiles::include_of(clang::SourceLocation place) const {
  clang::FileID id = sources_.getFileID(sources_.getFileLoc(place));
  if (id == sources_.getMainFileID()) return "";
  clang::SourceLocation include;
  while (id.isValid() && id != sources_.getMainFileID()) {
    include = sources_.getIncludeLoc(id);
    if (include.isInvalid()) return "";
    id = sources_.getFileID(include);
  }
  const auto [file, offset] = sources_.getDecomposedLoc(include);
  const llvm::StringRef text = sources_.getBufferData(file);
  // Clang points at the file name or at the directive; the name is the rest of the line's first
  // quoted or bracketed part.
  const std::size_t start =
      text.rfind('\n', offset) == llvm::StringRef::npos ? 0 : text.rfind('\n', offset) + 1;
  const llvm::StringRef line = text.substr(start).take_until([](char c) { return c == '\n'; });
  const std::size_t open = line.find_first_of("\"<");
  if (open == llvm::StringRef::npos) return "";
  const std::size_t close = line.find(line[open] == '<' ? '>' : '"', open + 1);
  if (close == llvm::StringRef::npos) return "";
  return line.substr(open, close + 1 - open).str();
}

}  // namespace gradsmith::frontend
