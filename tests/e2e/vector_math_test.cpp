// What --vector-math emits, compiled and run: it gives what the same function gives without it, and
// touches nothing outside the arrays and the workspace, at sizes from none on.

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <sstream>

#include "process.hpp"

namespace {

using namespace e2e;
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// Sums and arrays of n or more elements; everything is of the size of 1.
struct Example {
  std::string name;
  int loops;  ///< of its value and gradient, those that run in lanes
  std::string body;
};

const std::vector<Example> kExamples = {
    {"sum", 2, "for (int i = 0; i < n; ++i) s += std::tanh(c * x[i]) * x[i];"},
    {"several", 2,
     "for (int i = 0; i < n; ++i) s += std::log(1 + x[i] * x[i]) - std::exp(-x[i]) * std::sin(c);"},
    {"from_one", 2, "for (int i = 1; i < n; ++i) s += std::exp(x[i] * x[i - 1] * c);"},
    {"strided", 2, "for (int i = 0; i < n; ++i) s += std::exp(x[2 * i] * x[2 * i + 1] - c);"},
    {"by_rows", 2,
     "for (int i = 0; i < n; ++i) {\n"
     "    double p = c;\n"
     "    for (int j = 0; j < 3; ++j) p = p * 0.5 + x[3 * i + j];\n"
     "    s += std::cos(p);\n  }"},
    {"coefficients", 2,
     "for (int i = 0; i < n; ++i) {\n"
     "    double p = 0;\n"
     "    for (int j = 0; j < m; ++j) p = p * y[i] + x[j];\n"
     "    s += std::atan(p * c);\n  }"},
    {"choice", 2,
     "for (int i = 0; i < n; ++i) s += std::tanh(x[i]) * (x[i] > c && x[i] < 0.5 ? 2 : x[i]);"},
    {"extremum", 2,
     "for (int i = 0; i < n; ++i) s += std::fmax(std::sin(x[i]), c) + "
     "std::fabs(x[i]);"},
    {"two_operands", 2,
     "for (int i = 0; i < n; ++i) s += std::pow(x[i] * x[i] + 1, c) + std::hypot(x[i], 2.0);"},
    {"two_loops", 2,
     "for (int i = 0; i < n; ++i) s += std::cbrt(x[i] + 3);\n"
     "  for (int i = 0; i < m; ++i) s *= 1 + 0.1 * std::tanh(x[i] + s);\n"
     "  for (int i = 0; i < n; ++i) s += std::erf(x[i]) * s * 0.1;"},
    {"shifted", 2,
     "double top = x[0];\n"
     "  for (int i = 1; i < n; ++i) top = x[i] > top ? x[i] : top;\n"
     "  for (int i = 0; i < n; ++i) s += std::exp(x[i] - top);\n"
     "  s = top + std::log(s);"},
    // These stay as they are: what a trip needs from the one before, or from anywhere.
    {"carried", 0, "for (int i = 0; i < n; ++i) s = std::tanh(s + c * x[i]);"},
    {"by_index", 0, "for (int i = 0; i < n; ++i) s += std::exp(x[k[i]] * c);"},
    {"by_trip", 0, "for (int i = 0; i < n; ++i) s += std::exp(-x[i] * i) * c;"},
    {"part_of_it", 0,
     "for (int i = 0; i < n; ++i) {\n    if (x[i] < c) continue;\n    s += std::exp(x[i]);\n  }"},
    {"to_elements", 0,
     "for (int i = 0; i < n; ++i) room[k[i]] += std::exp(x[i]);\n"
     "  for (int i = 0; i < n; ++i) s += room[i] * c;"},
};

constexpr int kSizes[] = {0, 1, 2, 3, 5, 7, 8, 9, 13, 64, 65};
constexpr int kShort = 3;  // m

std::string spec() {
  std::string text =
      "#include <cmath>\n#include <gradsmith/spec.hpp>\nnamespace lanes {\n"
      "using gradsmith::data;\nusing gradsmith::work;\n";
  for (const Example& e : kExamples) {
    text += fmt::format(
        "double {}(double c, const double* x, const data<double>* y, const int* k, int n, int m,\n"
        "    work<double>* room) {{\n  double s = 0;\n  for (int i = 0; i < n; ++i) room[i] = 0;\n"
        "  {}\n  return s;\n}}\n",
        e.name, e.body);
  }
  return text + "}\n";
}

/// Prints every number of every function at every size. Arrays are as long as the functions need,
/// so that the sanitizer sees what is read beyond.
std::string program(const std::string& header) {
  std::string text = R"(
#include <cstdio>
#include <vector>
#include "lanes.grad.hpp"
static unsigned long long state;
static double next() {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return static_cast<double>(state >> 11) * 0x1p-52 - 1;
}
static void print(const char* name, int n, const std::vector<double>& numbers) {
  for (double x : numbers) std::printf("%s %d %a\n", name, n, x);
}
int main() {
)";
  text += "  for (int n : {";
  for (int n : kSizes) text += std::to_string(n) + ", ";
  text += fmt::format("}}) {{\n    const int m = {};\n", kShort);
  for (const Example& e : kExamples) {
    const bool work = header.find(" " + e.name + "_gradient_work(") != std::string::npos;
    const bool value_work = header.find(" " + e.name + "_value_work(") != std::string::npos;
    const auto workspace = [&](bool there, const char* word) {
      return there ? fmt::format(
                         "      std::vector<double> {1}(static_cast<std::size_t>("
                         "lanes::{0}_{1}_work(n, m)));\n",
                         e.name, word)
                   : std::string();
    };
    text += fmt::format(R"(
    {{
      state = 77;
      const double c = 0.25 + next() / 8;
      const std::size_t size = static_cast<std::size_t>(n);
      const std::size_t used = {1};
      std::vector<double> x(used), y(size), room(size), d_x(used);
      std::vector<int> k(size);
      for (double& e : x) e = next();
      for (double& e : y) e = next();
      for (int& e : k) e = static_cast<int>((next() + 1) * 0.4999 * n);
      lanes::{0}_partials d;
{2}{3}      const double value = lanes::{0}_value(c, x.data(), y.data(), k.data(), n, m, room.data(){4});
      const double again = lanes::{0}_gradient(c, x.data(), y.data(), k.data(), n, m, room.data(), d, d_x.data(){5});
      print("{0}", n, {{value, again, d.c}});
      print("{0}", n, d_x);
    }}
)",
                        e.name,
                        e.name == "strided"        ? "2 * size"
                        : e.name == "by_rows"      ? "3 * size"
                        : e.name == "coefficients" ? "static_cast<std::size_t>(m)"
                        : e.name == "two_loops"    ? "size > 3 ? size : 3"
                        : e.name == "shifted"      ? "size > 1 ? size : 1"
                                                   : "size",
                        workspace(value_work, "value"), workspace(work, "gradient"),
                        value_work ? ", value.data()" : "", work ? ", gradient.data()" : "");
    // The workspace's name must not be that of the value.
    if (value_work) text.replace(text.rfind("const double value ="), 20, "const double found =");
    if (value_work) text.replace(text.rfind("{value, again"), 13, "{found, again");
  }
  return text + "  }\n}\n";
}

struct Numbers {
  std::vector<std::string> where;
  std::vector<double> values;
};

Numbers printed_by(const Ran& ran) {
  Numbers numbers;
  std::istringstream lines(ran.out);
  for (std::string name, n, value; lines >> name >> n >> value;) {
    numbers.where.push_back(name + " " + n);
    numbers.values.push_back(std::strtod(value.c_str(), nullptr));
  }
  return numbers;
}

std::string without_glibc(std::string header) {
  const std::string word = "defined(__GLIBC__)";
  for (std::size_t at; (at = header.find(word)) != std::string::npos;) {
    header.replace(at, word.size(), "defined(NO_GLIBC_HERE)");
  }
  return header;
}

Ran generate(const fs::path& folder, const Words& options) {
  Words arguments{"generate",
                  "lanes.cpp",
                  "--emit=value,gradient",
                  "--wrt=c,x",
                  "--length=x=n,strided:x=2*n,by_rows:x=3*n,coefficients:x=m,two_loops:x=n",
                  "--length=room=n"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.insert(arguments.end(),
                   {"--", "-std=c++20", "-I" + std::string(GRADSMITH_SPEC_INCLUDE_DIR)});
  return gradsmith(arguments, folder);
}

Numbers numbers_of(const fs::path& folder, const Words& command) {
  Words all = command;
  all.insert(all.end(),
             {"-std=c++17", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wdouble-promotion",
              "-Werror", "-ffp-contract=off", "main.cc", "-o", "main"});
  const Ran built = run(all, folder);
  INFO(fmt::format("{}", fmt::join(all, " ")) << "\n" << built.err.substr(0, 4000));
  REQUIRE(built.status == 0);
  const Ran ran = run({"./main"}, folder);
  INFO(ran.err.substr(0, 4000));
  REQUIRE(ran.status == 0);
  return printed_by(ran);
}

}  // namespace

TEST_CASE("loops with vector math give what they give without it", "[vector_math]") {
  const fs::path plain = fresh_folder("vector_math_plain");
  const fs::path lanes = fresh_folder("vector_math");
  for (const auto& [folder, options] : {std::pair<fs::path, Words>{plain, {}},
                                        std::pair<fs::path, Words>{lanes, {"--vector-math"}}}) {
    write_file(folder / "lanes.cpp", spec());
    const Ran generated = generate(folder, options);
    INFO(generated.err);
    REQUIRE(generated.status == 0);
    write_file(folder / "main.cc", program(read_file(folder / "lanes.grad.hpp")));
  }
  const std::string header = read_file(lanes / "lanes.grad.hpp");
  const Numbers expected = numbers_of(plain, {GRADSMITH_GXX, "-O1"});
  REQUIRE(expected.values.size() > 1000);

  const auto compare = [&](const Words& command) {
    const Numbers got = numbers_of(lanes, command);
    INFO(fmt::format("{}", fmt::join(command, " ")));
    REQUIRE(got.where == expected.where);
    for (std::size_t k = 0; k < got.values.size(); ++k) {
      const int n = std::stoi(got.where[k].substr(got.where[k].find(' ') + 1));
      // A term has at most four calls, each within 4 units of 2^-52 of it, is itself no larger than
      // 8, as is what its derivative by a call makes of an error; a sum of n of them in another
      // order is off by another n roundings.
      const double bound = 0x1p-52 * (4 * 4 * 8 + n) * 8 * (n + 1);
      INFO(got.where[k] << ", number " << k << ": " << got.values[k] << ", should be "
                        << expected.values[k]);
      const bool same = got.values[k] == expected.values[k];  // infinite ones
      REQUIRE((same || std::fabs(got.values[k] - expected.values[k]) <= bound));
    }
  };
  compare(
      {GRADSMITH_GXX, "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"});
  compare({GRADSMITH_CLANGXX, "-O2"});
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) compare({GRADSMITH_GXX, "-O3", "-mavx2"});
  if (__builtin_cpu_supports("avx512f")) compare({GRADSMITH_CLANGXX, "-O2", "-mavx512f"});
#endif
  write_file(lanes / "lanes.grad.hpp", without_glibc(header));
  compare({GRADSMITH_GXX, "-O2"});
}

TEST_CASE("loops run in lanes where they only add, and elements lie at fixed distances",
          "[vector_math]") {
  const fs::path folder = fresh_folder("vector_math_text");
  write_file(folder / "lanes.cpp", spec());
  const Ran generated = generate(folder, {"--vector-math"});
  INFO(generated.err);
  REQUIRE(generated.status == 0);
  const std::string header = read_file(folder / "lanes.grad.hpp");
  for (const Example& e : kExamples) {
    int loops = 0;
    for (const char* word : {"_value(", "_gradient("}) {
      const std::size_t begin = header.find("inline double " + e.name + word);
      REQUIRE(begin != std::string::npos);
      const std::string text = header.substr(begin, header.find("\n}\n", begin) - begin);
      for (std::size_t at = 0; (at = text.find("// Eight trips at once.", at)) != std::string::npos;
           ++at) {
        ++loops;
      }
    }
    INFO(e.name);
    CHECK(loops == e.loops);
  }
}

TEST_CASE("vector math shows in a file only where a loop uses it, and in its banner",
          "[vector_math]") {
  const fs::path folder = fresh_folder("vector_math_banner");
  write_file(folder / "lanes.cpp",
             "double lanes(const double* x, int n) {\n"
             "  double s = 0;\n  for (int i = 0; i < n; ++i) s += x[i] * x[i];\n  return s;\n}\n");
  const Ran ran =
      gradsmith({"generate", "lanes.cpp", "--emit=gradient", "--vector-math", "--stdout"}, folder);
  REQUIRE(ran.status == 0);
  CHECK(ran.out.find("gradsmith_math") == std::string::npos);
  CHECK(ran.out.find("--vector-math") != std::string::npos);
  CHECK(ran.out.find("4 units in the last place") != std::string::npos);
}

TEST_CASE("vector math and --fp=strict exclude each other", "[vector_math]") {
  const fs::path folder = fresh_folder("vector_math_strict");
  write_file(folder / "lanes.cpp", "double lanes(double x) { return x; }\n");
  const Ran ran = gradsmith({"generate", "lanes.cpp", "--fp=strict", "--vector-math"}, folder);
  CHECK(ran.status == 2);
  CHECK(ran.err.find("--vector-math changes last bits") != std::string::npos);
}
