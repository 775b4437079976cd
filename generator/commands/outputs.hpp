#pragma once

// Where the generated file of each spec lies.

#include <string>
#include <vector>

namespace gradsmith {

/// What the user said about outputs.
struct OutputOptions {
  std::string file;    ///< -o
  std::string folder;  ///< --out-dir
};

/// One path per spec: `file`, or `<folder>/<spec>.grad.hpp`, or that name beside the spec. Throws
/// UsageError for one file and several specs, and where two specs would have the same path.
std::vector<std::string> output_paths(const std::vector<std::string>& specs,
                                      const OutputOptions& options);

}  // namespace gradsmith
