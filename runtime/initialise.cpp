#include "runtime/initialise.hpp"

#include <algorithm>
#include <cmath>

#include "runtime/name_pattern.hpp"
#include "runtime/text.hpp"

namespace gradsmith::runtime {

namespace {

struct Form {
  const char* name;
  Initialiser::Kind kind;
  std::size_t numbers;
};

constexpr Form kForms[] = {
    {"zero", Initialiser::Kind::Zero, 0},       {"constant", Initialiser::Kind::Constant, 1},
    {"uniform", Initialiser::Kind::Uniform, 2}, {"normal", Initialiser::Kind::Normal, 2},
    {"glorot", Initialiser::Kind::Glorot, 0},   {"he", Initialiser::Kind::He, 0}};

struct Fans {
  double in = 2;
  double out = 2;
};

Fans fans_of(const Block& block) {
  if (block.extents.empty()) return {};
  double in = 1;
  for (std::size_t k = 1; k < block.extents.size(); ++k)
    in *= static_cast<double>(block.extents[k]);
  const auto first = static_cast<double>(block.extents[0]);
  if (block.extents.size() == 1) return {first, 1};
  return {in, first};
}

Initialiser by_default(const Block& block) {
  const bool bias = !block.name.empty() && (block.name[0] == 'b' || block.name[0] == 'c');
  return {block.name, bias ? Initialiser::Kind::Zero : Initialiser::Kind::Glorot, 0, 0};
}

double draw(const Initialiser& how, const Fans& fans, Random& random) {
  switch (how.kind) {
    case Initialiser::Kind::Constant:
      return how.a;
    case Initialiser::Kind::Uniform:
      return random.uniform(how.a, how.b);
    case Initialiser::Kind::Normal:
      return how.a + how.b * random.standard_normal();
    case Initialiser::Kind::Glorot: {
      const double end = std::sqrt(6 / (fans.in + fans.out));
      return random.uniform(-end, end);
    }
    case Initialiser::Kind::He:
      return std::sqrt(2 / fans.in) * random.standard_normal();
    default:
      return 0;
  }
}

}  // namespace

std::optional<Initialiser> parse_initialiser(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return {};
  Initialiser result;
  result.pattern = text.substr(0, equals);
  const std::vector<std::string> parts = parts_of(text.substr(equals + 1));
  for (const Form& form : kForms) {
    if (parts[0] != form.name) continue;
    if (parts.size() != 1 + form.numbers) return {};
    result.kind = form.kind;
    for (std::size_t k = 0; k < form.numbers; ++k) {
      double& value = k == 0 ? result.a : result.b;
      if (!read_number(parts[k + 1], value) || !std::isfinite(value)) return {};
    }
    if (result.kind == Initialiser::Kind::Uniform && result.a > result.b) return {};
    if (result.kind == Initialiser::Kind::Normal && result.b < 0) return {};
    return result;
  }
  return {};
}

std::vector<double> draw_parameters(const std::vector<Block>& parameters,
                                    const std::vector<Initialiser>& initialisers, Random& random) {
  std::vector<double> result;
  for (const Block& block : parameters) {
    Initialiser how = by_default(block);
    for (const Initialiser& i : initialisers) {
      if (!matches(i.pattern, block.name)) continue;
      how = i;
      break;
    }
    const Fans fans = fans_of(block);
    for (std::size_t k = 0; k < block.count; ++k) result.push_back(draw(how, fans, random));
  }
  return result;
}

}  // namespace gradsmith::runtime
