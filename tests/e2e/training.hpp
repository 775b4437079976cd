#pragma once

// `gradsmith train` as tests call it.

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "process.hpp"

namespace training {

namespace fs = std::filesystem;

inline const std::string kSpecs = GRADSMITH_SPECS_DIR;

inline e2e::Ran train(const std::vector<std::string>& arguments, const fs::path& folder) {
  // A cache of the tests' own.
  setenv("XDG_CACHE_HOME", GRADSMITH_TEST_SCRATCH_DIR "/cache", 1);
  std::vector<std::string> words = {"train"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.insert(words.end(), {"--", "-I" GRADSMITH_SPEC_INCLUDE_DIR});
  return e2e::gradsmith(words, folder);
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline std::vector<std::string> five_points(const std::vector<std::string>& more) {
  std::vector<std::string> words = {kSpecs + "/five_points.cpp",
                                    "--data=" + kSpecs + "/data/five_points.csv",
                                    "--loss=loss",
                                    "--predict=fout",
                                    "--epochs=250",
                                    "--batch=1",
                                    "--optimizer=sgd",
                                    "--lr=2.5",
                                    "--schedule=step:100:0.5"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace training
