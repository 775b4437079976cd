#include "runtime/model.hpp"

#include <unistd.h>

#include <algorithm>
#include <limits>

namespace gradsmith::runtime {

namespace {

constexpr int kParam = 0;
constexpr int kData = 1;
constexpr int kSize = 2;
constexpr int kResult = 4;

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// The system would end the program without a word once it touches them.
void require_memory(const std::string& whose, unsigned long long numbers) {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page = sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page <= 0) return;
  const unsigned long long most = static_cast<unsigned long long>(pages) *
                                  (static_cast<unsigned long long>(page) / sizeof(double));
  if (numbers <= most) return;
  throw ModelError(whose + ", and the memory of this machine holds " + std::to_string(most) +
                   " numbers");
}

bool at_run_time(const gradsmith_parameter_v1& p) {
  return std::find(p.extents, p.extents + p.rank, -1) != p.extents + p.rank;
}

std::vector<std::size_t> extents_of(const gradsmith_parameter_v1& p, std::size_t count) {
  std::size_t known = 1;
  for (int k = 0; k < p.rank; ++k) {
    if (p.extents[k] > 0) known *= static_cast<std::size_t>(p.extents[k]);
  }
  std::vector<std::size_t> extents;
  for (int k = 0; k < p.rank; ++k) {
    extents.push_back(p.extents[k] >= 0 ? static_cast<std::size_t>(p.extents[k])
                                        : count / std::max<std::size_t>(known, 1));
  }
  return extents;
}

Feature repeated(const Feature& row, std::size_t times) {
  Feature all = row;
  all.constant = false;
  for (std::size_t k = 1; k < times; ++k) {
    all.numbers.insert(all.numbers.end(), row.numbers.begin(), row.numbers.end());
    all.integers.insert(all.integers.end(), row.integers.begin(), row.integers.end());
  }
  return all;
}

}  // namespace

const gradsmith_function_v1& find_function(const gradsmith_module_v1& module,
                                           const std::string& name) {
  std::vector<std::string> names;
  for (int k = 0; k < module.function_count; ++k) {
    const std::string qualified = module.functions[k].name;
    const std::size_t colon = qualified.rfind(':');
    const std::string plain = qualified.substr(colon == std::string::npos ? 0 : colon + 1);
    if (name == qualified || name == plain) return module.functions[k];
    names.push_back(plain);
  }
  throw ModelError("there is no function '" + name + "' in " + module.spec +
                   (names.empty() ? "" : "; there are: " + joined(names)));
}

Model::Model(const gradsmith_function_v1& function, const std::map<std::string, long long>& sizes,
             const std::string& sample_count)
    : function_(&function) {
  std::vector<std::string> missing;
  for (int k = 0; k < function.parameter_count; ++k) {
    const gradsmith_parameter_v1& p = function.parameters[k];
    if (p.role != kSize) continue;
    const auto given = sizes.find(p.name);
    if (p.name == sample_count) {
      count_slot_ = static_cast<int>(sizes_.size());
      most_samples_ = p.greatest;
    } else if (given == sizes.end()) {
      missing.emplace_back(p.name);
    }
    constexpr long long kMost = std::numeric_limits<int>::max();
    if (given != sizes.end() && (given->second > kMost || given->second < -kMost)) {
      throw ModelError("the size '" + given->first + "' of " + name() + " is " +
                       std::to_string(given->second) + ", which is no int");
    }
    if (given != sizes.end() && (given->second > p.greatest || given->second < p.least)) {
      throw ModelError("the size '" + given->first + "' of " + name() + " is " +
                       std::to_string(given->second) + ", and its type holds " +
                       std::to_string(p.least) + " to " + std::to_string(p.greatest));
    }
    sizes_.push_back(given == sizes.end() ? 0 : given->second);
  }
  if (!missing.empty()) {
    throw ModelError("the size '" + joined(missing) + "' of " + name() +
                     " is not known; --set=" + missing.front() + "=<whole number> gives it" +
                     (count_slot_ < 0 ? "; '" + sample_count +
                                            "', which is to count the samples, is no size of it"
                                      : ""));
  }
  for (const bool run_time : {false, true}) {
    for (int k = 0; k < function.parameter_count; ++k) {
      const gradsmith_parameter_v1& p = function.parameters[k];
      if (p.role != kParam || at_run_time(p) != run_time) continue;
      const std::size_t count = length(k, 1);
      // With a gradient for them.
      require_memory("the parameters of " + name() + " are " +
                         std::to_string(parameter_count_ + count) + " numbers and as many partials",
                     2 * (parameter_count_ + count));
      if (run_time && length(k, 2) != count) {
        throw ModelError("the parameter '" + std::string(p.name) + "' of " + name() +
                         " has a length that depends on the number of samples; mark it as data, or "
                         "say which size counts the samples");
      }
      parameters_.push_back({p.name, extents_of(p, count), parameter_count_, count, p.element == 2,
                             p.type, run_time});
      parameter_count_ += count;
    }
  }
  for (int k = 0; k < function.parameter_count; ++k) {
    const gradsmith_parameter_v1& p = function.parameters[k];
    if (p.role == kResult) {
      const std::size_t count = length(k, 1);
      results_.push_back({p.name, extents_of(p, count), result_count_, count, p.element == 2});
      result_count_ += count;
      if (function.at_once && length(k, 2) == count) results_per_sample_ = false;
    }
    if (p.role != kData) continue;
    DataSlot slot{p.name, p.element == 1, p.rank == 0, 1,
                  true,   p.least,        p.greatest,  p.element == 2};
    if (function.at_once) {
      const std::vector<long long> one = sizes_for(1);
      const std::vector<long long> two = sizes_for(2);
      slot.width = function.length(k, one.data());
      // One that knows no number of samples is called for each on its own.
      slot.per_sample =
          count_slot_ < 0 || slot.width < 0 || function.length(k, two.data()) != slot.width;
    } else {
      slot.width = function.length(k, sizes_.data());
    }
    data_.push_back(slot);
  }
}

bool Model::in_float() const {
  const auto is_float = [](const Block& b) { return b.in_float; };
  return std::any_of(parameters_.begin(), parameters_.end(), is_float) ||
         std::any_of(results_.begin(), results_.end(), is_float);
}

bool Model::has_run_time_parameters() const {
  return std::any_of(parameters_.begin(), parameters_.end(),
                     [](const Block& b) { return b.at_run_time; });
}

std::string Model::parameter_name(std::size_t number) const {
  for (const Block& block : parameters_) {
    if (number < block.offset || number >= block.offset + block.count) continue;
    std::size_t rest = number - block.offset;
    std::string subscripts;
    for (std::size_t k = block.extents.size(); k-- > 0;) {
      subscripts = "[" + std::to_string(rest % block.extents[k]) + "]" + subscripts;
      rest /= block.extents[k];
    }
    return block.name + subscripts;
  }
  return "";
}

std::vector<long long> Model::sizes_for(std::size_t samples) const {
  std::vector<long long> sizes = sizes_;
  if (count_slot_ >= 0)
    sizes[static_cast<std::size_t>(count_slot_)] = static_cast<long long>(samples);
  return sizes;
}

std::optional<long long> Model::size(const std::string& name, std::size_t samples) const {
  std::size_t slot = 0;
  for (int k = 0; k < function_->parameter_count; ++k) {
    const gradsmith_parameter_v1& p = function_->parameters[k];
    if (p.role != kSize) continue;
    if (p.name == name) return sizes_for(samples)[slot];
    ++slot;
  }
  return {};
}

bool Model::repeats(std::size_t slot, const Feature& feature) const {
  return at_once() && count_slot_ >= 0 && feature.constant && data_[slot].per_sample;
}

SampleSet Model::own(const SampleSet& samples) const {
  SampleSet taken;
  taken.count = samples.count;
  for (const DataSlot& slot : data_) {
    const auto found = std::find_if(samples.features.begin(), samples.features.end(),
                                    [&](const Feature& f) { return f.name == slot.name; });
    if (found != samples.features.end()) taken.features.push_back(*found);
  }
  return taken;
}

std::size_t Model::length(int parameter, std::size_t samples) const {
  const std::vector<long long> sizes = sizes_for(samples);
  const long long n = function_->length(parameter, sizes.data());
  if (n >= 0) return static_cast<std::size_t>(n);
  throw ModelError("the length of '" + std::string(function_->parameters[parameter].name) +
                   "' of " + name() + " is not known, or negative");
}

void Model::require_rows(const SampleSet& samples, std::size_t most) const {
  if (!at_once() || count_slot_ < 0) return;
  const std::vector<long long> sizes = sizes_for(most);
  int slot = 0;
  for (int k = 0; k < function_->parameter_count; ++k) {
    if (function_->parameters[k].role != kData) continue;
    const Feature& f = samples.features[static_cast<std::size_t>(slot++)];
    const long long wanted = function_->length(k, sizes.data());
    const std::size_t have =
        f.width * (data_[static_cast<std::size_t>(slot - 1)].per_sample ? most : 1);
    if (wanted <= static_cast<long long>(have)) continue;
    throw ModelError("'" + f.name + "' of " + name() + " has " + std::to_string(wanted) +
                     " numbers for " + std::to_string(most) + " samples, and " +
                     std::to_string(f.width) + " for one");
  }
}

Model::Room Model::room(const SampleSet& samples, std::size_t most) const {
  if (count_slot_ >= 0 && most > static_cast<std::size_t>(std::max(most_samples_, 0LL))) {
    throw ModelError("the integer that counts the samples of " + name() + " holds up to " +
                     std::to_string(most_samples_) + ", and there are " + std::to_string(most));
  }
  require_rows(samples, most);
  Room room;
  room.data.resize(std::max<std::size_t>(data_.size(), 1));
  for (const Feature& f : samples.features) {
    const std::size_t slot = room.strides.size();
    room.strides.push_back(f.constant ? 0 : static_cast<long long>(f.width));
    room.repeated.push_back(repeats(slot, f) ? repeated(f, most) : Feature());
  }
  room.sizes = sizes_for(most);
  const long long work = std::max(0LL, function_->work(room.sizes.data()));
  require_memory(name() + " needs room for " + std::to_string(work) + " numbers to work in",
                 static_cast<unsigned long long>(work));
  room.work.resize(static_cast<std::size_t>(work));
  room.gradient.resize(parameter_count_);
  return room;
}

gradsmith_arguments_v1 Model::arguments(std::span<const double> parameters,
                                        const SampleSet& samples, std::size_t first,
                                        std::size_t count, Room& room) const {
  for (std::size_t k = 0; k < samples.features.size(); ++k) {
    const Feature& f = samples.features[k];
    room.data[k] = repeats(k, f) ? room.repeated[k].row(0) : f.row(first);
  }
  if (count_slot_ >= 0) {
    room.sizes[static_cast<std::size_t>(count_slot_)] = static_cast<long long>(count);
  }
  return {parameters.data(),
          room.data.data(),
          room.strides.data(),
          room.sizes.data(),
          static_cast<long long>(count),
          room.work.data()};
}

void Model::value(std::span<const double> parameters, const SampleSet& samples, std::size_t first,
                  std::size_t count, std::span<double> results, Room& room) const {
  const gradsmith_arguments_v1 a = arguments(parameters, samples, first, count, room);
  function_->value(&a, results.data());
}

double Model::gradient(std::span<const double> parameters, const SampleSet& samples,
                       std::size_t first, std::size_t count, std::span<double> gradient,
                       Room& room) const {
  if (count == 1 || takes_many()) {
    const gradsmith_arguments_v1 a = arguments(parameters, samples, first, count, room);
    return function_->gradient(&a, gradient.data());
  }
  double sum = 0;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (std::size_t i = 0; i < count; ++i) {
    const gradsmith_arguments_v1 a = arguments(parameters, samples, first + i, 1, room);
    sum += function_->gradient(&a, room.gradient.data());
    for (std::size_t k = 0; k < gradient.size(); ++k) gradient[k] += room.gradient[k];
  }
  return sum;
}

void Model::require(const SampleSet& samples) const {
  if (samples.features.size() != data_.size()) {
    throw ModelError(name() + " takes " + std::to_string(data_.size()) + " data parameters, not " +
                     std::to_string(samples.features.size()));
  }
  for (std::size_t k = 0; k < data_.size(); ++k) {
    const DataSlot& slot = data_[k];
    const Feature& f = samples.features[k];
    if (f.is_int != slot.is_int) {
      throw ModelError("'" + slot.name + "' of " + name() + " has another type than its data");
    }
    if (slot.width >= 0 && static_cast<long long>(f.width) != slot.width) {
      throw ModelError("'" + slot.name + "' of " + name() + " takes " + std::to_string(slot.width) +
                       " numbers, and there are " + std::to_string(f.width));
    }
    if (at_once() && !slot.per_sample && !f.constant) {
      throw ModelError("'" + slot.name + "' of " + name() +
                       " is the same for all samples of a call, so it takes no column; give it a "
                       "number");
    }
    const std::size_t have = f.is_int ? f.integers.size() : f.numbers.size();
    if (have < f.width * (f.constant ? 1 : samples.count)) {
      throw ModelError("'" + slot.name + "' has too few numbers for its samples");
    }
  }
}

}  // namespace gradsmith::runtime
