#include "runtime/gzip.hpp"

#include "runtime/table.hpp"

#if GRADSMITH_HAS_ZLIB
#include <zlib.h>

#include <array>
#endif

namespace gradsmith::runtime {

#if GRADSMITH_HAS_ZLIB
namespace {

std::string inflated(const std::string& bytes, const std::string& name) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  if (inflateInit2(&stream, kGzip) != Z_OK) throw DataError(name + ": zlib cannot be used");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string result;
  std::array<char, 65536> buffer{};
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    status = inflate(&stream, Z_NO_FLUSH);
    result.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) throw DataError(name + ": the gzipped file is broken or cut off");
  return result;
}

}  // namespace
#endif

std::string unzipped(std::string bytes, const std::string& name) {
  if (bytes.rfind("\x1f\x8b", 0) != 0) return bytes;
#if GRADSMITH_HAS_ZLIB
  return inflated(bytes, name);
#else
  throw DataError(name + ": it is gzipped, and this build has no zlib; unpack it with gunzip");
#endif
}

}  // namespace gradsmith::runtime
