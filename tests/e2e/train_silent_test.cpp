// What would be accepted without a word, and count for nothing or destroy something.

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "training.hpp"

using namespace training;

namespace {

fs::path folder_of(const std::string& name) {
  const fs::path folder = e2e::fresh_folder(name);
  e2e::write_file(folder / "s.cpp",
                  "#include <gradsmith/spec.hpp>\nusing namespace gradsmith;\n"
                  "double loss(const param<double> (&w)[2][3], param<double> b, data<double> x,\n"
                  "            data<double> c) {\n"
                  "  const double r = w[0][0] * x + w[1][2] * c + b - 1;\n  return r * r;\n}\n");
  e2e::write_file(folder / "s.csv", "x,c\n1,2\n2,1\n");
  return folder;
}

e2e::Ran run(const fs::path& folder, const std::vector<std::string>& more) {
  std::vector<std::string> words = {"s.cpp", "--data=s.csv", "--loss=loss", "--quiet",
                                    "--epochs=3"};
  words.insert(words.end(), more.begin(), more.end());
  return train(words, folder);
}

}  // namespace

TEST_CASE("what is given twice, or for a constant, is wrong usage") {
  const fs::path folder = folder_of("silent_twice");
  struct Case {
    std::vector<std::string> options;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{"--set=c=3,c=4"}, "--set gives 'c' twice"},
      {{"--init=w=zero,b=zero,w=glorot"}, "--init gives 'w' twice"},
      {{"--weight-decay=w=1,w=5"}, "--weight-decay gives 'w' twice"},
      {{"--weight-decay=1,5"}, "--weight-decay gives '*' twice"},
      {{"--noise=x=1", "--noise=x=2"}, "--noise gives 'x' twice"},
      {{"--standardise=x,x"}, "--standardise gives 'x' twice"},
      {{"--set=c=1", "--standardise=c"}, "--set gives 'c' for all of them"},
      {{"--set=c=1", "--noise=c=1"}, "--set gives 'c' for all of them"},
      {{"--set=c=1", "--columns=c=x"}, "--set gives 'c' for all of them"},
      {{"--seed=18446744073709551616"}, "'18446744073709551616' is not a whole number from 0 to"},
      {{"--batch=18446744073709551616"}, "'18446744073709551616' is not a whole number from 0 to"},
  };
  for (const Case& c : cases) {
    const e2e::Ran ran = run(folder, c.options);
    INFO(c.options.back() << "\n" << ran.err);
    CHECK(ran.status == 2);
    CHECK(contains(ran.err, c.message));
    CHECK(ran.out.empty());
  }
  CHECK(run(folder, {"--seed=18446744073709551615"}).status == 0);
}

TEST_CASE("one file for two things, or for what is read, is wrong usage") {
  const fs::path folder = folder_of("silent_files");
  fs::create_symlink("s.csv", folder / "link");
  const std::string data = e2e::read_file(folder / "s.csv");
  struct Case {
    std::vector<std::string> options;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{"--save=o", "--header=o"}, "'o' is to be --header, and it is --save too"},
      {{"--save=o", "--log=./o"}, "'./o' is to be --log, and it is --save too"},
      {{"--log=o", "--checkpoint=x/../o"}, "is to be --checkpoint, and it is --log too"},
      {{"--plot=a.svg", "--histories=a.svg"}, "is to be a picture, and it is a picture too"},
      {{"--save=s.csv"}, "'s.csv' is to be --save, and it is the data too"},
      {{"--checkpoint=link"}, "'link' is to be --checkpoint, and it is the data too"},
      {{"--header=s.cpp"}, "'s.cpp' is to be --header, and it is the spec too"},
      {{"--resume=c", "--save=c"}, "'c' is to be --save, and it is --resume too"},
  };
  for (const Case& c : cases) {
    const e2e::Ran ran = run(folder, c.options);
    INFO(c.options.back() << "\n" << ran.err);
    CHECK(ran.status == 2);
    CHECK(contains(ran.err, c.message));
    CHECK(ran.out.empty());
  }
  CHECK(e2e::read_file(folder / "s.csv") == data);
  REQUIRE(run(folder, {"--save=w.json"}).status == 0);
  CHECK(run(folder, {"--start=w.json", "--save=w.json"}).status == 0);
}

TEST_CASE("devices and pipes are written to, and symbolic links go on pointing") {
  const fs::path folder = folder_of("silent_devices");
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const e2e::Ran piped = in_shell("cat pipe >read & \"$@\" && wait",
                                  {"s.cpp", "--data=s.csv", "--loss=loss", "--quiet", "--epochs=3",
                                   "--save=pipe", "--header=/dev/null", "--log=/dev/null"},
                                  folder);
  INFO(piped.err);
  REQUIRE(piped.status == 0);
  CHECK(fs::is_fifo(folder / "pipe"));
  CHECK(fs::is_character_file("/dev/null"));
  CHECK(contains(e2e::read_file(folder / "read"), "\"parameters\""));

  fs::create_directory(folder / "there");
  fs::create_symlink("there/w.json", folder / "w.json");
  REQUIRE(run(folder, {"--save=w.json"}).status == 0);
  CHECK(fs::is_symlink(folder / "w.json"));
  CHECK(contains(e2e::read_file(folder / "there/w.json"), "\"parameters\""));
  const e2e::Ran full = run(folder, {"--save=/dev/full"});
  CHECK(full.status == 1);
  CHECK(contains(full.err, "/dev/full: cannot be written: No space left on device"));
}

TEST_CASE("parameters of another shape are not taken for a start") {
  const fs::path folder = folder_of("silent_shape");
  e2e::write_file(folder / "t.json",
                  "{\"parameters\": {\"w\": [[1, 2], [3, 4], [5, 6]], \"b\": 1}}");
  const e2e::Ran ran = run(folder, {"--start=t.json"});
  INFO(ran.err);
  CHECK(ran.status == 2);
  CHECK(contains(ran.err, "t.json: 'w' is 3x2 in the file, and 2x3 in loss"));
  e2e::write_file(folder / "t.json", "{\"parameters\": {\"b\": [1]}}");
  const e2e::Ran number = run(folder, {"--start=t.json"});
  CHECK(number.status == 0);  // a flat list
  e2e::write_file(folder / "t.json", "{\"parameters\": {\"w\": [1, 2, 3, 4, 5, 6]}}");
  CHECK(run(folder, {"--start=t.json"}).status == 0);
  e2e::write_file(folder / "t.json", "{\"parameters\": {\"w\": [[1, 2], [3, 4, 5, 6]]}}");
  CHECK(run(folder, {"--start=t.json"}).status == 2);
}

TEST_CASE("where Ctrl-C could not save is said before training") {
  const fs::path folder = folder_of("silent_interrupt");
  fs::create_directory(folder / "interrupted.checkpoint");
  const e2e::Ran ran = run(folder, {});
  CHECK(ran.status == 0);
  CHECK(contains(ran.err,
                 "note: Ctrl-C will not save the state of training: interrupted.checkpoint: "
                 "cannot be written: Is a directory; --checkpoint gives it a place"));
  CHECK(run(folder, {"--checkpoint=c"}).err.empty());
}

TEST_CASE("the path of a compiler may have blanks in it, and words behind it") {
  const fs::path folder = folder_of("silent_compiler");
  fs::create_directory(folder / "a b");
  fs::create_symlink(GRADSMITH_GXX, folder / "a b" / "g++");
  for (const std::string more : {"", " -DX=1"}) {
    const std::string compiler = (folder / "a b" / "g++").string() + more;
    setenv("CXX", compiler.c_str(), 1);
    const e2e::Ran ran = run(folder, {"--verbose"});
    unsetenv("CXX");
    INFO(ran.err);
    CHECK(ran.status == 0);
    CHECK(contains(ran.err, compiler));
  }
}
