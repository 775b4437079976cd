// Trains the 2-2-1 network on five points with the emitted gradient, as the course's fifth lab
// says.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "runtime/data_error.hpp"
#include "runtime/five_points.hpp"
#include "runtime/plot.hpp"
#include "runtime/survey.hpp"

namespace {

using namespace gradsmith::runtime;

struct Options {
  std::string data = GRADSMITH_FIVE_POINTS_CSV;
  std::uint64_t seed = 1;
  std::string seeds;
  int restarts = 0;
  double at_least = 0;
  std::string plot;
  TrainingOptions training;
};

std::string sample_name(const std::vector<double>& s) {
  char text[64];
  std::snprintf(text, sizeof text, "(%g,%g) -> %g", s[0], s[1], s[2]);
  return text;
}

void print_progress(const Training& training, const Samples& points) {
  std::printf("epoch   mean loss");
  for (const std::vector<double>& point : points) std::printf("  %12s", sample_name(point).c_str());
  std::printf("\n");
  const std::size_t epochs = training.losses.size();
  for (std::size_t epoch = 1; epoch <= epochs; ++epoch) {
    if (epoch != 1 && epoch % 25 != 0 && epoch != epochs) continue;
    const std::vector<double>& losses = training.losses[epoch - 1];
    double sum = 0;
    for (const double loss : losses) sum += loss;
    std::printf("%5zu  %10.6f", epoch, sum / static_cast<double>(losses.size()));
    for (const double loss : losses) std::printf("  %12.6f", loss);
    std::printf("\n");
  }
}

void print_predictions(const Training& training, const Samples& points) {
  std::printf("\n   x1    x2   y   prediction\n");
  for (const std::vector<double>& point : points) {
    const double p = five_points::prediction(training.weights, point[0], point[1]);
    std::printf("%5g %5g %3g   %.6f\n", point[0], point[1], point[2], p);
  }
}

int run_survey(const Options& options, const SeedRange& seeds, const TrainFrom& train_from) {
  const Survey survey = survey_seeds(seeds, train_from);
  std::printf("%d of %d runs converged: %.1f %%\n", survey.converged, survey.runs,
              100 * survey.fraction());
  return survey.fraction() >= options.at_least ? 0 : 1;
}

int run_training(const Options& options, const Samples& points, const TrainFrom& train_from) {
  Random random(options.seed);
  const Restarted result = train_with_restarts(random, options.restarts, train_from);
  print_progress(result.training, points);
  print_predictions(result.training, points);
  const bool converged = result.training.converged();
  std::printf("\n%s after %d epochs: mean loss of the last epoch %.6f (below 0.05 counts)%s\n",
              converged ? "converged" : "did not converge", options.training.epochs,
              result.training.last_mean(),
              result.attempts > 1 ? (", run " + std::to_string(result.attempts)).c_str() : "");
  if (!options.plot.empty()) {
    std::vector<std::string> names;
    for (const std::vector<double>& point : points) names.push_back(sample_name(point));
    if (!plot_losses(options.plot, result.training, names)) {
      std::cerr << "gnuplot drew nothing; the data and the script are in " << options.plot << "\n";
    } else {
      std::printf("the picture: %s/losses.svg\n", options.plot.c_str());
    }
  }
  return converged ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Trains a 2-2-1 network on five points. Exit status 0: it converged, 1: it did not.");
  app.add_option("--data", options.data, "CSV file with the columns x1, x2, y")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the starting weights")->capture_default_str();
  app.add_option("--epochs", options.training.epochs)
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--rate", options.training.rate, "at first; halved every 100 epochs")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--restarts", options.restarts, "further runs until one converges")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--plot", options.plot, "folder for a picture of the losses");
  app.add_option("--seeds", options.seeds, "first:last; train from each, print how many converge");
  app.add_option("--at-least", options.at_least, "with --seeds: the fraction that must converge");
  CLI11_PARSE(app, argc, argv);

  const std::optional<SeedRange> seeds = parse_seed_range(options.seeds);
  if (!options.seeds.empty() && !seeds) {
    std::cerr << "--seeds: '" << options.seeds << "' is not of the form first:last\n";
    return 2;
  }
  try {
    const Samples points = five_points::read_points(options.data);
    const TrainFrom train_from = [&](Random& random) {
      return train(five_points::loss, points, five_points::draw_weights(random), options.training);
    };
    return seeds ? run_survey(options, *seeds, train_from)
                 : run_training(options, points, train_from);
  } catch (const DataError& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 2;
  }
}
