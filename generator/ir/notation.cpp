#include "ir/notation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cmath>

#include "support/check.hpp"

namespace gradsmith {
namespace {

constexpr ReducerWord kReducers[] = {
    {Op::Add, "sum", "", 0},           {Op::Mul, "product", "", 1},
    {Op::And, "all", "", 1},           {Op::Or, "any", "", 0},
    {Op::Min, "min", "argmin", {}},    {Op::Max, "max", "argmax", {}},
    {Op::Fmin, "fmin", "argfmin", {}}, {Op::Fmax, "fmax", "argfmax", {}},
};

constexpr std::string_view kReserved[] = {"true", "false", "inf", "nan", "inff",
                                          "nanf", "in",    "by",  "from"};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }

template <class T, class Bits>
std::string floating_text(T value, Bits bits, Bits quiet_nan, std::string_view suffix) {
  if (!std::isnan(value)) return fmt::format("{}{}", value, suffix);
  const bool ordinary = (bits << 1) == (quiet_nan << 1);
  const std::string payload = ordinary ? "" : fmt::format("({:#x})", (bits << 1) >> 1);
  return fmt::format("{}nan{}{}", std::signbit(value) ? "-" : "", suffix, payload);
}

}  // namespace

std::span<const ReducerWord> reducer_words() { return kReducers; }

const ReducerWord* reducer_word(Op op) {
  const auto found = std::ranges::find(kReducers, op, &ReducerWord::op);
  return found == std::end(kReducers) ? nullptr : found;
}

std::string_view conversion_word(Element element) {
  static constexpr std::array<std::string_view, 5> kWords = {"bool", "index", "float", "double",
                                                             ""};
  return kWords.at(static_cast<std::size_t>(element));
}

std::string_view element_word(Element element) {
  static constexpr std::array<std::string_view, 5> kWords = {"bool", "index", "f32", "f64",
                                                             "tuple"};
  return kWords.at(static_cast<std::size_t>(element));
}

std::string constant_text(const Graph& graph, NodeId id, bool bare_index) {
  switch (graph.element(id)) {
    case Element::Bool:
      return graph.index_value(id) != 0 ? "true" : "false";
    case Element::Index:
      return fmt::format("{}{}", graph.index_value(id), bare_index ? "" : "i");
    case Element::F32: {
      const auto value = static_cast<float>(graph.constant_value(id));
      return floating_text(value, std::bit_cast<std::uint32_t>(value), 0x7fc00000u, "f");
    }
    default: {
      const double value = graph.constant_value(id);
      return floating_text(value, std::bit_cast<std::uint64_t>(value),
                           std::uint64_t{0x7ff8000000000000}, "");
    }
  }
}

bool is_plain_name(std::string_view name) {
  if (std::ranges::find(kReserved, name) != std::end(kReserved)) return false;
  bool starts = true;  // a word
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (starts ? is_letter(name[i]) : is_letter(name[i]) || is_digit(name[i])) {
      starts = false;
    } else if (!starts && name[i] == '.') {
      starts = true;
    } else if (!starts && name.substr(i, 2) == "[]") {
      // Nothing but a member or another subscript may follow.
      if (i + 2 < name.size() && name[i + 2] != '.' && name[i + 2] != '[') return false;
      ++i;
    } else {
      return false;
    }
  }
  return !starts;
}

std::string quoted_name(std::string_view name) {
  return is_plain_name(name) ? std::string(name) : fmt::format("`{}`", name);
}

std::string bound_name(int level, int slot) {
  return slot == 0 ? fmt::format("i{}", level) : fmt::format("s{}_{}", level, slot);
}

bool is_bound_name(std::string_view name) {
  return name.size() > 1 && (name[0] == 'i' || name[0] == 's') &&
         std::all_of(name.begin() + 1, name.end(), [](char c) { return is_digit(c) || c == '_'; });
}

}  // namespace gradsmith
