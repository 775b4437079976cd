// Compares emitted functions with the spec compiled as plain C++, with the oracle, and the oracle
// with finite differences. Arguments: the policy (strict, finite, fast). Exit status 1 if anything
// differs; the last line counts what was checked, and what could not be.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "oracle/case.hpp"
#include "oracle/judge.hpp"
#include "oracle/points.hpp"
#include "oracle/reference.hpp"

namespace oracle {
namespace {

// What a word's outputs should be, in order.
std::vector<Expected> expected_of(const std::string& word, const Reference& reference,
                                  const std::vector<double>& extra) {
  const std::size_t inputs = reference.parameters.size();
  const std::size_t outputs = reference.values.size();
  std::vector<Expected> expected;
  const auto values = [&] {
    for (const Expected& value : reference.values) expected.push_back(value);
  };
  const auto gradient = [&](std::size_t row) {
    for (std::size_t k = 0; k < inputs; ++k) expected.push_back(reference.jacobian[row][k]);
  };
  if (word == "value") {
    values();
  } else if (word == "gradient") {
    values(), gradient(0);
  } else if (word == "partials") {
    gradient(0);
  } else if (word == "jacobian" || word == "sparse_jacobian") {
    values();
    for (std::size_t row = 0; row < outputs; ++row) gradient(row);
  } else if (word == "hessian" || word == "sparse_hessian") {
    if (word == "hessian") values(), gradient(0);
    for (const auto& row : reference.hessian)
      expected.insert(expected.end(), row.begin(), row.end());
  } else if (word == "jvp") {
    values();
    for (std::size_t row = 0; row < outputs; ++row) {
      expected.push_back(dot(reference.jacobian[row], extra));
    }
  } else if (word == "vjp") {
    for (std::size_t k = 0; k < inputs; ++k) {
      std::vector<Expected> column;
      for (std::size_t row = 0; row < outputs; ++row) column.push_back(reference.jacobian[row][k]);
      expected.push_back(dot(column, extra));
    }
  } else if (word == "hvp") {
    values();
    for (const auto& row : reference.hessian) expected.push_back(dot(row, extra));
  } else if (word.rfind("mixed", 0) == 0) {
    std::size_t row = 0, column = 0;
    std::sscanf(word.c_str(), "mixed %zu %zu", &row, &column);
    expected.push_back(reference.hessian[row][column]);
  } else {
    std::printf("unknown word %s\n", word.c_str());
    std::exit(2);
  }
  return expected;
}

class Comparison {
 public:
  explicit Comparison(Judge judge) : judge_(judge) {}

  void run() {
    for (int f = 0; f < oracle_function_count; ++f) {
      for (const Point& point : points_for(oracle_functions[f])) at(oracle_functions[f], f, point);
    }
  }

  int report() const { return judge_.report(); }

 private:
  void at(const OracleFunction& function, int index, const Point& point) {
    judge_.enter(function.name, point);
    std::vector<double> plain(std::strlen(function.output_kinds), 0);
    plain_functions[index].run(point.in.data(), plain.data());
    const bool wants_hessian = has_word(function.name, "hessian") ||
                               has_word(function.name, "sparse_hessian") ||
                               has_word(function.name, "hvp") || has_word(function.name, "mixed");
    const Reference reference = reference_at(function, point, wants_hessian);
    for (std::size_t k = 0; k < plain.size(); ++k) {
      judge_.same_bits("plain spec and oracle", k, plain[k], reference.values[k].number);
    }
    judge_.finite_differences(reference);
    for (int w = 0; w < emitted_word_count; ++w) {
      if (std::strcmp(emitted_words[w].function, function.name) == 0) {
        word(emitted_words[w], reference, point, plain);
      }
    }
  }

  static bool has_word(const char* function, const char* word) {
    for (int w = 0; w < emitted_word_count; ++w) {
      if (std::strcmp(emitted_words[w].function, function) == 0 &&
          std::strncmp(emitted_words[w].word, word, std::strlen(word)) == 0) {
        return true;
      }
    }
    return false;
  }

  void word(const EmittedWord& emitted, const Reference& reference, const Point& point,
            const std::vector<double>& plain) {
    const std::string name = emitted.word;
    std::vector<double> in = point.in;
    std::vector<double> extra;
    if (name == "jvp" || name == "hvp") extra = direction(reference.parameters, point);
    if (name == "vjp") extra = adjoints(reference.output_kinds, point);
    in.insert(in.end(), extra.begin(), extra.end());
    const std::vector<Expected> expected = expected_of(name, reference, extra);
    // Poisoned: outputs are overwritten, and nothing is left out.
    std::vector<double> out(expected.size(), 1.2345e300);
    emitted.run(in.data(), out.data());

    const bool values_first = name != "partials" && name != "vjp" && name != "sparse_hessian" &&
                              name.rfind("mixed", 0) != 0;
    for (std::size_t k = 0; k < expected.size(); ++k) {
      if (values_first && k < plain.size()) {
        judge_.value(name, k, out[k], plain[k], reference.values[k], reference.met);
      } else {
        judge_.derivative(name, k, out[k], expected[k], reference);
      }
    }
  }

  Judge judge_;
};

}  // namespace
}  // namespace oracle

int main(int argc, char** argv) {
  const std::string policy = argc == 2 ? argv[1] : "";
  if (policy != "strict" && policy != "finite" && policy != "fast") {
    std::printf("usage: compare strict|finite|fast\n");
    return 2;
  }
  if (oracle::plain_function_count != oracle::oracle_function_count) {
    std::printf("the tables do not match\n");
    return 2;
  }
  oracle::Comparison comparison{oracle::Judge(policy)};
  comparison.run();
  return comparison.report();
}
