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

inline std::vector<std::string> train_words(const std::vector<std::string>& arguments) {
  // A cache of the tests' own.
  setenv("XDG_CACHE_HOME", GRADSMITH_TEST_SCRATCH_DIR "/cache", 1);
  std::vector<std::string> words = {"train"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.insert(words.end(), {"--", "-I" GRADSMITH_SPEC_INCLUDE_DIR});
  return words;
}

inline e2e::Ran train(const std::vector<std::string>& arguments, const fs::path& folder) {
  return e2e::gradsmith(train_words(arguments), folder);
}

/// A shell's script in which "$@" is gradsmith train with these arguments.
inline e2e::Ran in_shell(const std::string& script, const std::vector<std::string>& arguments,
                         const fs::path& folder) {
  std::vector<std::string> words = {"sh", "-c", script, "sh", GRADSMITH_EXECUTABLE};
  const std::vector<std::string> train = train_words(arguments);
  words.insert(words.end(), train.begin(), train.end());
  return e2e::run(words, folder);
}

/// Training that gets Ctrl-C when there is something in the file.
inline e2e::Ran interrupted_at(const std::string& file, const std::vector<std::string>& arguments,
                               const fs::path& folder) {
  return in_shell("\"$@\" & pid=$!; while [ ! -s " + file +
                      " ] && kill -0 $pid; do sleep 0.01; done; kill -INT $pid; wait $pid",
                  arguments, folder);
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

inline std::vector<std::string> digits(const std::vector<std::string>& more) {
  std::vector<std::string> words = {kSpecs + "/learning/digits.cpp",
                                    "--keep-loops",
                                    "--loss=loss",
                                    "--predict=scores",
                                    "--data=" + kSpecs + "/data/digits.csv",
                                    "--columns=x=pixel_0_0:pixel_7_7,label=digit",
                                    "--standardise=x",
                                    "--test=every:3",
                                    "--quiet"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// A log without what the clock says.
inline std::string without_speed(const fs::path& log) {
  std::string text = e2e::read_file(log.string());
  for (std::size_t at = 0; (at = text.find(", \"samples_per_second\"", at)) != std::string::npos;) {
    text.erase(at, text.find('}', at) - at);
  }
  return text;
}

}  // namespace training
