#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace gradsmith::runtime {

// Gives memory that begins at a cache line, so that reading it in vectors of any width never
// crosses one.
template <class T>
struct CacheAligned {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};

  CacheAligned() = default;
  template <class U>
  explicit CacheAligned(const CacheAligned<U>&) {}

  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), kLine));
  }
  void deallocate(T* memory, std::size_t) { ::operator delete(memory, kLine); }
  bool operator==(const CacheAligned&) const = default;
};

using AlignedNumbers = std::vector<double, CacheAligned<double>>;

}  // namespace gradsmith::runtime
