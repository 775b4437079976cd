# Clang's libTooling as the distribution's shared libraries: target ClangTooling::ClangTooling.
#
# Looks for the headers and the two libraries themselves. ClangConfig.cmake is not used, because it
# also lists every Clang program and library that the distribution puts into further packages, and
# depends on zlib, zstd, libxml2 and libedit being there for developers.

set(GRADSMITH_LLVM_VERSION 19)
set(clang_prefixes ${CLANG_ROOT} $ENV{CLANG_ROOT} /usr/lib/llvm-${GRADSMITH_LLVM_VERSION})

find_path(ClangTooling_INCLUDE_DIR clang/Tooling/Tooling.h
  HINTS ${clang_prefixes} PATH_SUFFIXES include)
find_path(ClangTooling_LLVM_INCLUDE_DIR llvm/Config/llvm-config.h
  HINTS ${clang_prefixes} PATH_SUFFIXES include)
find_library(ClangTooling_CLANG_LIBRARY NAMES clang-cpp
  HINTS ${clang_prefixes} PATH_SUFFIXES lib)
find_library(ClangTooling_LLVM_LIBRARY NAMES LLVM-${GRADSMITH_LLVM_VERSION} LLVM
  HINTS ${clang_prefixes} PATH_SUFFIXES lib)
# The compiler's own headers (stddef.h and the like), which libTooling cannot find by itself.
find_path(ClangTooling_RESOURCE_DIR include/stddef.h
  HINTS ${clang_prefixes} PATH_SUFFIXES lib/clang/${GRADSMITH_LLVM_VERSION} NO_DEFAULT_PATH)

if(ClangTooling_LLVM_INCLUDE_DIR)
  file(STRINGS ${ClangTooling_LLVM_INCLUDE_DIR}/llvm/Config/llvm-config.h version_line
    REGEX "#define LLVM_VERSION_STRING")
  string(REGEX REPLACE ".*\"([0-9.]+).*\"" "\\1" ClangTooling_VERSION "${version_line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ClangTooling
  REQUIRED_VARS ClangTooling_CLANG_LIBRARY ClangTooling_LLVM_LIBRARY ClangTooling_INCLUDE_DIR
    ClangTooling_LLVM_INCLUDE_DIR ClangTooling_RESOURCE_DIR
  VERSION_VAR ClangTooling_VERSION)

if(ClangTooling_FOUND AND NOT TARGET ClangTooling::ClangTooling)
  add_library(ClangTooling::ClangTooling INTERFACE IMPORTED GLOBAL)
  target_include_directories(ClangTooling::ClangTooling SYSTEM INTERFACE
    ${ClangTooling_INCLUDE_DIR} ${ClangTooling_LLVM_INCLUDE_DIR})
  target_link_libraries(ClangTooling::ClangTooling INTERFACE
    ${ClangTooling_CLANG_LIBRARY} ${ClangTooling_LLVM_LIBRARY})
  target_compile_definitions(ClangTooling::ClangTooling INTERFACE
    _GNU_SOURCE __STDC_CONSTANT_MACROS __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)
endif()
