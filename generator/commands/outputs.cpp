#include "commands/outputs.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "commands/status.hpp"

namespace gradsmith {

namespace fs = std::filesystem;

std::vector<std::string> output_paths(const std::vector<std::string>& specs,
                                      const OutputOptions& options) {
  if (!options.file.empty() && specs.size() > 1) {
    throw UsageError("-o names one file, and there are several specs", "use --out-dir");
  }
  std::vector<std::string> paths;
  std::map<fs::path, std::string> taken;
  for (const std::string& spec : specs) {
    fs::path path = spec;
    path.replace_extension(".grad.hpp");
    if (!options.folder.empty()) path = fs::path(options.folder) / path.filename();
    paths.push_back(options.file.empty() ? path.string() : options.file);
    const auto [place, added] = taken.emplace(fs::absolute(paths.back()).lexically_normal(), spec);
    if (added) continue;
    throw UsageError(fmt::format("'{}' and '{}' would both be written to '{}'", place->second, spec,
                                 paths.back()),
                     "generate them apart, with -o");
  }
  return paths;
}

}  // namespace gradsmith
