#pragma once

// The command line of `gradsmith train`.

#include <string>
#include <vector>

#include "commands/options.hpp"
#include "runtime/session.hpp"

namespace gradsmith {

struct TrainOptions {
  SpecOptions spec;
  bool keep_loops = false;
  bool vector_math = false;
  std::vector<std::string> set;  ///< `d=10`, `lambda=0.1`, `g=1;2`
  std::vector<std::string> data;
  std::vector<std::string> columns;
  std::string test;
  std::string validation;
  std::vector<std::string> noise;
  std::vector<std::string> initialisers;
  std::string start;  ///< a file of parameters
  bool batch_given = false;
  bool rate_given = false;
  std::string optimizer = "sgd";
  std::string schedule = "constant";
  std::vector<std::string> decay;
  double until = -1;
  bool no_check = false;
  std::string flags;
  bool verbose = false;
  bool quiet = false;
  std::string save;
  std::string header;
  std::string checkpoint;
  std::string resume;
  std::string log;
  std::vector<std::string> plots;
  std::vector<std::string> boundaries;
  std::vector<std::string> histories;
  runtime::Plan plan;
};

/// Adds the options to the command.
void add_train_options(CLI::App& command, TrainOptions& options);

/// The plan that the options make, but for what is read from files. Throws UsageError.
runtime::Plan plan_of(const TrainOptions& options);

/// What --help prints.
extern const char* const kTrainHelp;

}  // namespace gradsmith
