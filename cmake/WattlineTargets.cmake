# SPDX-License-Identifier: Apache-2.0
# One place for warnings, sanitizers and include roots; nothing is set globally.

find_package(Threads REQUIRED)

add_library(wattline_options INTERFACE)
target_include_directories(wattline_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(wattline_options INTERFACE WATTLINE_VERSION="${PROJECT_VERSION}")
target_compile_options(wattline_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual
  -Woverloaded-virtual $<$<CONFIG:Debug>:-Wnull-dereference> -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(wattline_options INTERFACE -Wthread-safety)
else()
  # GCC 12 sees overlapping copies in libstdc++'s own string concatenation (its bug 105651).
  target_compile_options(wattline_options INTERFACE -Wduplicated-cond
    $<$<NOT:$<CONFIG:Debug>>:-Wno-restrict>)
endif()
if(WATTLINE_WERROR)
  target_compile_options(wattline_options INTERFACE -Werror)
endif()
if(WATTLINE_SANITIZE)
  target_compile_options(wattline_options INTERFACE
    -fsanitize=${WATTLINE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(wattline_options INTERFACE -fsanitize=${WATTLINE_SANITIZE})
endif()
if(WATTLINE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "WATTLINE_FUZZ needs clang; configure with: cmake --preset fuzz")
  endif()
  target_compile_options(wattline_options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(wattline_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_link_libraries(wattline_options INTERFACE Threads::Threads)

# wattline_library(NAME SOURCES ... [PUBLIC libs...] [PRIVATE libs...])
function(wattline_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(${name} PUBLIC wattline_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# wattline_test(NAME SOURCES ... LIBS ... [LABELS ...] [TIMEOUT seconds]): one GoogleTest program;
# each of its cases is a test of CTest.
function(wattline_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} wattline_options GTest::gmock GTest::gtest_main)
  # Tests are compiled once and run once: what they test is optimised, they need not be.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${ARG_TIMEOUT}
               ENVIRONMENT "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/tsan.supp"
               ENVIRONMENT_MODIFICATION "LSAN_OPTIONS=set:suppressions=${CMAKE_SOURCE_DIR}/tests/support/lsan.supp"
               LABELS "${ARG_LABELS}")  # last: an empty value would swallow the next keyword
endfunction()
