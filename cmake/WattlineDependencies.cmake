# SPDX-License-Identifier: Apache-2.0
# Everything the telemetry needs. libtorch and MPI are found in trainer/, Qt in ui/.

find_package(PkgConfig REQUIRED)
pkg_check_modules(ZeroMQ REQUIRED IMPORTED_TARGET libzmq)
pkg_check_modules(Sqlite REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(Zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(Cairo REQUIRED IMPORTED_TARGET cairo)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(tl-expected QUIET)

if(WATTLINE_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()
