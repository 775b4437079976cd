#pragma once

// The module that `gradsmith train` compiles: the loss with its gradient, and the prediction.

#include <string>

#include "commands/lowered_spec.hpp"

namespace gradsmith {

struct TrainModule {
  LoweredSpec spec;
  std::string text;     ///< C++, as `generate --module` writes it
  std::string predict;  ///< the name of the function that predicts; may be empty
};

/// Adds to the spec's functions one that gives a local of the loss, or else of the first function
/// that has it, where `predict` is not the name of a function. Gives the name of the function to
/// predict with. Throws UsageError where there is neither.
std::string add_prediction(LoweredSpec& spec, const std::string& loss, const std::string& predict);

/// Reads the spec and derives. `spec.refused` where something was refused, and why was printed.
TrainModule train_module(const ReadOptions& read, bool keep_loops, bool vector_math,
                         const std::string& loss, const std::string& predict);

}  // namespace gradsmith
