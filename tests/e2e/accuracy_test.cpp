// Derivatives against MPFR over the whole range of doubles: what is emitted, beside what the rows
// of the operators give. The table in docs/floating_point.md is written from here, by
//     build/tests/e2e "the table of accuracy is written"
#if GRADSMITH_HAS_MPFR

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <map>
#include <random>

#include "accuracy_cases.hpp"
#include "process.hpp"

namespace {

using namespace e2e;
namespace fs = std::filesystem;

struct Point {
  double x = 0;
  double y = 0;
  double z = 0;
};

struct Worst {
  double ulps = 0;
  bool finite = true;
  Point at;
};

struct Accuracy {
  long points = 0;  ///< where the true derivative is a double
  Worst naive;
  Worst emitted;
};

std::vector<Point> points_of(const AccuracyCase& c) {
  std::mt19937_64 random(7);
  const auto mantissa = [&] { return std::uniform_real_distribution<double>(1, 2)(random); };
  const auto sign = [&] { return random() % 2 == 0 ? 1.0 : -1.0; };
  const auto any = [&] {
    return sign() * std::ldexp(mantissa(), static_cast<int>(random() % 2098) - 1074);
  };
  std::vector<Point> points;
  if (c.points == Points::Exponents) {
    const auto exponent = [&] {
      return std::uniform_real_distribution<double>(-1000, 1000)(random);
    };
    const auto difference = [&] {
      return sign() * std::ldexp(mantissa(), static_cast<int>(random() % 64) - 54);
    };
    for (int i = 0; i < 6000; ++i) {
      const double x = i % 3 == 0 ? exponent() / 100 : exponent();
      const bool near = i % 2 == 0;
      points.push_back(
          {x, near ? x + difference() : exponent(), near ? x + difference() : exponent()});
    }
    return points;
  }
  for (int exponent = -1074; exponent <= 1023; ++exponent) {
    for (const double s : {1.0, -1.0}) {
      const double x = s * std::ldexp(exponent < -1022 ? 1 : mantissa(), exponent);
      if (c.points == Points::Line) {
        points.push_back({x, 0, 0});
      } else if (c.points == Points::Ends) {
        points.push_back({std::fabs(x) < 1 ? s * (1 - std::fabs(x)) : 0.5, 0, 0});
        points.push_back({std::fabs(x) < 1 ? x : -0.25, 0, 0});
      } else {
        points.push_back({x, any(), any()});
        points.push_back({x, x * mantissa(), -x * mantissa()});
        points.push_back({x, x * 1e-10 * mantissa(), x * 1e10 * mantissa()});
        points.push_back({x, sign() * mantissa() * 3, mantissa()});
      }
    }
  }
  if (c.points == Points::Line) {  // most functions do most between e^-6 and e^6
    for (int i = 0; i < 1500; ++i) {
      points.push_back(
          {sign() * std::exp(std::uniform_real_distribution<double>(-6, 7)(random)), 0, 0});
    }
  }
  return points;
}

/// A program that reads points and writes derivatives, the emitted one and the naive one of each.
std::string program(const std::map<std::string, std::string>& naive) {
  std::string text =
      "#include \"accuracy.grad.hpp\"\n#include <cstdio>\n"
      "static void run(const char* points, const char* results, void (*f)(const double*, double*)) "
      "{\n"
      "  std::FILE* in = std::fopen(points, \"rb\");\n"
      "  std::FILE* out = std::fopen(results, \"wb\");\n"
      "  double p[3], r[2];\n"
      "  while (std::fread(p, sizeof p, 1, in) == 1) {\n"
      "    f(p, r);\n    std::fwrite(r, sizeof r, 1, out);\n  }\n"
      "  std::fclose(in);\n  std::fclose(out);\n}\nint main() {\n";
  for (const auto& [name, formula] : naive) {
    text += fmt::format(
        "  run(\"{0}.points\", \"{0}.results\", [](const double* p, double* r) {{\n"
        "    const double x = p[0], y = p[1], z = p[2];\n"
        "    (void)y, (void)z;\n    {0}_partials d;\n    {0}_gradient(x, y, z, d);\n"
        "    r[0] = d.x;\n    r[1] = {1};\n  }});\n",
        name, formula);
  }
  return text + "}\n";
}

void build(const fs::path& folder) {
  std::string spec = "#include <cmath>\n\n";
  for (const AccuracyCase& c : accuracy_cases()) {
    spec +=
        fmt::format("double {}(double x, double y, double z) {{ return {}; }}\n", c.name, c.body);
  }
  write_file(folder / "accuracy.cpp", spec);
  const Ran ran =
      gradsmith({"generate", "accuracy.cpp", "-o", "accuracy.grad.hpp", "--emit=gradient"}, folder);
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  std::map<std::string, std::string> naive;
  for (const AccuracyCase& c : accuracy_cases()) {
    const Ran printed = gradsmith(
        {"print", "accuracy.cpp", "--function=" + c.name, "--of=d_x", "--stage=differentiated"},
        folder);
    REQUIRE(printed.status == 0);
    naive[c.name] = printed.out;
  }
  write_file(folder / "main.cpp", program(naive));
  const Ran compiled =
      run({GRADSMITH_GXX, "-std=c++17", "-O2", "-ffp-contract=off", "-w", "main.cpp", "-o", "main"},
          folder);
  INFO(compiled.err);
  REQUIRE(compiled.status == 0);
}

/// The derivative by x; NaN where there is no value.
Wide reference(const AccuracyCase& c, const Point& p) {
  const auto settled = [&](double v) {
    return c.settles > 0 && std::fabs(v) > c.settles ? std::copysign(c.settles, v) : v;
  };
  const WideDual x{Wide(settled(p.x)), Wide(1)};
  const WideDual result = c.reference(x, p.y, p.z);
  const Wide none = std::numeric_limits<double>::quiet_NaN();
  return mpfr_nan_p(result.value.get()) != 0 ? none : result.tangent;
}

/// The distance in units of the last place of the larger of `expected` and the largest term. Below
/// the smallest normal number a result may be rounded to anything there.
double ulps(double got, const Wide& expected, double largest_term) {
  if (!std::isfinite(got)) return std::numeric_limits<double>::infinity();
  const Wide error = fabs(Wide(got) - expected);
  constexpr double smallest = std::numeric_limits<double>::min();
  if (!(smallest < error)) return 0;
  const Wide size = fabs(expected) < largest_term ? Wide(largest_term) : fabs(expected);
  const auto exponent = std::max<long>(mpfr_get_exp(size.get()), -1021);  // size < 2^exponent
  Wide unit(1);
  mpfr_mul_2si(unit.get(), unit.get(), exponent - 53, MPFR_RNDN);
  return (error / unit).number();
}

Accuracy measure(const AccuracyCase& c, const fs::path& folder, const std::vector<Point>& points) {
  const std::string bytes = read_file(folder / (c.name + ".results"));
  REQUIRE(bytes.size() == points.size() * 2 * sizeof(double));
  Wide::bits = c.bits;
  Accuracy result;
  for (std::size_t i = 0; i < points.size(); ++i) {
    double got[2];
    std::memcpy(got, bytes.data() + i * sizeof got, sizeof got);
    const Wide expected = reference(c, points[i]);
    if (!expected.is_number() || !std::isfinite(expected.number())) continue;
    ++result.points;
    const auto note = [&](Worst& worst, double derivative) {
      const double error = ulps(derivative, expected, c.largest_term);
      if (std::isinf(error)) worst.finite = false;
      if (worst.ulps < error) {
        worst.ulps = error;
        worst.at = points[i];
      }
    };
    note(result.emitted, got[0]);
    note(result.naive, got[1]);
  }
  return result;
}

const std::vector<Accuracy>& accuracies() {
  static const std::vector<Accuracy> all = [] {
    const fs::path folder = fresh_folder("accuracy");
    build(folder);
    std::vector<std::vector<Point>> points;
    for (const AccuracyCase& c : accuracy_cases()) {
      points.push_back(points_of(c));
      std::ofstream(folder / (c.name + ".points"), std::ios::binary)
          .write(reinterpret_cast<const char*>(points.back().data()),
                 static_cast<std::streamsize>(points.back().size() * sizeof(Point)));
    }
    const Ran ran = run({"./main"}, folder);
    REQUIRE(ran.status == 0);
    std::vector<Accuracy> found;
    for (std::size_t i = 0; i < points.size(); ++i) {
      found.push_back(measure(accuracy_cases()[i], folder, points[i]));
    }
    return found;
  }();
  return all;
}

/// Rounded up, so that the last bits of one C library or another do not show.
std::string words(const Worst& worst) {
  if (!worst.finite) return "inf or NaN";
  for (const int limit : {1, 2, 4, 8}) {
    if (worst.ulps <= limit) return fmt::format("{}", limit);
  }
  return fmt::format("1e{}", static_cast<int>(std::ceil(std::log10(worst.ulps))));
}

constexpr const char* kBegin = "<!-- The table of accuracy -->\n";
constexpr const char* kEnd = "<!-- ends -->\n";

std::string table() {
  std::string text =
      "| | derivative by `x` of | operators alone | emitted |\n| --- | --- | --- | --- |\n";
  for (std::size_t i = 0; i < accuracy_cases().size(); ++i) {
    const AccuracyCase& c = accuracy_cases()[i];
    text += fmt::format("| {} | `{}` | {} | {} |\n", c.form, c.body, words(accuracies()[i].naive),
                        words(accuracies()[i].emitted));
  }
  return text;
}

const fs::path kDocument = fs::path(GRADSMITH_SOURCE_DIR) / "docs/floating_point.md";

}  // namespace

// One test, so that the measurement runs once.
TEST_CASE("emitted derivatives are within eight units, as the documentation's table says") {
  for (std::size_t i = 0; i < accuracy_cases().size(); ++i) {
    const AccuracyCase& c = accuracy_cases()[i];
    const Accuracy& a = accuracies()[i];
    INFO(fmt::format("{}: {} points, emitted {} at ({:.17g}, {:.17g}, {:.17g}), naive {}", c.body,
                     a.points, a.emitted.ulps, a.emitted.at.x, a.emitted.at.y, a.emitted.at.z,
                     a.naive.ulps));
    CHECK(a.points > 300);
    CHECK(a.emitted.ulps <= c.limit);
  }
  const std::string text = read_file(kDocument);
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = text.find(kEnd);
  REQUIRE(begin < end);
  REQUIRE(end != std::string::npos);
  CHECK(text.substr(begin + std::strlen(kBegin), end - begin - std::strlen(kBegin)) == table());
}

TEST_CASE("the table of accuracy is written", "[.write]") {
  std::string text = read_file(kDocument);
  const std::size_t begin = text.find(kBegin) + std::strlen(kBegin);
  write_file(kDocument, text.replace(begin, text.find(kEnd) - begin, table()));
}

#endif
