#include "runtime/idx.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

#include "runtime/data_error.hpp"

namespace gradsmith::runtime {

namespace {

std::uint64_t big_endian(const std::string& bytes, std::size_t at, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t k = 0; k < count; ++k) {
    number = number << 8U | static_cast<unsigned char>(bytes[at + k]);
  }
  return number;
}

std::size_t size_of(unsigned char kind) {
  switch (kind) {
    case 0x08:
    case 0x09:
      return 1;
    case 0x0B:
      return 2;
    case 0x0C:
    case 0x0D:
      return 4;
    case 0x0E:
      return 8;
    default:
      return 0;
  }
}

double number_of(unsigned char kind, std::uint64_t bits) {
  switch (kind) {
    case 0x08:
      return static_cast<double>(bits);
    case 0x09:
      return static_cast<std::int8_t>(bits);
    case 0x0B:
      return static_cast<std::int16_t>(bits);
    case 0x0C:
      return static_cast<std::int32_t>(bits);
    case 0x0D:
      return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    default:
      return std::bit_cast<double>(bits);
  }
}

// pixel_0_0, ... in the order of the numbers; `label` where a sample is one number.
std::vector<std::string> names_of(const std::vector<std::size_t>& extents) {
  std::vector<std::string> names = {extents.empty() ? "label" : "pixel"};
  for (const std::size_t extent : extents) {
    std::vector<std::string> longer;
    for (const std::string& name : names) {
      for (std::size_t k = 0; k < extent; ++k) longer.push_back(name + "_" + std::to_string(k));
    }
    names = std::move(longer);
  }
  return names;
}

}  // namespace

bool is_idx(const std::string& bytes) {
  return bytes.size() >= 4 && bytes[0] == 0 && bytes[1] == 0;
}

Dataset parse_idx(const std::string& bytes, const std::string& name) {
  const auto kind = static_cast<unsigned char>(bytes[2]);
  const auto rank = static_cast<unsigned char>(bytes[3]);
  const std::size_t size = size_of(kind);
  if (size == 0 || rank == 0) throw DataError(name + ": an IDX file of unknown kind");
  const std::size_t start = 4 + 4 * std::size_t{rank};
  if (bytes.size() < start) throw DataError(name + ": the file is cut off");
  Dataset result;
  result.files.emplace_back().name = name;
  result.rows = big_endian(bytes, 4, 4);
  std::vector<std::size_t> extents;
  std::size_t width = 1;
  constexpr std::size_t kWidest = 1U << 24U;
  for (std::size_t k = 1; k < rank; ++k) {
    extents.push_back(big_endian(bytes, 4 + 4 * k, 4));
    width *= extents.back();
    if (width == 0 || width > kWidest) throw DataError(name + ": a sample is empty or too large");
  }
  if (result.rows == 0) throw DataError(name + ": there are no samples");
  if ((bytes.size() - start) / size / width != result.rows ||
      bytes.size() != start + result.rows * width * size) {
    throw DataError(name + ": the header says " + std::to_string(result.rows) + " samples of " +
                    std::to_string(width) + " numbers, and the file has another length");
  }
  for (std::string& column : names_of(extents)) {
    Column& added = result.columns.emplace_back();
    added.name = std::move(column);
    added.numbers.resize(result.rows);
  }
  std::size_t at = start;
  for (std::size_t row = 0; row < result.rows; ++row) {
    for (Column& column : result.columns) {
      const double number = number_of(kind, big_endian(bytes, at, size));
      at += size;
      column.numbers[row] = number;
      if (std::isfinite(number) || !column.fault.empty()) continue;
      column.fault = name + ", sample " + std::to_string(row) + ": a number in '" + column.name +
                     "' is not finite";
      column.faulty_row = row;
    }
  }
  return result;
}

}  // namespace gradsmith::runtime
