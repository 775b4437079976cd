#include "emit/vector_math.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace gradsmith {
namespace {

// In libmvec from the beginning: glibc 2.22 on x86-64, 2.38 on AArch64.
constexpr std::array kEarly = {Op::Exp, Op::Log, Op::Sin, Op::Cos, Op::Pow};
// Since 2.35 on x86-64; all of them are there on AArch64 since 2.40, and so is pow.
constexpr std::array kLate = {Op::Exp2,  Op::Expm1, Op::Log2,  Op::Log10, Op::Log1p,
                              Op::Cbrt,  Op::Hypot, Op::Tan,   Op::Asin,  Op::Acos,
                              Op::Atan,  Op::Atan2, Op::Sinh,  Op::Cosh,  Op::Tanh,
                              Op::Asinh, Op::Acosh, Op::Atanh, Op::Erf,   Op::Erfc};

constexpr std::string_view kLanes = R"source(#ifndef GRADSMITH_LANES
#define GRADSMITH_LANES
// Eight numbers at once. With glibc on x86-64 and AArch64 they lie in vector registers, and their
// functions are those of glibc's libmvec, which -lm links; elsewhere functions are called one by
// one.
#if defined(__GNUC__)
#define GRADSMITH_INLINE inline __attribute__((always_inline))
#else
#define GRADSMITH_INLINE inline
#endif
namespace gradsmith_math {
#if defined(__GNUC__) && defined(__GLIBC__) && defined(__x86_64__) && defined(__LP64__)
#define GRADSMITH_GLIBC(x86_64, aarch64) __GLIBC_PREREQ(2, x86_64)
#if defined(__AVX512F__)
typedef double pack __attribute__((vector_size(64)));
#define GRADSMITH_VECTOR(name) __asm__("_ZGVeN8" name)
#elif defined(__AVX2__)
typedef double pack __attribute__((vector_size(32)));
#define GRADSMITH_VECTOR(name) __asm__("_ZGVdN4" name)
#else
typedef double pack __attribute__((vector_size(16)));
#define GRADSMITH_VECTOR(name) __asm__("_ZGVbN2" name)
#endif
#elif defined(__GNUC__) && defined(__GLIBC__) && defined(__aarch64__) && defined(__LP64__)
#define GRADSMITH_GLIBC(x86_64, aarch64) __GLIBC_PREREQ(2, aarch64)
typedef double pack __attribute__((vector_size(16)));
#define GRADSMITH_VECTOR(name) __asm__("_ZGVnN2" name)
#else
#define GRADSMITH_GLIBC(x86_64, aarch64) 0
typedef double pack;
#endif
struct mask;
struct lanes {
  static constexpr int width = sizeof(pack) / sizeof(double);
  pack of[8 / width];
  lanes() = default;
  GRADSMITH_INLINE lanes(double x) {
    for (pack& p : of) p = x - pack();
  }
};
struct mask {
  decltype(pack() < pack()) of[8 / lanes::width];
  mask() = default;
  GRADSMITH_INLINE mask(bool x) {
    for (auto& m : of) m = pack() < pack() + (x ? 1.0 : 0.0);
  }
};
#define GRADSMITH_LANES_BY(type, head, value)                    \
  GRADSMITH_INLINE type head {                                   \
    type r;                                                      \
    for (int k = 0; k < 8 / lanes::width; ++k) r.of[k] = value;  \
    return r;                                                    \
  }
#define GRADSMITH_LANES_OPERATOR(type, operands, op) \
  GRADSMITH_LANES_BY(type, operator op(const operands& x, const operands& y), x.of[k] op y.of[k])
GRADSMITH_LANES_OPERATOR(lanes, lanes, +)
GRADSMITH_LANES_OPERATOR(lanes, lanes, -)
GRADSMITH_LANES_OPERATOR(lanes, lanes, *)
GRADSMITH_LANES_OPERATOR(lanes, lanes, /)
GRADSMITH_LANES_OPERATOR(mask, lanes, <)
GRADSMITH_LANES_OPERATOR(mask, lanes, <=)
GRADSMITH_LANES_OPERATOR(mask, lanes, >)
GRADSMITH_LANES_OPERATOR(mask, lanes, >=)
GRADSMITH_LANES_OPERATOR(mask, lanes, ==)
GRADSMITH_LANES_OPERATOR(mask, lanes, !=)
GRADSMITH_LANES_BY(lanes, operator-(const lanes& x), -x.of[k])
GRADSMITH_LANES_BY(lanes, choose(const mask& m, const lanes& x, const lanes& y),
                   m.of[k] ? x.of[k] : y.of[k])
GRADSMITH_LANES_BY(mask, choose_mask(const mask& m, const mask& x, const mask& y),
                   m.of[k] ? x.of[k] : y.of[k])
GRADSMITH_INLINE mask operator&&(const mask& x, const mask& y) { return choose_mask(x, y, false); }
GRADSMITH_INLINE mask operator||(const mask& x, const mask& y) { return choose_mask(x, true, y); }
GRADSMITH_INLINE mask operator!(const mask& x) { return choose_mask(x, false, true); }
GRADSMITH_INLINE lanes& operator+=(lanes& x, const lanes& y) { return x = x + y; }
GRADSMITH_INLINE lanes& operator-=(lanes& x, const lanes& y) { return x = x - y; }
GRADSMITH_INLINE lanes& operator*=(lanes& x, const lanes& y) { return x = x * y; }
GRADSMITH_INLINE lanes load(const double* x) {
  lanes r;
  for (pack& p : r.of) std::memcpy(&p, x + (&p - r.of) * lanes::width, sizeof p);
  return r;
}
GRADSMITH_INLINE void store(double* x, const lanes& y) {
  for (const pack& p : y.of) std::memcpy(x + (&p - y.of) * lanes::width, &p, sizeof p);
}
// Elements that are `stride` apart.
GRADSMITH_INLINE lanes gather(const double* x, long long stride) {
  double y[8];
  for (int k = 0; k < 8; ++k) y[k] = x[k * stride];
  return load(y);
}
GRADSMITH_INLINE void add(double* x, const lanes& y) { store(x, load(x) + y); }
GRADSMITH_INLINE void add(double* x, long long stride, const lanes& y) {
  double z[8];
  store(z, y);
  for (int k = 0; k < 8; ++k) x[k * stride] += z[k];
}
GRADSMITH_INLINE double sum(const lanes& x) {
  double y[8];
  store(y, x);
  return ((y[0] + y[4]) + (y[2] + y[6])) + ((y[1] + y[5]) + (y[3] + y[7]));
}
#define GRADSMITH_VECTOR_1(name)                       \
  pack name(pack) noexcept GRADSMITH_VECTOR("v_" #name); \
  GRADSMITH_LANES_BY(lanes, name(const lanes& x), name(x.of[k]))
#define GRADSMITH_VECTOR_2(name)                              \
  pack name(pack, pack) noexcept GRADSMITH_VECTOR("vv_" #name); \
  GRADSMITH_LANES_BY(lanes, name(const lanes& x, const lanes& y), name(x.of[k], y.of[k]))
#define GRADSMITH_PLAIN_1(name)                   \
  GRADSMITH_INLINE lanes name(const lanes& x) {   \
    double u[8];                                  \
    store(u, x);                                  \
    for (double& e : u) e = std::name(e);         \
    return load(u);                               \
  }
#define GRADSMITH_PLAIN_2(name)                                   \
  GRADSMITH_INLINE lanes name(const lanes& x, const lanes& y) {   \
    double u[8], v[8];                                            \
    store(u, x);                                                  \
    store(v, y);                                                  \
    for (int k = 0; k < 8; ++k) u[k] = std::name(u[k], v[k]);     \
    return load(u);                                               \
  }
}  // namespace gradsmith_math
#endif
)source";

struct Versions {
  int x86_64;
  int aarch64;
};

Versions since(Op op) {
  if (std::ranges::find(kLate, op) != kLate.end()) return {35, 40};
  return {22, op == Op::Pow ? 40 : 38};
}

std::string function_source(Op op) {
  const OpRow& row = op_row(op);
  const std::string macro = fmt::format("{}({})", row.operands, row.spelling);
  if (!has_vector_version(op)) return fmt::format("GRADSMITH_PLAIN_{}\n", macro);
  const Versions v = since(op);
  return fmt::format(
      "#if GRADSMITH_GLIBC({}, {})\nGRADSMITH_VECTOR_{}\n#else\nGRADSMITH_PLAIN_{}\n#endif\n",
      v.x86_64, v.aarch64, macro, macro);
}

}  // namespace

bool has_vector_version(Op op) {
  return std::ranges::find(kEarly, op) != kEarly.end() ||
         std::ranges::find(kLate, op) != kLate.end();
}

bool is_lanes_function(Op op) {
  const OpRow& row = op_row(op);
  return is_call(op) && row.signature == Signature::Real && row.operands <= 2;
}

std::string vector_math_source(const std::set<Op>& functions) {
  std::string text(kLanes);
  for (Op op : functions) {
    std::string guard = "GRADSMITH_LANES_";
    for (const char c : op_row(op).spelling) guard += static_cast<char>(std::toupper(c));
    text += fmt::format("#ifndef {0}\n#define {0}\nnamespace gradsmith_math {{\n{1}}}\n#endif\n",
                        guard, function_source(op));
  }
  return text;
}

}  // namespace gradsmith
