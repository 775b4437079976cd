#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace gradsmith::runtime {

// Threads that work on the parts of one task at a time.
class Workers {
 public:
  // `threads` of them, the calling one included; at least one.
  explicit Workers(std::size_t threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  std::size_t threads() const;

  // Calls work(part, thread) for each part below `parts`, each once, on any thread, and returns
  // when all are done. What they throw is thrown here, that of the first part that threw.
  void run(std::size_t parts, const std::function<void(std::size_t, std::size_t)>& work);

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

}  // namespace gradsmith::runtime
