#include "ir/parse_numbers.hpp"

#include <algorithm>
#include <bit>
#include <cctype>
#include <charconv>
#include <limits>

namespace gradsmith {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::size_t digits(std::string_view text, std::size_t from) {
  while (from < text.size() && is_digit(text[from])) ++from;
  return from;
}

bool is_word_character(std::string_view text, std::size_t at) {
  return at < text.size() &&
         (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_');
}

std::size_t special_length(std::string_view text) {
  std::size_t n = text.starts_with("inf") || text.starts_with("nan") ? 3 : 0;
  if (n == 0) return 0;
  const bool nan = text[0] == 'n';
  if (n < text.size() && text[n] == 'f') ++n;
  if (nan && text.substr(n).starts_with("(0x")) {
    const std::size_t close = text.find(')', n);
    return close == std::string_view::npos ? 0 : close + 1;
  }
  return is_word_character(text, n) ? 0 : n;
}

template <class T>
std::optional<T> read(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class T, class Bits>
std::optional<T> floating(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view size = text.substr(negative ? 1 : 0);
  const T sign = negative ? T(-1) : T(1);
  if (size == "inf") return sign * std::numeric_limits<T>::infinity();
  if (!size.starts_with("nan")) return read<T>(text);
  auto bits = std::bit_cast<Bits>(std::numeric_limits<T>::quiet_NaN());
  if (size.size() > 3) {
    const std::string_view hex = size.substr(6, size.size() - 7);
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), bits, 16);
    if (error != std::errc() || end != hex.data() + hex.size()) return std::nullopt;
  }
  const Bits top = ~(std::numeric_limits<Bits>::max() >> 1);
  return std::bit_cast<T>(negative ? static_cast<Bits>(bits | top) : bits);
}

/// `nanf(0x...)` has its suffix inside.
std::string without_suffix(std::string_view number) {
  std::string text(number);
  const auto suffix = number_suffix(number);
  if (!suffix) return text;
  const std::size_t open = text.find('(');
  text.erase(open == std::string::npos ? text.size() - 1 : open - 1, 1);
  return text;
}

}  // namespace

std::size_t number_length(std::string_view text) {
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  if (const std::size_t n = special_length(text.substr(sign)); n > 0) return sign + n;
  std::size_t end = digits(text, sign);
  const bool whole = end > sign;
  if (end < text.size() && text[end] == '.' && !text.substr(end).starts_with("..")) {
    const std::size_t fraction = digits(text, end + 1);
    if (whole || fraction > end + 1) end = fraction;
  }
  if (end == sign) return 0;
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    const std::size_t skip =
        end + 1 < text.size() && (text[end + 1] == '+' || text[end + 1] == '-') ? 2 : 1;
    if (digits(text, end + skip) > end + skip) end = digits(text, end + skip);
  }
  if (end < text.size() && (text[end] == 'f' || text[end] == 'i')) ++end;
  return is_word_character(text, end) ? 0 : end;
}

std::optional<Element> number_suffix(std::string_view number) {
  if (number.back() == 'i') return Element::Index;
  const std::size_t open = number.find('(');
  const std::string_view head = number.substr(0, open);
  const bool special = head.ends_with("inf");
  if (head.back() == 'f' && !special) return Element::F32;
  return std::nullopt;
}

std::optional<NodeId> number_constant(Graph& graph, std::string_view number, Element element) {
  const std::string text = without_suffix(number);
  switch (element) {
    case Element::Index: {
      const auto value = read<std::int64_t>(text);
      return value ? std::optional(graph.index(*value)) : std::nullopt;
    }
    case Element::F32: {
      const auto value = floating<float, std::uint32_t>(text);
      if (!value) return std::nullopt;
      return graph.constant(static_cast<double>(*value), Element::F32);
    }
    case Element::F64: {
      const auto value = floating<double, std::uint64_t>(text);
      return value ? std::optional(graph.constant(*value)) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace gradsmith
