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

TEST_CASE("what is in the place of an entry is removed, and what a dead process left") {
  const CompileOptions options = in_folder("compile_over");
  const SharedObject object = compile_shared_object(module_of_version(1), options);
  fs::remove(object.file);
  fs::create_directory(object.file);
  const std::string name = object.file.stem().string();
  const fs::path left = options.cache / (name + ".999999999.so");
  const fs::path at_work = options.cache / (name + ".1.so");
  write_whole(left, "half");
  write_whole(at_work, "half");
  CHECK(!compile_shared_object(module_of_version(1), options).from_cache);
  CHECK(fs::is_regular_file(object.file));
  CHECK(!fs::exists(left));
  CHECK(fs::exists(at_work));
}

TEST_CASE("where the cache cannot be written to, a module is compiled for this once") {
  CompileOptions options = in_folder("compile_unwritable");
  write_whole(options.cache, "a file in its place");
  const SharedObject object = compile_shared_object(module_of_version(1), options);
  REQUIRE(!object.temporary.empty());
  CHECK(object.file.parent_path() == object.temporary);
  CHECK(fs::status(object.temporary).permissions() == fs::perms::owner_all);
  const SharedModule module(object.file);
  fs::remove_all(object.temporary);
  CHECK(std::string(module.module().spec) == "s.cpp");
}

TEST_CASE("a module is compiled again when a header that it includes was changed") {
  CompileOptions options = in_folder("compile_headers");
  const fs::path folder = fs::path(GRADSMITH_TEST_SCRATCH_DIR) / "compile_headers_of";
  options.include_folders = {folder.string()};
  write_whole(folder / "a.hpp", "#include \"b.hpp\"\n");
  write_whole(folder / "b.hpp", "#define PLACE 1\n");
  const std::string source = "#include \"a.hpp\"\n" + module_of_version(1);
  compile_shared_object(source, options);
  CHECK(compile_shared_object(source, options).from_cache);
  write_whole(folder / "b.hpp", "#define PLACE 2\n");
  CHECK(!compile_shared_object(source, options).from_cache);
}

TEST_CASE("a compiler that makes nothing is said to") {
  CompileOptions options = in_folder("compile_nothing");
  options.flags = {"-fsyntax-only"};
  CHECK_THROWS_WITH(compile_shared_object(module_of_version(1), options),
                    Catch::Contains("the compiler made nothing"));
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
