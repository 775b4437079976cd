#include "runtime/shared_module.hpp"

#include <dlfcn.h>

#include "runtime/compiler.hpp"

namespace gradsmith::runtime {

SharedModule::SharedModule(const std::filesystem::path& object) {
  void* handle = dlopen(object.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    throw CompileError(std::string("the compiled module cannot be loaded: ") + dlerror());
  handle_ = std::shared_ptr<void>(handle, dlclose);
  using Entry = const gradsmith_module_v1* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(handle, "gradsmith_module"));
  if (!entry) throw CompileError(object.string() + " has no gradsmith_module");
  module_ = entry();
  if (module_->version == 1) return;
  throw CompileError(object.string() + " is a module of version " +
                     std::to_string(module_->version) + ", and version 1 is known");
}

}  // namespace gradsmith::runtime
