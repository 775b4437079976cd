#include "loop_survey.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "loop_comparison.hpp"
#include "process.hpp"
#include "random_loops.hpp"

namespace e2e {

std::string code_of_refusal(const std::string& message) {
  const std::size_t at = message.find("[gs-");
  return at == std::string::npos ? "" : message.substr(at + 1, message.find(']', at) - at - 1);
}

void compare_programs(std::vector<LoopFunction> functions, const std::string& folder, bool quick,
                      LoopSurvey& survey) {
  LoopComparison c;
  c.folder = fresh_folder(folder);
  for (LoopFunction& f : functions) {
    ++survey.functions;
    for (const bool second : {true, false}) {
      f.second = second;
      const Ran ran = generate_loops(c, f, loop_includes() + f.text);
      if (ran.status == 0) {
        survey.accepted += second ? 1 : 0;
        c.functions.push_back(f);
        break;
      }
      const std::string code = code_of_refusal(ran.err);
      if (second) ++survey.refused[code];
      // A refusal has a code; anything else is a mistake of the generator's.
      INFO(ran.err);
      INFO("status " << ran.status << " of " << f.name << " in " << c.folder.string());
      CHECK((ran.status == 1 && !code.empty()));
    }
  }
  if (c.functions.empty()) return;
  const bool good = compare_loops(c, quick);
  INFO(c.log);
  CHECK(good);
}

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

void report(const LoopSurvey& survey, int percent) {
  std::string codes;
  for (const auto& [code, count] : survey.refused) codes += fmt::format(" {} {},", count, code);
  WARN(fmt::format("{} of {} accepted;{}", survey.accepted, survey.functions, codes));
  CHECK(survey.accepted * 100 >= survey.functions * percent);
}

}  // namespace e2e
