// What section "what comes out" of the design promises of the text of emitted files.

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <sstream>

#include "process.hpp"
#include "random_spec.hpp"
#include "spec_library.hpp"

namespace {

using namespace e2e;
namespace fs = std::filesystem;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string without_comment(const std::string& line) { return line.substr(0, line.find("//")); }

// The text from one `inline` to the next: a function each.
std::vector<std::string> functions_of(const std::string& text) {
  std::vector<std::string> functions;
  for (const std::string& line : lines_of(text)) {
    if (line.rfind("inline ", 0) == 0) functions.emplace_back();
    if (!functions.empty()) functions.back() += without_comment(line) + "\n";
  }
  return functions;
}

// `std::exp(...)` calls with their arguments, as they are spelled.
std::map<std::string, int> calls_in(const std::string& function) {
  std::map<std::string, int> calls;
  static const std::regex opening("std::[a-z0-9]+\\(");
  for (std::sregex_iterator at(function.begin(), function.end(), opening), end; at != end; ++at) {
    const auto first = static_cast<std::size_t>(at->position());
    std::size_t last = first + static_cast<std::size_t>(at->length());
    for (int depth = 1; depth > 0 && last < function.size(); ++last) {
      depth += function[last] == '(' ? 1 : function[last] == ')' ? -1 : 0;
    }
    std::string call = function.substr(first, last - first);
    call = std::regex_replace(call, std::regex("\\s+"), " ");
    if (call.rfind("std::f", 0) != 0 && call.rfind("std::sqrt", 0) != 0) ++calls[call];
  }
  return calls;
}

void check_text(const std::string& text, const std::string& folder) {
  CHECK(text.rfind("// ", 0) == 0);
  CHECK(text.find("gradsmith") < 100);
  CHECK(text.back() == '\n');
  CHECK(text.find("#include <cmath>") != std::string::npos);
  CHECK(text.find(folder) == std::string::npos);
  CHECK(text.find("\t") == std::string::npos);
  CHECK_FALSE(std::regex_search(text, std::regex("\\b20[0-9][0-9]-[0-9][0-9]")));  // a date
  for (const char* absent : {"malloc", "new ", "static double", "std::vector", "thread_local",
                             "gradsmith/", "/work", "/home", "/tmp"}) {
    CAPTURE(absent);
    CHECK(text.find(absent) == std::string::npos);
  }
  std::string before;  // the line, without what is no code
  for (const std::string& line : lines_of(text)) {
    INFO(line);
    CHECK(line.size() <= 100);
    CHECK((line.empty() || line.back() != ' '));
    const std::string code = without_comment(line);
    for (const char* ugly : {"-1.0 * ", "+ -", "- -", " 1.0 * ", "(1.0 * ", " * 1.0;", "--",
                             "+ 0.0;", "(0.0 + ", " 0.0 + ", "(0.0 - ", " 0.0 - ", " / 1.0;"}) {
      CAPTURE(ugly);
      if (std::string(ugly) == "--" && code.find("for (") != std::string::npos) continue;
      CHECK(code.find(ugly) == std::string::npos);
    }
    const std::size_t first = code.find_first_not_of(' ');
    const bool goes_on = !before.empty() && (before.back() == '+' || before.back() == '-');
    CHECK_FALSE((goes_on && first != std::string::npos && code[first] == '-'));
    before = code;
    CHECK_FALSE(std::regex_search(code, std::regex("std::pow\\([^()]*, [-]?[12]\\.0f?\\)")));
    CHECK_FALSE(std::regex_search(code, std::regex("[^0-9a-zA-Z_.][0-9]+ [*/+-]")));  // an int
  }
  for (const std::string& function : functions_of(text)) {
    // Another branch may call the same function again; in straight code nothing is called twice.
    if (function.find(" if (") != std::string::npos || function.find(" ? ") != std::string::npos)
      continue;
    for (const auto& [call, times] : calls_in(function)) {
      INFO(function);
      CAPTURE(call);
      CHECK(times == 1);
    }
  }
}

std::vector<std::string> committed_headers() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(GRADSMITH_GENERATED_DIR)) {
    if (entry.path().extension() == ".hpp") names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("committed headers read as the design promises") {
  REQUIRE(committed_headers().size() >= 10);
  for (const std::string& name : committed_headers()) {
    CAPTURE(name);
    check_text(read_file(fs::path(GRADSMITH_GENERATED_DIR) / name), GRADSMITH_SOURCE_DIR);
  }
}

TEST_CASE("headers for random specs read as the design promises") {
  for (const Results results : {Results::One, Results::Several}) {
    const fs::path folder = fresh_folder("text");
    std::string text = spec_includes() + "#include \"shapes.hpp\"\n\n" + spec_helpers();
    for (std::uint64_t seed = 4000; seed < 4030; ++seed)
      text += random_spec(seed, results, false, "").text;
    write_file(folder / "shapes.hpp", "#pragma once\n" + to_plain(shapes_header()));
    write_file(folder / "spec.cpp", to_plain(text));
    const Ran ran = gradsmith({"generate", "spec.cpp"}, folder);
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    check_text(read_file(folder / "spec.grad.hpp"), folder.string());
  }
}

TEST_CASE("committed headers compile together in C++11 and later without a warning") {
  const fs::path folder = fresh_folder("together");
  std::string includes;
  for (const std::string& name : committed_headers())
    includes += fmt::format("#include \"{}\"\n", name);
  write_file(folder / "a.cpp", includes + includes + "int main() { return 0; }\n");
  write_file(folder / "b.cpp", includes);
  for (const std::string compiler : {GRADSMITH_GXX, GRADSMITH_CLANGXX}) {
    for (const std::string standard : {"-std=c++11", "-std=c++14", "-std=c++20"}) {
      const Ran ran = run({compiler, standard, "-Wall", "-Wextra", "-Wconversion", "-Wshadow",
                           "-Wdouble-promotion", "-Werror", "-I", GRADSMITH_GENERATED_DIR, "-I",
                           GRADSMITH_SPECS_DIR, "a.cpp", "b.cpp", "-o", "program"},
                          folder);
      CAPTURE(compiler, standard, ran.err);
      CHECK(ran.status == 0);
    }
  }
}

TEST_CASE("committed headers compile alone with nothing of gradsmith's on the include path") {
  const fs::path folder = fresh_folder("alone");
  for (const std::string& name : committed_headers()) {
    fs::copy_file(fs::path(GRADSMITH_GENERATED_DIR) / name, folder / name);
    // The types of pinhole's interface come from a header of the author's.
    if (name == "pinhole.grad.hpp") {
      fs::copy_file(fs::path(GRADSMITH_SPECS_DIR) / "camera.hpp", folder / "camera.hpp");
    }
    const Ran ran = run({GRADSMITH_GXX, "-std=c++11", "-fsyntax-only", "-x", "c++", name}, folder);
    CAPTURE(name, ran.err);
    CHECK(ran.status == 0);
  }
}

TEST_CASE("the links of the chain rule are those of the third lab") {
  const fs::path folder = fresh_folder("links");
  // By hand, from the lab's definitions.
  write_file(folder / "links.cpp", R"(
#include <cstdio>
#include "five_points.grad.hpp"
static int wrong = 0;
static void check(const char* what, double got, double wanted) {
  if (std::fabs(got - wanted) <= 1e-14 * (1 + std::fabs(wanted))) return;
  std::printf("%s is %.17g, not %.17g\n", what, got, wanted);
  ++wrong;
}
int main() {
  using namespace five_points;
  const double b1 = 1.543385, w11 = 3.111573, w12 = -2.808800, b2 = 1.373085, w21 = 3.130452,
               w22 = -2.813466, c = -4.241453, u1 = 4.036489, u2 = 4.074885, x1 = 1, x2 = -1;
  const double z1out = std::tanh(b1 + (x1 * w11 + x2 * w21));
  const double z2out = std::tanh(b2 + (x1 * w12 + x2 * w22));
  const double fout = 1 / (1 + std::exp(-(c + (u1 * z1out + u2 * z2out))));
  check("fout", fout, 0.9533527373765618);
#define AT b1, w11, w21, b2, w12, w22, c, u1, u2, x1, x2
  for (double y = 0; y < 2; ++y) {
    check("dL/dfout", loss_from_fout_d_fout(AT, y), -y / fout + (1 - y) / (1 - fout));
    check("dL/dc", loss_from_fout_d_c(AT, y), fout - y);
    check("dL/du1", loss_from_fout_d_u1(AT, y), (fout - y) * z1out);
    check("dL/db2", loss_from_fout_d_b2(AT, y), (fout - y) * u2 * (1 - z2out * z2out));
    check("dL/dw12", loss_from_fout_d_w12(AT, y), (fout - y) * u2 * (1 - z2out * z2out) * x1);
    check("dL/dx1", loss_from_fout_d_x1(AT, y),
          (fout - y) * (u1 * (1 - z1out * z1out) * w11 + u2 * (1 - z2out * z2out) * w12));
    check("dL/dw22", loss_d_w22(AT, y), (fout - y) * u2 * (1 - z2out * z2out) * x2);
  }
  check("dfout/dfin", loss_from_fout_fout_d_fin(AT, 1), fout * (1 - fout));
  check("dfin/dc", loss_from_fout_fin_d_c(AT, 1), 1);
  check("dfin/du1", loss_from_fout_fin_d_u1(AT, 1), z1out);
  check("dfin/du2", loss_from_fout_fin_d_u2(AT, 1), z2out);
  check("dfin/dz2out", loss_from_fout_fin_d_z2out(AT, 1), u2);
  check("dz2out/dz2in", loss_from_fout_z2out_d_z2in(AT, 1), 1 - z2out * z2out);
  check("dz2in/db2", loss_from_fout_z2in_d_b2(AT, 1), 1);
  check("dz2in/dw12", loss_from_fout_z2in_d_w12(AT, 1), x1);
  check("dz2in/dx1", loss_from_fout_z2in_d_x1(AT, 1), w12);
  return wrong;
}
)");
  const Ran built =
      run({GRADSMITH_GXX, "-std=c++11", "-I" GRADSMITH_GENERATED_DIR, "links.cpp", "-o", "links"},
          folder);
  INFO(built.err);
  REQUIRE(built.status == 0);
  const Ran ran = run({"./links"}, folder);
  INFO(ran.out);
  CHECK(ran.status == 0);
}
