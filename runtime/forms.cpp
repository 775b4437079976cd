#include "runtime/forms.hpp"

#include <algorithm>
#include <charconv>

namespace gradsmith::runtime {

namespace {

struct Extent {
  std::size_t size = 0;
  std::size_t alignment = 1;
};

std::size_t rounded_up(std::size_t offset, std::size_t alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}

// Recursion follows the nesting of the author's types; `at` goes past what was measured.
Extent measure(std::string_view form, std::size_t& at) {
  const char c = form[at];
  if (c == 'd' || c == 'f') {
    ++at;
    return c == 'd' ? Extent{sizeof(double), alignof(double)}
                    : Extent{sizeof(float), alignof(float)};
  }
  if (c != '{') {
    const std::size_t count = read_extent(form, at).value_or(0);
    const Extent element = measure(form, at);
    return {count * element.size, element.alignment};
  }
  Extent all;
  for (++at; form[at] != '}';) {
    const Extent member = measure(form, at);
    all.size = rounded_up(all.size, member.alignment) + member.size;
    all.alignment = std::max(all.alignment, member.alignment);
  }
  ++at;
  return {rounded_up(all.size, all.alignment), all.alignment};
}

void place(std::string_view form, std::size_t& at, std::size_t offset,
           std::vector<NumberPlace>& numbers) {
  const char c = form[at];
  if (c == 'd' || c == 'f') {
    ++at;
    numbers.push_back({offset, c == 'f'});
    return;
  }
  if (c != '{') {
    const std::size_t count = read_extent(form, at).value_or(0);
    const std::size_t element = at;
    const std::size_t size = measure(form, at).size;
    for (std::size_t k = 0; k < count; ++k) {
      std::size_t again = element;
      place(form, again, offset + k * size, numbers);
    }
    return;
  }
  for (++at; form[at] != '}';) {
    std::size_t end = at;
    const Extent member = measure(form, end);
    offset = rounded_up(offset, member.alignment);
    place(form, at, offset, numbers);
    offset += member.size;
  }
  ++at;
}

}  // namespace

std::string form_of(const Block& block) {
  if (block.type) return block.type->numbers;
  std::string form;
  for (const std::size_t e : block.extents) form += "[" + std::to_string(e) + "]";
  return form + (block.in_float ? "f" : "d");
}

std::optional<std::size_t> read_extent(std::string_view form, std::size_t& at) {
  const std::size_t end = form.find(form[at] == '<' ? '>' : ']', at);
  const std::string_view digits = form.substr(at + 1, end - at - 1);
  at = end + 1;
  if (digits.empty()) return {};
  std::size_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return count;
}

ObjectLayout layout_of(std::string_view form) {
  ObjectLayout layout;
  std::size_t at = 0;
  layout.size = measure(form, at).size;
  at = 0;
  place(form, at, 0, layout.numbers);
  return layout;
}

}  // namespace gradsmith::runtime
