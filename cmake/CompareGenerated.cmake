# Runs COMMAND, which writes FRESH, and fails with a diff where COMMITTED is not the same bytes.

execute_process(COMMAND ${COMMAND} RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the generator failed: ${status}")
endif()

execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${COMMITTED} ${FRESH}
  RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
if(NOT status EQUAL 0)
  if(DIFF AND EXISTS ${COMMITTED})
    execute_process(COMMAND ${DIFF} -u ${COMMITTED} ${FRESH})
  endif()
  message(FATAL_ERROR "${COMMITTED} is stale: look at the change, then accept it by ./dev generate")
endif()
