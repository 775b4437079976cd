#include "frontend/place.hpp"

#include "support/check.hpp"

namespace gradsmith::frontend {

Place member_of(const Place& whole, const Layout::Member& member) {
  Place part = whole;
  part.first += member.first;
  part.layout = member.layout;
  part.array = nullptr;
  return part;
}

Place element_of(const Place& whole, NodeId index) {
  GRADSMITH_CHECK(whole.layout->kind == Layout::Kind::Array, "an element of no array");
  Place part = whole;
  part.layout = whole.layout->inside;
  part.array = whole.layout;
  part.subscripts.push_back(index);
  return part;
}

}  // namespace gradsmith::frontend
