#include "runtime/compiler.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "runtime/files.hpp"
#include "runtime/shared_module.hpp"

using namespace gradsmith::runtime;

namespace fs = std::filesystem;

namespace {

CompileOptions in_folder(const std::string& name) {
  CompileOptions options;
  options.cache = fs::path(GRADSMITH_TEST_SCRATCH_DIR) / name;
  options.flags = {"-O0"};
  fs::remove_all(options.cache);
  return options;
}

std::string module_of_version(int version) {
  return "struct M { int v; const char* s; int n; const void* f; };\n"
         "extern \"C\" const M* gradsmith_module() { static const M m = {" +
         std::to_string(version) + ", \"s.cpp\", 0, nullptr}; return &m; }\n";
}

}  // namespace

TEST_CASE("a module is compiled once and found again") {
  const CompileOptions options = in_folder("compile_once");
  const SharedObject first = compile_shared_object(module_of_version(1), options);
  CHECK(!first.from_cache);
  CHECK(compile_shared_object(module_of_version(1), options).from_cache);
  CHECK(std::string(SharedModule(first.file).module().spec) == "s.cpp");
  CompileOptions other = options;
  other.flags = {"-O1"};
  CHECK(!compile_shared_object(module_of_version(1), other).from_cache);
}

TEST_CASE("an entry of the cache that is cut off or changed is made again") {
  const CompileOptions options = in_folder("compile_again");
  const SharedObject object = compile_shared_object(module_of_version(1), options);
  const std::string whole = read_whole(object.file);
  for (const std::string& broken :
       {whole.substr(0, whole.size() / 2), std::string(), whole + "x"}) {
    write_whole(object.file, broken);
    CHECK(!compile_shared_object(module_of_version(1), options).from_cache);
    CHECK(read_whole(object.file).size() == whole.size());
  }
}

TEST_CASE("what the compiler says is shown whole, with the path of the source") {
  const CompileOptions options = in_folder("compile_error");
  try {
    compile_shared_object("int f() { return oops; }\n", options);
    FAIL("it was compiled");
  } catch (const CompileError& error) {
    const std::string text = error.what();
    CHECK(text.find("oops") != std::string::npos);
    const fs::path source = options.cache / text.substr(text.rfind('/') + 1);
    CHECK(read_whole(source) == "int f() { return oops; }\n");
  }
}

TEST_CASE("a module of another version is refused") {
  const CompileOptions options = in_folder("compile_version");
  const SharedObject object = compile_shared_object(module_of_version(2), options);
  CHECK_THROWS_AS(SharedModule(object.file), CompileError);
}

TEST_CASE("$CXX is the compiler, with its arguments, and must be there") {
  const char* before = std::getenv("CXX");
  const std::string kept = before ? before : "";
  setenv("CXX", "env g++", 1);
  CHECK(find_compiler() == std::vector<std::string>{"env", "g++"});
  setenv("CXX", "no-such-compiler", 1);
  CHECK_THROWS_AS(find_compiler(), CompileError);
  if (before) {
    setenv("CXX", kept.c_str(), 1);
  } else {
    unsetenv("CXX");
  }
}
