#pragma once

// A function of a module with its sizes known: how many numbers each parameter has and where they
// lie in flat arrays, and calls of it for ranges of samples.

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/aligned.hpp"
#include "runtime/module_v1.hpp"
#include "runtime/sample_set.hpp"

namespace gradsmith::runtime {

// A module that cannot be used as asked: no such function, a size that is not known, ...
class ModelError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A parameter or a result among its like: `count` numbers from `offset` on.
struct Block {
  std::string name;
  std::vector<std::size_t> extents;  // none: a number
  std::size_t offset = 0;
  std::size_t count = 1;
  bool in_float = false;                    // the function has it as float
  const gradsmith_type_v1* type = nullptr;  // of a parameter that is more than a plain array
  bool at_run_time = false;                 // its length is not a constant
};

// What a data parameter takes of each sample.
struct DataSlot {
  std::string name;
  bool is_int = false;
  bool is_number = true;   // the parameter is a number, not an array
  long long width = 1;     // -1: as many numbers as there are columns
  bool per_sample = true;  // else the same for all samples
  long long least = 0;     // of integers: what the function's type for them can hold
  long long greatest = 0;
  bool in_float = false;  // the function has it as float
};

// The function of that name, qualified or not. Throws ModelError, naming those that there are.
const gradsmith_function_v1& find_function(const gradsmith_module_v1& module,
                                           const std::string& name);

class Model {
 public:
  // `sizes` are the integers that lengths depend on, by name, without the number of samples, which
  // is the parameter `sample_count`. Throws ModelError for a size that is missing or unknown, and
  // where the machine's memory does not hold the parameters.
  Model(const gradsmith_function_v1& function, const std::map<std::string, long long>& sizes = {},
        const std::string& sample_count = "n");

  const gradsmith_function_v1& function() const { return *function_; }
  std::string name() const { return function_->name; }
  const std::vector<Block>& parameters() const { return parameters_; }  // as they lie
  std::size_t parameter_count() const { return parameter_count_; }
  std::string parameter_name(std::size_t number) const;  // of one of them: `b`, `W[2][0]`
  const std::vector<DataSlot>& data() const { return data_; }
  const std::vector<Block>& results() const { return results_; }  // of one sample
  std::size_t result_count() const { return result_count_; }

  // Whether a call can take several samples; if not, a function at once knows no number of them.
  bool takes_many() const { return !function_->at_once || count_slot_ >= 0; }
  bool at_once() const { return function_->at_once != 0; }
  // Whether parameters or results are float, so that values have no more than its digits.
  bool in_float() const;
  bool has_run_time_parameters() const;

  // What calls need: room that no two threads may share.
  struct Room {
    std::vector<const void*> data;
    std::vector<long long> strides;
    std::vector<long long> sizes;
    AlignedNumbers work;
    AlignedNumbers gradient;  // for sums over calls
    // A row that is the same for all samples as often as a call that reads it for each needs it; by
    // data parameter, empty where that is none.
    std::vector<Feature> repeated;
  };
  // For calls with at most so many samples. Throws ModelError where the integer that counts them
  // does not hold so many, or the machine's memory does not hold what calls need.
  Room room(const SampleSet& samples, std::size_t most) const;

  // The function's results for samples first, ..., first + count - 1, as the module gives them.
  void value(std::span<const double> parameters, const SampleSet& samples, std::size_t first,
             std::size_t count, std::span<double> results, Room& room) const;

  // The sum over the samples; overwrites `gradient`.
  double gradient(std::span<const double> parameters, const SampleSet& samples, std::size_t first,
                  std::size_t count, std::span<double> gradient, Room& room) const;

  // The integer that a parameter of sizes is for so many samples; nothing where there is none of
  // that name.
  std::optional<long long> size(const std::string& name, std::size_t samples) const;

  // Of samples for another function those features that this one takes, as its data parameters
  // come; fewer than those where some are not among them.
  SampleSet own(const SampleSet& samples) const;

  // Throws ModelError where a set of samples is not what the function takes.
  void require(const SampleSet& samples) const;

  // Whether a call for several samples reads a row of this data parameter for each, and the feature
  // has one row for all.
  bool repeats(std::size_t slot, const Feature& feature) const;

 private:
  std::vector<long long> sizes_for(std::size_t samples) const;
  std::size_t length(int parameter, std::size_t samples) const;
  // Throws ModelError where a parameter's length is more than that many times that of one sample.
  void require_rows(const SampleSet& samples, std::size_t most) const;
  gradsmith_arguments_v1 arguments(std::span<const double> parameters, const SampleSet& samples,
                                   std::size_t first, std::size_t count, Room& room) const;

  const gradsmith_function_v1* function_;
  std::vector<long long> sizes_;
  int count_slot_ = -1;  // among the sizes
  long long most_samples_ = 0;
  std::vector<Block> parameters_;
  std::size_t parameter_count_ = 0;
  std::vector<DataSlot> data_;
  std::vector<Block> results_;
  std::size_t result_count_ = 0;
  bool results_per_sample_ = true;
};

}  // namespace gradsmith::runtime
