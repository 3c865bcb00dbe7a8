# SPDX-License-Identifier: Apache-2.0
# Finds what only the trainer and its tests need. Included in trainer/ and in tests/trainer/, so
# that torch's targets and variables stay there. Names what is missing in wattline_missing.

find_package(MPI COMPONENTS CXX QUIET)
find_package(Torch QUIET)
# Its CMake files name every library of the source package, of which Debian ships this one alone.
pkg_check_modules(TurboJpeg QUIET IMPORTED_TARGET libturbojpeg)
foreach(part MPI_CXX Torch TurboJpeg)
  if(NOT ${part}_FOUND)
    list(APPEND wattline_missing ${part})
  endif()
endforeach()
if(wattline_missing)
  list(JOIN wattline_missing ", " wattline_missing)
  message(WARNING "wattline-train is switched off, because these were not found: "
                  "${wattline_missing}. Install libtorch-dev, libopenmpi-dev and "
                  "libturbojpeg0-dev, or point CMAKE_PREFIX_PATH at your libtorch, and configure "
                  "again.")
endif()
