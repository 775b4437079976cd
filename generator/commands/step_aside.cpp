#include "commands/step_aside.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace gradsmith {
namespace {

bool is_word(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)); }

/// Every whole word `from` becomes `to`.
void rename_word(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos;) {
    const std::size_t end = at + from.size();
    const bool whole =
        (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
    if (whole) text.replace(at, from.size(), to);
    at += whole ? to.size() : from.size();
  }
}

void rename_in(Function& f, const std::string& from, const std::string& to) {
  rename_word(f.comment, from, to);
  for (Parameter& p : f.parameters) {
    for (Spelling* spelling : {&p.spelling, &p.value_spelling}) {
      rename_word(spelling->before, from, to);
    }
  }
}

}  // namespace

void step_aside(std::vector<Item>& items, std::span<const LoweredFunction> functions) {
  const auto hidden = [&](const std::string& name) {
    return std::ranges::any_of(
        functions, [&](const LoweredFunction& f) { return f.function.parameter(name) != nullptr; });
  };
  for (Item& item : items) {
    if (std::holds_alternative<Function>(item)) continue;
    std::string& name = std::visit([](auto& what) -> std::string& { return what.name; }, item);
    const std::string before = name;
    if (!hidden(name)) continue;
    name += '_';
    // Names with two `_` in a row are the compiler's.
    for (int n = 2; hidden(name); ++n) name = before + "_" + std::to_string(n);
    for (Item& other : items) {
      if (Function* f = std::get_if<Function>(&other)) rename_in(*f, before, name);
    }
  }
}

}  // namespace gradsmith
