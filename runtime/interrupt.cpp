#include "runtime/interrupt.hpp"

#include <csignal>

namespace gradsmith::runtime {

namespace {

volatile std::sig_atomic_t noted = 0;
struct sigaction before_interrupt;
struct sigaction before_end;

}  // namespace

InterruptGuard::InterruptGuard() {
  noted = 0;
  struct sigaction action{};
  action.sa_handler = [](int) { noted = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &before_interrupt);
  sigaction(SIGTERM, &action, &before_end);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &before_interrupt, nullptr);
  sigaction(SIGTERM, &before_end, nullptr);
}

bool InterruptGuard::interrupted() { return noted != 0; }

}  // namespace gradsmith::runtime
