// What is said where no line of a spec is to blame, byte for byte:
// tests/golden/messages/<name>.stderr. After looking at every changed message,
//   GRADSMITH_ACCEPT=1 build/tests/e2e "[messages]"
// accepts them.

#include <catch2/catch.hpp>
#include <cstdlib>

#include "process.hpp"

namespace {

using namespace e2e;
namespace fs = std::filesystem;

struct Message {
  std::string name;
  std::vector<std::string> arguments;
  int status = 1;
};

const std::vector<Message> kMessages = {
    {"unreadable_spec", {"generate", "nowhere.cpp"}},
    {"spec_is_a_folder", {"generate", "folder.cpp"}},
    {"output_in_no_folder", {"generate", "f.cpp", "-o", "nowhere/f.hpp"}},
    {"output_is_a_folder", {"generate", "f.cpp", "-o", "folder.cpp"}},
    {"output_below_a_file", {"generate", "f.cpp", "--out-dir", "mine.hpp/out"}},
    {"output_is_a_device", {"generate", "f.cpp", "-o", "/dev/null"}},
    {"output_of_somebody_else", {"generate", "f.cpp", "-o", "mine.hpp"}},
    {"name_clash", {"generate", "clash.cpp", "--emit=s_d_y,f_s:d_y"}},
    {"two_places", {"generate", "f.cpp", "-o", "f.hpp", "--out-dir", "out"}, 2},
    {"stdout_and_a_place", {"generate", "f.cpp", "-o", "-", "--out-dir", "out"}, 2},
    {"no_number", {"eval", "f.cpp", "--at", "x=1,y=abc"}, 2},
    {"empty_value", {"generate", "f.cpp", "--emit=", "--stdout"}, 2},
    {"option_for_a_value", {"generate", "f.cpp", "--emit", "--stdout"}, 2},
    {"option_for_an_output", {"generate", "f.cpp", "-o", "--stdout"}, 2},
    {"flag_of_no_standard", {"generate", "f.cpp", "--", "-std=c++42"}},
    {"flag_unknown", {"generate", "f.cpp", "--", "--bogus"}},
    {"flag_unknown_feature", {"generate", "f.cpp", "--", "-fbogus"}},
    {"flag_without_argument", {"generate", "f.cpp", "--", "-I"}},
    {"flag_that_is_a_file", {"generate", "f.cpp", "--", "other.cpp"}},
};

}  // namespace

TEST_CASE("errors without a line in a spec are said once with a code and a way out", "[messages]") {
  const fs::path folder = fresh_folder("messages");
  write_file(folder / "f.cpp", "double f(double x, double y) { return x * y; }\n");
  write_file(folder / "clash.cpp",
             "double f(double x, double y) {\n  const double s = x * y;\n  return s;\n}\n"
             "double f_s(double y) { return y * y; }\n");
  write_file(folder / "mine.hpp", "// my own header\n");
  fs::create_directory(folder / "folder.cpp");
  const std::string before = listing(folder);
  for (const Message& message : kMessages) {
    const Ran ran = gradsmith(message.arguments, folder);
    CAPTURE(message.name, ran.err);
    CHECK(ran.status == message.status);
    CHECK(ran.out.empty());
    CHECK(listing(folder) == before);
    CHECK(ran.err.find("error: ") != std::string::npos);
    CHECK(ran.err.find("error: ") == ran.err.rfind("error: "));
    CHECK(ran.err.find("[gs-") != std::string::npos);
    CHECK(ran.err.find("note: ") != std::string::npos);
    CHECK(ran.err.find(folder.string()) == std::string::npos);
    const fs::path golden =
        fs::path(GRADSMITH_TEST_DATA_DIR) / "golden/messages" / (message.name + ".stderr");
    if (std::getenv("GRADSMITH_ACCEPT") != nullptr) write_file(golden, ran.err);
    CHECK(fs::exists(golden));
    if (fs::exists(golden)) CHECK(ran.err == read_file(golden));
  }
  CHECK(read_file(folder / "mine.hpp") == "// my own header\n");
}
