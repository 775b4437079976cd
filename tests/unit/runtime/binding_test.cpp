#include "runtime/binding.hpp"

#include <catch2/catch.hpp>

#include "runtime/data_error.hpp"

using namespace gradsmith::runtime;

namespace {

// f(x[2], int k, onehot[3], c)
constexpr long long kExtents[] = {2, 3};
constexpr gradsmith_parameter_v1 kParameters[] = {{"x", 1, 0, 1, kExtents, 0, 0, nullptr},
                                                  {"k", 1, 1, 0, nullptr, -100, 100, nullptr},
                                                  {"onehot", 1, 0, 1, kExtents + 1, 0, 0, nullptr},
                                                  {"c", 1, 0, 0, nullptr, 0, 0, nullptr}};
long long length(int p, const long long*) { return p == 0 ? 2 : p == 2 ? 3 : 1; }
long long no_work(const long long*) { return 0; }
const gradsmith_function_v1 kFunction = {"f", 0, 4, kParameters, length, no_work, nullptr, nullptr};

SampleSet bound(const std::string& text, const std::vector<std::string>& columns) {
  BindingOptions options;
  for (const std::string& c : columns) options.bindings.push_back(read_binding(c));
  options.numbers["c"] = {0.5};
  return bind(Model(kFunction), parse_dataset(text, "d.csv"), options);
}

const std::string kData = "p,q,k,digit\n1,2,7,0\n3,4,8,2\n";

}  // namespace

TEST_CASE("columns go to parameters by range, by name, one-hot, or are a number for all") {
  const SampleSet s = bound(kData, {"x=p:q", "onehot=onehot(digit)"});
  CHECK(s.count == 2);
  CHECK(s.features[0].numbers == AlignedNumbers{1, 2, 3, 4});
  CHECK(s.features[1].integers == std::vector<int>{7, 8});
  CHECK(s.features[2].numbers == AlignedNumbers{1, 0, 0, 0, 0, 1});
  CHECK(s.features[3].constant);
  CHECK(bound(kData, {"x=q+p", "onehot=onehot(digit)"}).features[0].numbers ==
        AlignedNumbers{2, 1, 4, 3});
}

TEST_CASE("bindings that cannot be are refused, and data that are no labels with their line") {
  CHECK_THROWS_AS(bound(kData, {"x=p", "onehot=onehot(digit)"}), BindingError);
  CHECK_THROWS_AS(bound(kData, {"x=q:p", "onehot=onehot(digit)"}), BindingError);
  CHECK_THROWS_AS(bound(kData, {"x=p:q"}), BindingError);
  CHECK_THROWS_AS(bound(kData, {"x=p:z", "onehot=onehot(digit)"}), DataError);
  CHECK_THROWS_AS(read_binding("x="), BindingError);
  CHECK_THROWS_WITH(bound("p,q,k,digit\n1,2,7,0\n3,4,8,3\n", {"x=p:q", "onehot=onehot(digit)"}),
                    Catch::Contains("d.csv:3:7: column 'digit' holds 3"));
  CHECK_THROWS_WITH(bound("p,q,k,digit\n1,2,7.5,0\n", {"x=p:q", "onehot=onehot(digit)"}),
                    Catch::Contains("d.csv:2:5: column 'k'"));
}

TEST_CASE("what is said of ranges of columns names the file") {
  CHECK_THROWS_WITH(bound(kData, {"x=p", "onehot=onehot(digit)"}),
                    "d.csv:1:1: 'x' takes 2 columns, and it was given 1");
  CHECK_THROWS_WITH(bound(kData, {"x=q:p", "onehot=onehot(digit)"}),
                    "d.csv:1:1: the columns 'q:p' go backwards");
}

TEST_CASE("names of columns in quotes may hold what stands between them") {
  const std::string data = "\"a:b\",\"c+\"\"d\"\"\",k,\"e,f\"\n1,2,7,0\n3,4,8,2\n";
  const SampleSet s = bound(data, {"x=\"a:b\"+\"c+\"\"d\"\"\"", "onehot=onehot(\"e,f\")"});
  CHECK(s.features[0].numbers == AlignedNumbers{1, 2, 3, 4});
  CHECK(s.features[2].numbers == AlignedNumbers{1, 0, 0, 0, 0, 1});
  CHECK(bound(data, {"x=\"a:b\":\"c+\"\"d\"\"\"", "onehot=onehot(\"e,f\")"}).features[0].numbers ==
        s.features[0].numbers);
  CHECK_THROWS_WITH(bound(data, {"x=a:b", "onehot=onehot(\"e,f\")"}),
                    Catch::Contains("stands in double quotes"));
}

TEST_CASE("integers of a number of classes lie below it") {
  BindingOptions options;
  options.bindings = {read_binding("x=p:q"), read_binding("onehot=onehot(digit)")};
  options.numbers["c"] = {0.5};
  const Dataset data = parse_dataset(kData, "d.csv");
  options.classes = {{"k", 9}};
  CHECK_NOTHROW(bind(Model(kFunction), data, options));
  options.classes = {{"k", 8}};
  CHECK_THROWS_WITH(bind(Model(kFunction), data, options),
                    "d.csv:3:5: 'k' is 8, and its classes are 0 to 7");
  options.classes = {{"x", 8}};
  CHECK_THROWS_AS(bind(Model(kFunction), data, options), BindingError);
}

TEST_CASE("numbers that a float cannot hold are refused with their line") {
  static constexpr gradsmith_parameter_v1 parameters[] = {{"x", 1, 2, 0, nullptr, 0, 0, nullptr},
                                                          {"c", 1, 2, 0, nullptr, 0, 0, nullptr}};
  static const gradsmith_function_v1 function = {
      "f", 0, 2, parameters, [](int, const long long*) { return 1LL; }, no_work, nullptr, nullptr};
  const auto bound_to = [](const std::string& x, double c) {
    BindingOptions options;
    options.numbers["c"] = {c};
    return bind(Model(function), parse_dataset("x\n1\n" + x + "\n", "d.csv"), options);
  };
  CHECK(bound_to("3.4e38", -3.4e38).features[0].numbers == AlignedNumbers{1, 3.4e38});
  // Below its smallest number a float is zero, as in the author's own code.
  CHECK_NOTHROW(bound_to("1e-60", 1));
  CHECK_THROWS_WITH(bound_to("-1e39", 1),
                    Catch::Contains("d.csv:3:1: column 'x' holds -1e+39, which"));
  CHECK_THROWS_AS(bound_to("-1e39", 1), DataError);
  CHECK_THROWS_AS(bound_to("1", 1e39), BindingError);
}

TEST_CASE("what the memory of a machine cannot hold is refused before it is asked for") {
  static constexpr long long at_run_time[] = {-1};
  static constexpr gradsmith_parameter_v1 parameters[] = {
      {"w", 0, 0, 1, at_run_time, 0, 0, nullptr}, {"d", 2, 1, 0, nullptr, 0, 1LL << 60, nullptr}};
  static const auto length = [](int p, const long long* sizes) { return p == 0 ? sizes[0] : 1; };
  static const auto square = [](const long long* sizes) { return sizes[0] * sizes[0]; };
  static const gradsmith_function_v1 function = {"f",    0,      2,       parameters,
                                                 length, square, nullptr, nullptr};
  CHECK(Model(function, {{"d", 1000}}).room({}, 1).work.size() == 1000000);
  CHECK_THROWS_WITH(Model(function, {{"d", 10000000}}).room({}, 1),
                    Catch::Contains("f needs room for 100000000000000 numbers"));
  static const auto huge = [](int, const long long*) { return 1LL << 60; };
  static const gradsmith_function_v1 too_large = {"f",  0,      2,       parameters,
                                                  huge, square, nullptr, nullptr};
  CHECK_THROWS_WITH(Model(too_large, {{"d", 1}}),
                    Catch::Contains("the parameters of f are 1152921504606846976 numbers"));
}
