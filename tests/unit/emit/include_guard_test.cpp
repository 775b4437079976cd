#include "emit/include_guard.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <regex>

namespace gradsmith {

TEST_CASE("a guard reads like the file's path") {
  CHECK(include_guard("generated/lab5_z.grad.hpp") == "GRADSMITH_GENERATED_s_LAB5_Z_GRAD_HPP");
  CHECK(include_guard("loss.grad.hpp") == "GRADSMITH_LOSS_GRAD_HPP");
  CHECK(include_guard("out/loss.hpp") == "GRADSMITH_OUT_s_LOSS_d_HPP_FILE");
  CHECK(include_guard("Fit.grad.hpp") == "GRADSMITH_cFIT_GRAD_HPP");
  CHECK(include_guard("a-b.grad.hpp") == "GRADSMITH_Ax2dB_GRAD_HPP");
}

TEST_CASE("different files have different guards, all of them names that C++ allows") {
  // Every text of up to five of these characters, as a path and with the usual ending.
  const std::string characters = "aAd/._-";
  std::vector<std::string> paths = {""};
  for (std::size_t first = 0, length = 0; length < 5; ++length) {
    const std::size_t last = paths.size();
    for (; first < last; ++first) {
      for (const char c : characters) paths.push_back(paths[first] + c);
    }
  }
  for (const char* name : {"x.grad.hpp", "x_grad.hpp", "x.grad_hpp", "x_grad_hpp", "x/grad.hpp",
                           "x_grad_hpp_file", "x.cpp", "\xc3\xa4 b", "x20b", "xc3xa4", " b"}) {
    paths.emplace_back(name);
  }
  paths.erase(paths.begin());
  const std::size_t plain = paths.size();
  for (std::size_t i = 0; i < plain; ++i) paths.push_back(paths[i] + ".grad.hpp");

  const std::regex allowed("[A-Z][A-Za-z0-9_]*");
  std::map<std::string, std::string> owners;
  for (const std::string& path : paths) {
    const std::string guard = include_guard(path);
    const auto [owner, added] = owners.emplace(guard, path);
    INFO(guard << " of '" << path << "' and '" << owner->second << "'");
    REQUIRE((added || owner->second == path));
    REQUIRE(std::regex_match(guard, allowed));
    REQUIRE(guard.find("__") == std::string::npos);
  }
  CHECK(owners.size() > 20000);
}

TEST_CASE("a struct's guard is the same for the same members, and another for others") {
  const StructDefinition xy{"z_partials", {{"x", {"double ", ""}}, {"y", {"double ", ""}}}, "one"};
  const StructDefinition same{"z_partials", xy.members, "another comment"};
  const StructDefinition x{"z_partials", {{"x", {"double ", ""}}}, ""};
  const StructDefinition floats{"z_partials", {{"x", {"float ", ""}}, {"y", {"float ", ""}}}, ""};
  const std::string guard = struct_guard("lab5/z_partials", xy);
  CHECK(guard.starts_with("GRADSMITH_LAB5_s_Z_PARTIALS_"));
  CHECK(struct_guard("lab5/z_partials", same) == guard);
  CHECK(struct_guard("lab5/z_partials", x) != guard);
  CHECK(struct_guard("lab5/z_partials", floats) != guard);
  CHECK(struct_guard("lab6/z_partials", xy) != guard);
}

}  // namespace gradsmith
