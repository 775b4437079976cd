#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "runtime/module_v1.hpp"

namespace gradsmith::runtime {

// A module in a shared object, loaded as long as this lives.
class SharedModule {
 public:
  // Throws CompileError where it cannot be loaded or is of a version that we do not know.
  explicit SharedModule(const std::filesystem::path& object);

  const gradsmith_module_v1& module() const { return *module_; }

 private:
  std::shared_ptr<void> handle_;
  const gradsmith_module_v1* module_ = nullptr;
};

}  // namespace gradsmith::runtime
