#include "support/heap.hpp"

#include <cstdlib>  // says whether this is glibc
#ifdef __GLIBC__
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#endif

namespace gradsmith {

#ifdef __GLIBC__
namespace {

constexpr std::size_t kHugePage = std::size_t{1} << 21;

/// Lets the heap grow to `bytes` once, which costs addresses and no memory; false where the system
/// does not allow it.
bool grow_heap(std::size_t bytes) {
  // Not seen by the compiler, which may leave out what is freed unused.
  void* volatile block = std::malloc(bytes);
  const bool grown = block != nullptr;
  std::free(block);
  return grown;
}

/// Half of the machine's memory; none where the user limits it, since what is set aside here is
/// missing for the stacks of threads.
std::size_t room() {
  rlimit space{};
  rlimit data{};
  if (getrlimit(RLIMIT_AS, &space) != 0 || space.rlim_cur != RLIM_INFINITY) return 0;
  if (getrlimit(RLIMIT_DATA, &data) != 0 || data.rlim_cur != RLIM_INFINITY) return 0;
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page = sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page <= 0) return 0;
  return static_cast<std::size_t>(pages) / 2 * static_cast<std::size_t>(page);
}

}  // namespace

void prepare_heap() {
  // Memory that was given back to the system would have to be cleared again for the next array.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 1 << 26);
  mallopt(M_ARENA_MAX, 1);  // what runs in a thread, for its deeper stack, has the same heap
  // In pages of 4 KB every look at a large graph would first have to look for its page.
  const auto* begin = static_cast<const char*>(sbrk(0));
  for (std::size_t bytes = room(); bytes > kHugePage && !grow_heap(bytes);) bytes /= 2;
  const auto* end = static_cast<const char*>(sbrk(0));
  const auto aligned = [](const char* address, std::size_t up) {
    return (reinterpret_cast<std::uintptr_t>(address) + up) / kHugePage * kHugePage;
  };
  const std::uintptr_t first = aligned(begin, kHugePage - 1);
  const std::uintptr_t last = aligned(end, 0);
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}
#else
void prepare_heap() {}
#endif

}  // namespace gradsmith
