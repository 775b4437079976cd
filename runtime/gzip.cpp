#include "runtime/gzip.hpp"

#include "runtime/data_error.hpp"

#ifndef GRADSMITH_HAS_ZLIB
#define GRADSMITH_HAS_ZLIB 0
#endif
#if GRADSMITH_HAS_ZLIB
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#endif

namespace gradsmith::runtime {

#if GRADSMITH_HAS_ZLIB
namespace {

std::string inflated(const std::string& bytes, const std::string& name) {
  std::string result;
  std::array<char, 65536> buffer{};
  // A file may be several gzipped ones, one behind the other, and larger than zlib's integers.
  for (std::size_t at = 0; at < bytes.size();) {
    z_stream stream{};
    constexpr int kGzip = 15 + 16;
    if (inflateInit2(&stream, kGzip) != Z_OK) throw DataError(name + ": zlib cannot be used");
    int status = Z_OK;
    while (status == Z_OK && (at < bytes.size() || stream.avail_out == 0)) {
      const std::size_t most = std::numeric_limits<uInt>::max();
      const auto some = static_cast<uInt>(std::min(bytes.size() - at, most));
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + at));
      stream.avail_in = some;
      stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream.avail_out = static_cast<uInt>(buffer.size());
      status = inflate(&stream, Z_NO_FLUSH);
      at += some - stream.avail_in;
      result.append(buffer.data(), buffer.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    if (status != Z_STREAM_END) throw DataError(name + ": the gzipped file is broken or cut off");
  }
  return result;
}

}  // namespace
#endif

bool has_zlib() { return GRADSMITH_HAS_ZLIB != 0; }

std::string unzipped(std::string bytes, const std::string& name) {
  if (bytes.rfind("\x1f\x8b", 0) != 0) return bytes;
#if GRADSMITH_HAS_ZLIB
  return inflated(bytes, name);
#else
  throw DataError(name + ": it is gzipped, and this build has no zlib; unpack it with gunzip");
#endif
}

}  // namespace gradsmith::runtime
