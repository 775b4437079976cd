#include "emit/name_pool.hpp"

#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "ir/ops.hpp"

namespace gradsmith {
namespace {

constexpr std::string_view kKeywords[] = {"alignas",       "alignof",     "and",
                                          "and_eq",        "asm",         "auto",
                                          "bitand",        "bitor",       "bool",
                                          "break",         "case",        "catch",
                                          "char",          "char16_t",    "char32_t",
                                          "char8_t",       "class",       "co_await",
                                          "co_return",     "co_yield",    "compl",
                                          "concept",       "const",       "const_cast",
                                          "consteval",     "constexpr",   "constinit",
                                          "continue",      "decltype",    "default",
                                          "delete",        "do",          "double",
                                          "dynamic_cast",  "else",        "enum",
                                          "explicit",      "export",      "extern",
                                          "false",         "float",       "for",
                                          "friend",        "goto",        "if",
                                          "inline",        "int",         "long",
                                          "mutable",       "namespace",   "new",
                                          "noexcept",      "not",         "not_eq",
                                          "nullptr",       "operator",    "or",
                                          "or_eq",         "private",     "protected",
                                          "public",        "register",    "reinterpret_cast",
                                          "requires",      "return",      "short",
                                          "signed",        "sizeof",      "static",
                                          "static_assert", "static_cast", "struct",
                                          "switch",        "template",    "this",
                                          "thread_local",  "throw",       "true",
                                          "try",           "typedef",     "typeid",
                                          "typename",      "union",       "unsigned",
                                          "using",         "virtual",     "void",
                                          "volatile",      "wchar_t",     "while",
                                          "xor",           "xor_eq"};

// Functions, variables and macros of <math.h> beyond ops.def, macros that common compilers and
// headers define in lower case, and namespaces that emitted code names.
constexpr std::string_view kLibrary[] = {
    "abs",    "assert",         "div",       "errno",       "fdim",      "fpclassify",  "frexp",
    "gamma",  "gradsmith_math", "i386",      "ilogb",       "isfinite",  "isgreater",   "isinf",
    "isless", "isnan",          "isnormal",  "isunordered", "j0",        "j1",          "jn",
    "ldexp",  "linux",          "llrint",    "llround",     "logb",      "lrint",       "lround",
    "main",   "major",          "makedev",   "minor",       "modf",      "nan",         "near",
    "far",    "nearbyint",      "nextafter", "nexttoward",  "remainder", "remquo",      "rint",
    "scalb",  "scalbln",        "scalbn",    "signbit",     "signgam",   "significand", "small",
    "stderr", "stdin",          "stdout",    "std",         "unix",      "y0",          "y1",
    "yn"};

// How macros of <math.h>, <float.h> and <limits.h> begin.
constexpr std::string_view kMacroPrefixes[] = {
    "BUFSIZ", "CHAR_", "DBL_",  "DECIMAL_DIG", "DOMAIN",   "EOF",      "ERANGE",
    "EDOM",   "FLT_",  "FP_",   "HUGE",        "INFINITY", "INT_",     "LDBL_",
    "LONG_",  "MATH_", "M_",    "NAN",         "NULL",     "OVERFLOW", "PLOSS",
    "SING",   "SNAN",  "TLOSS", "UNDERFLOW",   "X_TLOSS"};

}  // namespace

bool is_reserved_word(std::string_view name) {
  static const std::unordered_set<std::string_view> words = [] {
    std::unordered_set<std::string_view> all(std::begin(kKeywords), std::end(kKeywords));
    all.insert(std::begin(kLibrary), std::end(kLibrary));
    for (const OpRow& row : op_rows()) all.insert(row.spelling);
    return all;
  }();
  if (words.contains(name)) return true;
  const bool capitals = std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
  return capitals && std::ranges::any_of(kMacroPrefixes, [&](std::string_view prefix) {
           return name.starts_with(prefix);
         });
}

std::string to_identifier(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) || c == '_';
    if (plain) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  while (name.size() > 1 && name.back() == '_' && text.back() != '_') name.pop_back();
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0]))) name.insert(0, "v");
  return name;
}

std::string joined(std::string_view a, std::string_view b) {
  std::string name(a);
  if (!name.ends_with('_')) name += '_';
  return name.append(b);
}

std::string NamePool::next_free(const std::string& base, int first) {
  Entry& of_base = names_[base];  // references outlive rehashing
  if (of_base.next_number == 0) of_base.next_number = first;
  for (;;) {
    std::string name = joined(base, std::to_string(of_base.next_number++));
    Entry& entry = names_[name];
    if (!entry.is_free() || entry.authors) continue;
    entry.taken = true;
    return name;
  }
}

std::string NamePool::author(const std::string& base) {
  Entry& entry = names_[base];
  if (entry.foreign) return ours(base);
  if (entry.taken) return next_free(base, 2);
  entry.taken = true;
  return base;
}

std::string NamePool::ours(const std::string& base) {
  std::string name = base;
  Entry* entry = &names_[base];
  if (entry->authors || entry->foreign || is_reserved_word(name)) {
    name = joined(name, "");
    entry = &names_[name];
  }
  if (!entry->is_free() || entry->authors) return next_free(name, 2);
  entry->taken = true;
  return name;
}

std::string NamePool::numbered(const std::string& base) { return next_free(base, 1); }

}  // namespace gradsmith
