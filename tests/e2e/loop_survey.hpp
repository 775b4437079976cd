#pragma once

// Random programs of loops by the batch: generated, counted by what became of them, compared.

#include <map>
#include <string>
#include <vector>

#include "loop_function.hpp"

namespace e2e {

struct LoopSurvey {
  int functions = 0;
  int accepted = 0;
  std::map<std::string, int> refused;  ///< by code
};

/// The code of a refusal, `gs-...`; empty where the message has none.
std::string code_of_refusal(const std::string& message);

/// Compares those of the functions that are accepted with spec and oracle, built in `folder`. One
/// whose second derivatives are refused is compared without them.
void compare_programs(std::vector<LoopFunction> functions, const std::string& folder, bool quick,
                      LoopSurvey& survey);

/// What is refused costs nobody a wrong number, but that share of such programs must work.
void report(const LoopSurvey& survey, int percent);

/// An environment variable's number.
int number_from(const char* variable, int otherwise);

}  // namespace e2e
