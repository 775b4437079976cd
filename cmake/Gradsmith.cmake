# gradsmith_generate: derivatives as a build step.
#
#   gradsmith_generate(
#     TARGET <target>             # gets the generated headers on its include path
#     SPECS <a.cpp> ...           # C++ files with the functions
#     [EMIT <word> ...]           # value gradient partials jacobian hessian jvp vjp hvp d_x ...
#     [SPARSE]                    # jacobian and hessian are the sparse ones
#     [WRT <name> ...]            # differentiate with respect to these instead of the marked ones
#     [FUNCTION <name> ...]       # these functions of the specs instead of the marked ones
#     [LENGTH <name>=<n> ...]     # how many elements a pointer has, where its subscripts do not tell
#     [FP strict|finite|fast]     # floating-point policy
#     [VECTOR_MATH]               # loops call vector versions of functions, where glibc has them
#     [OPTIONS <option> ...]      # further options of `gradsmith generate`
#     [FLAGS <flag> ...])         # compiler flags for reading the specs, beyond the target's -I and -D
#
# For specs/loss.cpp it writes <binary dir>/gradsmith/<target>/specs/loss.grad.hpp, which the
# target includes as "specs/loss.grad.hpp". The path is relative to the calling CMakeLists.txt; a
# spec outside its folder is placed relative to the project's top folder. Headers are rewritten when
# the spec, a header it includes, or gradsmith itself changes.
#
# A generated header includes what its interface needs, such as "camera.hpp", as the spec does; so
# the folder of each spec comes last on the target's include path. All words for one spec and target
# are given in one call.

function(gradsmith_generate)
  cmake_parse_arguments(PARSE_ARGV 0 arg "SPARSE;VECTOR_MATH" "TARGET;FP" "SPECS;EMIT;WRT;FUNCTION;LENGTH;OPTIONS;FLAGS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "gradsmith_generate: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT TARGET "${arg_TARGET}")
    message(FATAL_ERROR "gradsmith_generate: TARGET names no target: '${arg_TARGET}'")
  endif()
  if(NOT arg_SPECS)
    message(FATAL_ERROR "gradsmith_generate: SPECS is empty for target ${arg_TARGET}")
  endif()

  gradsmith_generate_options(options ${ARGN})
  set(output_root ${CMAKE_CURRENT_BINARY_DIR}/gradsmith/${arg_TARGET})
  get_target_property(type ${arg_TARGET} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    set(scope INTERFACE)
    set(interface INTERFACE_)
  else()
    set(scope PRIVATE)
    set(interface)
  endif()
  target_include_directories(${arg_TARGET} ${scope} ${output_root})
  # The spec is read with the include path and the definitions that the target is compiled with.
  set(includes $<TARGET_PROPERTY:gradsmith_spec,INTERFACE_INCLUDE_DIRECTORIES>
    $<TARGET_PROPERTY:${arg_TARGET},${interface}INCLUDE_DIRECTORIES>)
  set(defines $<TARGET_PROPERTY:${arg_TARGET},${interface}COMPILE_DEFINITIONS>)
  set(headers)
  foreach(spec IN LISTS arg_SPECS)
    get_filename_component(spec ${spec} ABSOLUTE)
    gradsmith_header_path(header ${spec})
    get_property(taken TARGET ${arg_TARGET} PROPERTY GRADSMITH_HEADERS)
    if(header IN_LIST taken)
      message(FATAL_ERROR "gradsmith_generate: target ${arg_TARGET} has ${header} already: name "
        "each spec once for a target, with all words of EMIT in one call")
    endif()
    set_property(TARGET ${arg_TARGET} APPEND PROPERTY GRADSMITH_HEADERS ${header})
    get_filename_component(spec_folder ${spec} DIRECTORY)
    target_include_directories(${arg_TARGET} ${scope} ${spec_folder})
    set(header ${output_root}/${header})
    get_filename_component(folder ${header} DIRECTORY)
    file(MAKE_DIRECTORY ${folder})
    file(RELATIVE_PATH shown ${CMAKE_BINARY_DIR} ${header})
    add_custom_command(
      OUTPUT ${header}
      COMMAND gradsmith generate ${spec} -o ${header} ${options} --depfile ${header}.d --
        -std=c++20 "-I$<JOIN:${includes},;-I>" "$<$<BOOL:${defines}>:-D$<JOIN:${defines},;-D>>"
        ${arg_FLAGS}
      DEPENDS gradsmith ${spec}
      DEPFILE ${header}.d
      COMMENT "Differentiating ${shown}"
      COMMAND_EXPAND_LISTS VERBATIM)
    list(APPEND headers ${header})
  endforeach()

  target_sources(${arg_TARGET} ${scope} ${headers})
endfunction()

# The words of EMIT, SPARSE, WRT, FUNCTION, LENGTH, FP, VECTOR_MATH and OPTIONS as command-line
# options.
function(gradsmith_generate_options result)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SPARSE;VECTOR_MATH" "TARGET;FP" "SPECS;EMIT;WRT;FUNCTION;LENGTH;OPTIONS;FLAGS")
  set(options)
  foreach(name IN ITEMS EMIT WRT FUNCTION LENGTH FP)
    if(arg_${name})
      string(TOLOWER ${name} option)
      string(REPLACE ";" "," words "${arg_${name}}")
      list(APPEND options --${option}=${words})
    endif()
  endforeach()
  if(arg_SPARSE)
    list(APPEND options --sparse)
  endif()
  if(arg_VECTOR_MATH)
    list(APPEND options --vector-math)
  endif()
  set(${result} ${options} ${arg_OPTIONS} PARENT_SCOPE)
endfunction()

# Where the header of a spec lies below the target's output folder.
function(gradsmith_header_path result spec)
  file(RELATIVE_PATH path ${CMAKE_CURRENT_SOURCE_DIR} ${spec})
  if(path MATCHES "^\\.\\./")
    file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${spec})
  endif()
  if(path MATCHES "^\\.\\./" OR IS_ABSOLUTE "${path}")
    get_filename_component(path ${spec} NAME)
  endif()
  string(REGEX REPLACE "\\.[^./]*$" ".grad.hpp" path ${path})
  set(${result} ${path} PARENT_SCOPE)
endfunction()
