#include "support/refusal.hpp"

#include <fmt/format.h>

namespace gradsmith {

Refusal::Refusal(std::string code, std::string reason, std::string way_out, SourceLocation where)
    : std::runtime_error(fmt::format("{} [{}]", reason, code)),
      code_(std::move(code)),
      reason_(std::move(reason)),
      way_out_(std::move(way_out)),
      where_(where) {}

}  // namespace gradsmith
