#include "runtime/workers.hpp"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace gradsmith::runtime {

struct Workers::Shared {
  std::mutex mutex;
  std::condition_variable begin;
  std::condition_variable end;
  std::size_t round = 0;
  std::size_t busy = 0;
  bool stop = false;
  std::size_t parts = 0;
  const std::function<void(std::size_t, std::size_t)>* work = nullptr;
  std::atomic<std::size_t> next{0};
  std::exception_ptr error;
  std::size_t error_part = 0;
  std::vector<std::thread> threads;

  void take_parts(std::size_t thread) {
    for (std::size_t part = next++; part < parts; part = next++) {
      try {
        (*work)(part, thread);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!error || part < error_part) {
          error = std::current_exception();
          error_part = part;
        }
      }
    }
  }

  void serve(std::size_t thread) {
    std::size_t seen = 0;
    while (true) {
      std::unique_lock lock(mutex);
      begin.wait(lock, [&] { return stop || round != seen; });
      if (stop) return;
      seen = round;
      lock.unlock();
      take_parts(thread);
      lock.lock();
      if (--busy == 0) end.notify_one();
    }
  }
};

Workers::Workers(std::size_t threads) : shared_(std::make_unique<Shared>()) {
  for (std::size_t k = 1; k < threads; ++k) {
    shared_->threads.emplace_back([shared = shared_.get(), k] { shared->serve(k); });
  }
}

Workers::~Workers() {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->stop = true;
  }
  shared_->begin.notify_all();
  for (std::thread& thread : shared_->threads) thread.join();
}

std::size_t Workers::threads() const { return shared_->threads.size() + 1; }

void Workers::run(std::size_t parts, const std::function<void(std::size_t, std::size_t)>& work) {
  if (shared_->threads.empty() || parts == 1) {
    for (std::size_t part = 0; part < parts; ++part) work(part, 0);
    return;
  }
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->parts = parts;
    shared_->work = &work;
    shared_->next = 0;
    shared_->error = nullptr;
    shared_->busy = shared_->threads.size();
    ++shared_->round;
  }
  shared_->begin.notify_all();
  shared_->take_parts(0);
  std::unique_lock lock(shared_->mutex);
  shared_->end.wait(lock, [&] { return shared_->busy == 0; });
  if (shared_->error) std::rethrow_exception(shared_->error);
}

}  // namespace gradsmith::runtime
