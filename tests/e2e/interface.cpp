#include "interface.hpp"

namespace e2e {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// `$L(0.5)` becomes before + "0.5" + after.
std::string with_literals(std::string text, const std::string& mark, const std::string& before,
                          const std::string& after) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos;) {
    const std::size_t end = text.find(')', at);
    const std::string number = text.substr(at + mark.size(), end - at - mark.size());
    text.replace(at, end + 1 - at, before + number + after);
  }
  return text;
}

}  // namespace

bool Interface::has_one_result() const {
  std::size_t outputs = result_numbers.size();
  for (const Parameter& p : parameters) outputs += p.is_written() ? p.numbers.size() : 0;
  return outputs == 1 && result_numbers.size() == 1;
}

std::pair<int, int> Interface::mixed() const {
  std::vector<int> scalars;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const Parameter& p = parameters[k];
    // A name like d_x beside x would make the word ambiguous.
    const bool plain = p.numbers.size() == 1 && p.numbers[0].path == p.name;
    if (plain && p.is_differentiated() && p.name.find("d_") == std::string::npos) {
      scalars.push_back(static_cast<int>(k));
    }
  }
  if (!has_one_result() || scalars.empty()) return {-1, -1};
  return {scalars.front(), scalars.back()};
}

std::string Interface::mixed_word() const {
  const auto [a, b] = mixed();
  if (a < 0) return "";
  return "d_" + parameters[static_cast<std::size_t>(a)].name + "_d_" +
         parameters[static_cast<std::size_t>(b)].name;
}

std::string to_plain(const std::string& markup) {
  std::string text = with_literals(markup, "$L(", "", "");
  text = with_literals(text, "$l(", "", "f");
  text = replaced(text, "$N(", "(");
  text = replaced(text, "$C ", "constexpr ");
  text = replaced(text, "$D", "double");
  return replaced(text, "$F", "float");
}

std::string to_oracle(const std::string& markup) {
  std::string text = with_literals(markup, "$L(", "Real(", ")");
  text = with_literals(text, "$l(", "RealF(", "f)");
  text = replaced(text, "$N(", "RealF(");
  text = replaced(text, "$C ", "const ");
  text = replaced(text, "$D", "Real");
  return replaced(text, "$F", "RealF");
}

}  // namespace e2e
