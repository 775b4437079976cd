#include "commands/point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>

#include "commands/labels.hpp"
#include "commands/status.hpp"

namespace gradsmith {
namespace {

using Numbers = std::vector<std::optional<long double>>;

bool is_name_character(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)); }

UsageError malformed(const std::string& text) {
  return UsageError(fmt::format("'{}' gives no value to a variable", text),
                    "write --at x=2,y=3; for arrays --at 'w=1;2;3' or --at 'w[0]=1'; for members "
                    "--at cam.f=1");
}

template <class T>
T parse(const std::string& text, const std::string& entry, const char* what) {
  const char* const end = text.data() + text.size();
  const char* const begin = text.data() + (text.starts_with('+') ? 1 : 0);
  T number = 0;
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (error == std::errc::result_out_of_range) {
    throw UsageError(fmt::format("'{}': {} is beyond the numbers of its type", entry, text),
                     "give a number that the parameter can hold");
  }
  if (error != std::errc() || stop != end) {
    throw UsageError(fmt::format("'{}': '{}' is no {}", entry, text, what),
                     "write it in digits, as in x=2, x=-0.5 or x=1e-3");
  }
  return number;
}

long double read_number(const std::string& text, Element element, const std::string& entry) {
  if (element == Element::Bool && (text == "true" || text == "false")) return text == "true";
  switch (element) {
    case Element::F64:
      return static_cast<long double>(parse<double>(text, entry, "number"));
    case Element::F32:
      return static_cast<long double>(parse<float>(text, entry, "number"));
    default:
      return static_cast<long double>(parse<std::int64_t>(text, entry, "integer"));
  }
}

/// Whether an entry is for a leaf: its steps lead to it, and only subscripts remain.
bool leads_to(const PointEntry& entry, const Leaf& leaf) {
  if (entry.steps.size() > leaf.steps.size()) return false;
  const auto rest = leaf.steps.begin() + static_cast<std::ptrdiff_t>(entry.steps.size());
  return std::equal(entry.steps.begin(), entry.steps.end(), leaf.steps.begin()) &&
         std::all_of(rest, leaf.steps.end(), [](const Step& s) { return s.is_subscript(); });
}

void store(const PointEntry& entry, Element element, std::span<const std::int64_t> extents,
           Numbers& numbers) {
  std::size_t first = 0;
  std::size_t count = 1;
  for (std::size_t k = 0; k < extents.size(); ++k) {
    const auto extent = static_cast<std::size_t>(extents[k]);
    if (k >= entry.subscripts.size()) {
      count *= extent;
      first *= extent;
      continue;
    }
    if (entry.subscripts[k] >= extents[k]) {
      throw UsageError(fmt::format("'{}': the array ends at [{}]", entry.text, extents[k] - 1),
                       "subscripts count from 0");
    }
    first = first * extent + static_cast<std::size_t>(entry.subscripts[k]);
  }
  if (entry.numbers.size() != count) {
    throw UsageError(fmt::format("'{}' gives {} numbers, and there are {}", entry.text,
                                 entry.numbers.size(), count),
                     count > 1 ? "write --at 'w=1;2;3' or --at 'w[0]=1'" : "");
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (numbers[first + i]) {
      throw UsageError(fmt::format("'{}' was given before", entry.text), "give it once");
    }
    numbers[first + i] = read_number(entry.numbers[i], element, entry.text);
  }
}

std::vector<std::string> input_names(const Function& f) {
  std::vector<std::string> names;
  for (const Parameter& p : f.parameters) {
    if (p.is_input()) names.push_back(p.name);
  }
  return names;
}

}  // namespace

PointEntry read_point_entry(const std::string& text) {
  PointEntry entry{text, "", {}, {}, {}};
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) throw malformed(text);
  std::size_t at = 0;
  const auto read_name = [&] {
    const std::size_t begin = at;
    while (at < equals && is_name_character(text[at])) ++at;
    if (at == begin) throw malformed(text);
    return text.substr(begin, at - begin);
  };
  entry.root = read_name();
  while (at < equals) {
    if (text[at] == '.') {
      ++at;
      entry.steps.push_back({read_name()});
      continue;
    }
    const std::size_t close = text.find(']', at);
    if (text[at] != '[' || close > equals) throw malformed(text);
    std::int64_t subscript = -1;
    const auto [stop, error] =
        std::from_chars(text.data() + at + 1, text.data() + close, subscript);
    if (error != std::errc() || stop != text.data() + close || subscript < 0) throw malformed(text);
    entry.steps.push_back({});
    entry.subscripts.push_back(subscript);
    at = close + 1;
  }
  std::string rest = text.substr(equals + 1);
  while (true) {
    const std::size_t end = rest.find(';');
    entry.numbers.push_back(rest.substr(0, end));
    if (end == std::string::npos) break;
    rest = rest.substr(end + 1);
  }
  return entry;
}

Environment environment_at(const std::vector<PointEntry>& point, const Function& f) {
  const Graph& g = f.graph;
  const std::vector<NodeId> needed = reachable(g, output_values(f));
  Environment environment;
  std::vector<std::string> missing;
  std::set<const PointEntry*> used;
  for (const Parameter& p : f.parameters) {
    for (const Leaf& leaf : p.leaves) {
      if (leaf.input == kNoNode) continue;
      const Element element = g.type(leaf.type).element;
      const std::vector<std::int64_t> extents = g.constant_extents(leaf.type);
      Numbers numbers(static_cast<std::size_t>(g.element_count(leaf.type)));
      for (const PointEntry& entry : point) {
        if (entry.root != p.name || !leads_to(entry, leaf)) continue;
        store(entry, element, extents, numbers);
        used.insert(&entry);
      }
      const auto gap = std::ranges::find_if(numbers, [](const auto& n) { return !n.has_value(); });
      if (gap == numbers.end()) {
        std::vector<long double> values;
        for (const auto& number : numbers) values.push_back(*number);
        environment.emplace(g.input_name(leaf.input), Value(element, extents, std::move(values)));
      } else if (std::ranges::binary_search(needed, leaf.input)) {
        missing.push_back(element_label(p.name, leaf.steps, extents, gap - numbers.begin()));
      }
    }
  }
  for (const PointEntry& entry : point) {
    if (used.contains(&entry)) continue;
    throw UsageError(fmt::format("'{}': '{}' has no such number to give", entry.text, f.name),
                     "its parameters are: " + join(input_names(f)), "gs-unknown-variable");
  }
  if (!missing.empty()) {
    throw UsageError(fmt::format("no value for '{}'", join(missing, "', '")),
                     fmt::format("give it with --at {}=...", missing.front()), "gs-missing-value");
  }
  return environment;
}

}  // namespace gradsmith
