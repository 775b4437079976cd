// A number that is the same for all samples, where a call reads one for each.

#include <catch2/catch.hpp>

#include "unit/runtime/samples_module.hpp"

using namespace at_once;

TEST_CASE("a constant for an array over the samples is that array's every element") {
  const gradsmith_function_v1 f = function(sum);
  for (const std::size_t threads : {1, 3}) {
    for (const std::size_t batch : {0, 7, 64}) {
      Plan given = starting_at(0.5, 0);
      given.threads = threads;
      given.fit.batch = batch;
      given.fit.epochs = 3;
      given.fit.shuffle = true;
      given.validation = parse_share("every:5");
      Plan constant = given;
      constant.binding.numbers["y"] = {2.5};
      std::string xs = "x\n", both = "x,y\n";
      for (int k = 0; k < 300; ++k) {
        const std::string x = std::to_string(0.01 * ((k * 37) % 101));
        xs += x + "\n";
        both += x + ",2.5\n";
      }
      Session a = session(f, parse_dataset(xs, "x.csv"), constant);
      Session b = session(f, parse_dataset(both, "xy.csv"), given);
      CHECK(a.over() == OverSamples::Sum);
      const Fitted fitted = a.run().fitted;
      CHECK(fitted.parameters == b.run().fitted.parameters);
      CHECK(a.mean_loss(fitted.parameters, a.validation()->samples) ==
            b.mean_loss(fitted.parameters, b.validation()->samples));
    }
  }
}

TEST_CASE("an array that grows faster than the samples is refused, not read beyond its rows") {
  gradsmith_function_v1 f = function(sum);
  f.length = [](int parameter, const long long* sizes) {
    return parameter == 0 ? 2 : parameter == 1 ? sizes[0] * sizes[0] : sizes[0];
  };
  CHECK_THROWS_WITH(session(f, parse_dataset("x,y\n1,2\n2,3\n3,4\n", "d.csv"), starting_at(0, 0)),
                    Catch::Contains("'x' of at_once::loss has 9 numbers for 3 samples"));
}
