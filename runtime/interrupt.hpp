#pragma once

namespace gradsmith::runtime {

// While this lives, the first Ctrl-C (SIGINT) or SIGTERM is only noted; the second ends the program
// as ever.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  static bool interrupted();
};

}  // namespace gradsmith::runtime
