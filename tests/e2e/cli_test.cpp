// The command line as its users meet it.

#include <catch2/catch.hpp>
#include <chrono>

#include "process.hpp"

namespace {

using namespace e2e;
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

const std::string kZ =
    "#include <cmath>\n\ndouble z(double x, double y) { return 4 * x * y + std::exp(-1 * y); }\n";

fs::path folder_with_z(const std::string& name) {
  const fs::path folder = fresh_folder(name);
  write_file(folder / "z.cpp", kZ);
  return folder;
}

// Runs well, says nothing, and returns what went to stdout.
std::string printed(const Words& arguments, const fs::path& folder) {
  const Ran ran = gradsmith(arguments, folder);
  CAPTURE(arguments, ran.err);
  CHECK(ran.status == 0);
  CHECK(ran.err.empty());
  return ran.out;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the lab's function is printed fully parenthesised") {
  const fs::path folder = folder_with_z("print_z");
  CHECK(printed({"print", "z.cpp"}, folder) == "(((4 * x) * y) + exp((-1 * y)))\n");
}

TEST_CASE("dz/dx is printed as the lab shows it before and after simplification") {
  const fs::path folder = folder_with_z("print_dz");
  CHECK(printed({"print", "z.cpp", "--of", "d_x", "--stage=differentiated"}, folder) ==
        "(((((0 * x) + (4 * 1)) * y) + ((4 * x) * 0)) + (exp((-1 * y)) * ((0 * y) + (-1 * 0))))\n");
  CHECK(printed({"print", "z.cpp", "--of", "d_x", "--stage=simplified"}, folder) == "(4 * y)\n");
  CHECK(printed({"print", "z.cpp", "--of", "d_x_d_y", "--stage=simplified"}, folder) == "4\n");
}

TEST_CASE("the way from one form to the other is shown in the course's steps") {
  const fs::path folder = folder_with_z("print_steps");
  const std::string out = printed({"print", "z.cpp", "--of", "d_x", "--steps"}, folder);
  std::size_t at = 0;
  for (const char* step :
       {"(((((0 * x) + (4 * 1)) * y) + ((4 * x) * 0)) + (exp((-1 * y)) * ((0 * y) + (-1 * 0))))\n",
        "((((0 + 4) * y) + 0) + (exp((-1 * y)) * (0 + 0)))\n", "((4 * y) + (exp((-1 * y)) * 0))\n",
        "((4 * y) + 0)\n", "(4 * y)\n"}) {
    INFO(out);
    INFO(step);
    const std::size_t found = out.find(step, at);
    REQUIRE(found != std::string::npos);
    at = found + 1;
  }
}

TEST_CASE("every format and stage is printed to stdout") {
  const fs::path folder = folder_with_z("print_formats");
  for (const std::string stage : {"lowered", "differentiated", "simplified"}) {
    for (const std::string format : {"infix", "sexpr", "latex", "dot", "json"}) {
      CHECK_FALSE(
          printed({"print", "z.cpp", "--stage=" + stage, "--format=" + format}, folder).empty());
    }
  }
  CHECK(gradsmith({"print", "z.cpp", "--format=runes"}, folder).status == 2);
  CHECK(gradsmith({"print", "z.cpp", "--stage=later"}, folder).status == 2);
}

TEST_CASE("the lab's function is evaluated to its known value") {
  const fs::path folder = folder_with_z("eval_z");
  CHECK(printed({"eval", "z.cpp", "--at", "x=2,y=3"}, folder) == "24.049787068367863\n");
  CHECK(std::stod(printed({"eval", "z.cpp", "--at", "x=2,y=3", "--of", "d_x"}, folder)) == 12);
}

TEST_CASE("a variable without a value is an error that names it") {
  const fs::path folder = folder_with_z("eval_missing");
  const Ran ran = gradsmith({"eval", "z.cpp", "--at", "x=2"}, folder);
  CAPTURE(ran.err);
  CHECK((ran.status == 1 || ran.status == 2));
  CHECK(ran.out.empty());
  CHECK((contains(ran.err, "'y'") || contains(ran.err, " y ") || contains(ran.err, "`y`")));
  const Ran unknown = gradsmith({"eval", "z.cpp", "--at", "x=2,y=3,speed=4"}, folder);
  CHECK(unknown.status != 0);
  CHECK(contains(unknown.err, "speed"));
  CHECK(gradsmith({"eval", "z.cpp", "--at", "x=two,y=3"}, folder).status != 0);
}

TEST_CASE("the recitation's function has its known value and partials") {
  const fs::path folder = fresh_folder("eval_recitation");
  const std::string spec = std::string(GRADSMITH_SPECS_DIR) + "/recitation4.cpp";
  const auto at = [&](const Words& more) {
    Words arguments{"eval", spec, "--function=y", "--at", "x=2,z=3"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return std::stod(printed(arguments, folder));
  };
  CHECK(at({}) == Approx(412.19145728412116).epsilon(1e-15));
  CHECK(at({"--of=d_x"}) == Approx(1208.3812151266095).epsilon(1e-15));
  CHECK(at({"--of=d_z"}) == Approx(809.707479218564).epsilon(1e-15));
}

TEST_CASE("output lies beside the spec or where it is told to lie") {
  const fs::path folder = fresh_folder("places");
  write_file(folder / "specs/z.cpp", kZ);
  write_file(folder / "specs/w.cpp", "double w(double x) { return x * x; }\n");
  CHECK(printed({"generate", "specs/z.cpp"}, folder).empty());
  CHECK(listing(folder) == "specs/w.cpp specs/z.cpp specs/z.grad.hpp");
  CHECK(printed({"generate", "specs/z.cpp", "-o", "mine.hpp"}, folder).empty());
  CHECK(fs::exists(folder / "mine.hpp"));
  fs::create_directory(folder / "out");
  CHECK(printed({"generate", "specs/z.cpp", "specs/w.cpp", "--out-dir", "out"}, folder).empty());
  CHECK(fs::exists(folder / "out/z.grad.hpp"));
  CHECK(fs::exists(folder / "out/w.grad.hpp"));
  CHECK(contains(read_file(folder / "out/w.grad.hpp"), "w_gradient"));
  CHECK_FALSE(contains(read_file(folder / "out/w.grad.hpp"), "z_gradient"));
}

TEST_CASE("the option --stdout prints what would be written and writes nothing") {
  const fs::path folder = folder_with_z("to_stdout");
  const std::string text = printed({"generate", "z.cpp", "--stdout"}, folder);
  CHECK(listing(folder) == "z.cpp");
  CHECK(contains(text, "double z_value(double x, double y)"));
  CHECK(contains(text, "double z_gradient(double x, double y, z_partials& d)"));
  CHECK(gradsmith({"generate", "z.cpp", "--stdout", "-o", "a.hpp"}, folder).status == 2);
}

TEST_CASE("the same bytes come twice and from any working directory") {
  const fs::path folder = fresh_folder("same_bytes");
  write_file(folder / "specs/z.cpp", kZ);
  write_file(folder / "CMakeLists.txt", "project(z)\n");
  fs::create_directories(folder / "elsewhere");
  const Words words{"--emit=value,gradient,partials,hessian,jvp,hvp"};
  const auto with = [&](Words arguments) {
    arguments.insert(arguments.end(), words.begin(), words.end());
    return arguments;
  };
  printed(with({"generate", "specs/z.cpp", "-o", "once.hpp"}), folder);
  const std::string once = read_file(folder / "once.hpp");
  fs::remove(folder / "once.hpp");
  printed(with({"generate", "specs/z.cpp", "-o", "once.hpp"}), folder);
  CHECK(read_file(folder / "once.hpp") == once);
  fs::remove(folder / "once.hpp");
  printed(with({"generate", "../specs/z.cpp", "-o", "../once.hpp"}), folder / "elsewhere");
  CHECK(read_file(folder / "once.hpp") == once);
  fs::remove(folder / "once.hpp");
  printed(
      with({"generate", (folder / "specs/z.cpp").string(), "-o", (folder / "once.hpp").string()}),
      "/");
  CHECK(read_file(folder / "once.hpp") == once);
  CHECK_FALSE(contains(once, folder.string()));
}

TEST_CASE("a copy of the project elsewhere gives the same bytes") {
  const fs::path one = fresh_folder("copies/one"), two = fresh_folder("copies/deeper/two");
  for (const fs::path& project : {one, two}) {
    write_file(project / "specs/z.cpp", kZ);
    write_file(project / ".git/HEAD", "ref: refs/heads/main\n");
    printed({"generate", "specs/z.cpp"}, project);
  }
  CHECK(read_file(one / "specs/z.grad.hpp") == read_file(two / "specs/z.grad.hpp"));
}

TEST_CASE("a file is written only when its content changes") {
  const fs::path folder = folder_with_z("only_when_changed");
  printed({"generate", "z.cpp"}, folder);
  const fs::path output = folder / "z.grad.hpp";
  const auto past = fs::last_write_time(output) - std::chrono::hours(1);
  fs::last_write_time(output, past);
  printed({"generate", "z.cpp"}, folder);
  CHECK(fs::last_write_time(output) == past);
  write_file(folder / "z.cpp", "double z(double x) { return 3 * x * x; }\n");
  printed({"generate", "z.cpp"}, folder);
  CHECK(fs::last_write_time(output) > past);
  CHECK(listing(folder) == "z.cpp z.grad.hpp");
}

TEST_CASE("the option --check and --diff say whether the file on disk is what the spec gives") {
  const fs::path folder = folder_with_z("check");
  CHECK(gradsmith({"generate", "z.cpp", "--check"}, folder).status == 1);
  CHECK(listing(folder) == "z.cpp");
  printed({"generate", "z.cpp"}, folder);
  CHECK(printed({"generate", "z.cpp", "--check"}, folder).empty());
  CHECK(printed({"generate", "z.cpp", "--diff"}, folder).empty());

  const std::string fresh = read_file(folder / "z.grad.hpp");
  write_file(folder / "z.cpp",
             "#include <cmath>\n\ndouble z(double x, double y) { return 5 * x * y; }\n");
  const Ran check = gradsmith({"generate", "z.cpp", "--check"}, folder);
  CHECK(check.status == 1);
  CHECK(contains(check.err, "z.grad.hpp"));
  const Ran diff = gradsmith({"generate", "z.cpp", "--diff"}, folder);
  CHECK(diff.status == 1);
  CHECK(contains(diff.out, "5.0"));
  CHECK(contains(diff.out, "\n-"));
  CHECK(contains(diff.out, "\n+"));
  CHECK(read_file(folder / "z.grad.hpp") == fresh);
}

TEST_CASE("a depfile names the spec and the headers that it includes") {
  const fs::path folder = fresh_folder("depfile");
  write_file(folder / "my types.hpp", "#pragma once\nstruct Pair { double a, b; };\n");
  write_file(folder / "z.cpp",
             "#include <cmath>\n#include \"my types.hpp\"\n"
             "double z(const Pair& p) { return p.a * std::exp(p.b); }\n");
  printed({"generate", "z.cpp", "-o", "z.hpp", "--depfile", "z.d"}, folder);
  const std::string text = read_file(folder / "z.d");
  CHECK(text.rfind("z.hpp:", 0) == 0);
  CHECK(contains(text, "z.cpp"));
  CHECK(contains(text, "my\\ types.hpp"));
  CHECK_FALSE(contains(text, "cmath"));
}

TEST_CASE("the option --function chooses and --wrt says by what") {
  const fs::path folder = fresh_folder("choices");
  write_file(
      folder / "two.cpp",
      "double f(double x, double y) { return x * y; }\ndouble g(double x) { return x * x; }\n");
  const std::string only_f = printed({"generate", "two.cpp", "--stdout", "--function=f"}, folder);
  CHECK(contains(only_f, "f_gradient"));
  CHECK_FALSE(contains(only_f, "g_gradient"));
  const std::string by_y = printed(
      {"generate", "two.cpp", "--stdout", "--function=f", "--wrt=y", "--emit=partials"}, folder);
  CHECK(contains(by_y, "f_d_y("));
  CHECK_FALSE(contains(by_y, "f_d_x("));
  const std::string named =
      printed({"generate", "two.cpp", "--stdout", "--wrt=f:y,g:x", "--emit=partials"}, folder);
  CHECK(contains(named, "f_d_y("));
  CHECK(contains(named, "g_d_x("));
  CHECK_FALSE(contains(named, "f_d_x("));
}

TEST_CASE("marks in the spec say by what and helpers are no entry functions") {
  const fs::path folder = fresh_folder("marks");
  write_file(folder / "m.cpp",
             "#include <gradsmith/spec.hpp>\n"
             "double unmarked(double x) { return x; }\n"
             "static double square(double x) { return x * x; }\n"
             "double f(gradsmith::param<double> w, double x) { return square(w) * x; }\n");
  const std::string text = printed({"generate", "m.cpp", "--stdout", "--emit=partials"}, folder);
  CHECK(contains(text, "f_d_w("));
  CHECK_FALSE(contains(text, "f_d_x("));
  CHECK_FALSE(contains(text, "square_d"));
  CHECK_FALSE(contains(text, "unmarked_d"));
  CHECK_FALSE(contains(text, "gradsmith/spec.hpp"));
}

TEST_CASE("compiler flags stand after two dashes") {
  const fs::path folder = fresh_folder("flags");
  write_file(folder / "include/constant.hpp", "#pragma once\nconstexpr double factor = FACTOR;\n");
  write_file(folder / "f.cpp",
             "#include <constant.hpp>\ndouble f(double x) { return factor * x; }\n");
  CHECK(gradsmith({"generate", "f.cpp", "--stdout"}, folder).status == 1);
  const std::string text =
      printed({"generate", "f.cpp", "--stdout", "--", "-Iinclude", "-DFACTOR=2.5"}, folder);
  CHECK(contains(text, "2.5"));
}

TEST_CASE("a compilation database gives the flags") {
  const fs::path folder = fresh_folder("database");
  write_file(folder / "f.cpp", "double f(double x) { return FACTOR * x; }\n");
  write_file(folder / "build/compile_commands.json",
             "[{\"directory\": \"" + folder.string() +
                 "\", \"command\": \"c++ -DFACTOR=2.5 -c f.cpp\", \"file\": \"f.cpp\"}]\n");
  CHECK(contains(printed({"generate", "f.cpp", "--stdout", "-p", "build"}, folder), "2.5"));
}

TEST_CASE(
    "the option --stats and --print-after talk on stderr and change nothing that is written") {
  const fs::path folder = folder_with_z("stats");
  const std::string plain = printed({"generate", "z.cpp", "--stdout"}, folder);
  for (const std::string option : {"--stats", "--print-after=all", "--print-after=simplify"}) {
    const Ran ran = gradsmith({"generate", "z.cpp", "--stdout", option}, folder);
    CAPTURE(option);
    CHECK(ran.status == 0);
    CHECK(ran.out == plain);
    CHECK_FALSE(ran.err.empty());
  }
  CHECK(gradsmith({"generate", "z.cpp", "--stdout", "--print-after=dreams"}, folder).status == 2);
}

TEST_CASE("wrong usage ends with status 2 and says what is wrong") {
  const fs::path folder = folder_with_z("usage");
  const std::vector<Words> wrong = {
      {},
      {"derive", "z.cpp"},
      {"generate"},
      {"generate", "z.cpp", "--speed=9"},
      {"generate", "z.cpp", "--fp=sloppy"},
      {"generate", "z.cpp", "-o"},
      {"generate", "z.cpp", "-o", "a.hpp", "--out-dir", "b"},
      {"generate", "z.cpp", "z.cpp", "-o", "a.hpp"},
      {"eval", "z.cpp"},
      {"print"},
  };
  for (const Words& arguments : wrong) {
    const Ran ran = gradsmith(arguments, folder);
    CAPTURE(arguments, ran.out, ran.err);
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    CHECK_FALSE(ran.err.empty());
  }
  CHECK(listing(folder) == "z.cpp");
}

TEST_CASE("every command's help fits a screen and has an example") {
  const fs::path folder = folder_with_z("help");
  for (const Words& arguments : std::vector<Words>{
           {"--help"}, {"generate", "--help"}, {"print", "--help"}, {"eval", "--help"}}) {
    const std::string text = printed(arguments, folder);
    CAPTURE(text);
    CHECK(std::count(text.begin(), text.end(), '\n') <= 40);
    CHECK(contains(text, "gradsmith "));
    CHECK(contains(text, ".cpp"));
  }
}
