# How our own code is compiled. Nothing here reaches a target that merely uses gradsmith:
# library targets link gradsmith_settings privately.

if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
  endif()
  # Line tables are enough for a backtrace; full debug information of Clang's headers doubles the build.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")

  find_program(CCACHE_PROGRAM ccache)
  if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  endif()
endif()

add_library(gradsmith_settings INTERFACE)
target_compile_features(gradsmith_settings INTERFACE cxx_std_20)
target_compile_options(gradsmith_settings INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wdouble-promotion
  # Clang counts this as part of -Wconversion, g++ does not.
  -Wno-sign-conversion
  # g++ 12 sees impossible lengths and null pointers after inlining std::string and Clang's headers.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overread>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-nonnull>
  # Bits must not depend on whether the machine has a fused multiply-add.
  -ffp-contract=off)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(gradsmith_settings INTERFACE -Werror)
endif()

if(GRADSMITH_SANITIZE)
  # -O1 keeps the build quick; asserts and the checks after every pass are on.
  target_compile_options(gradsmith_settings INTERFACE
    -O1 -UNDEBUG -fsanitize=address,undefined -fno-sanitize-recover=undefined
    -fno-omit-frame-pointer
    # gcc sees uninitialised values in the standard library once the sanitizers are on.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(gradsmith_settings INTERFACE -fsanitize=address,undefined)
endif()

# One static library from the sources of the current folder; sources include each other from one
# root, as "ir/graph.hpp". A folder without sources yet is an empty interface library, so that the
# folders that link it need not know.
#   gradsmith_add_library(<target> INCLUDE <include root> [LINK <libraries that its headers use>])
function(gradsmith_add_library target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "INCLUDE" "LINK")
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC ${arg_INCLUDE})
    target_link_libraries(${target} PUBLIC ${arg_LINK} PRIVATE gradsmith_settings)
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${arg_INCLUDE})
    target_link_libraries(${target} INTERFACE ${arg_LINK})
  endif()
endfunction()
