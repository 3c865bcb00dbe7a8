# SPDX-License-Identifier: Apache-2.0
# Turns INPUT (lines of numbers separated by commas; # starts a comment) into an array in OUTPUT.
file(READ ${INPUT} text)
string(REGEX REPLACE "#[^\n]*\n" "" text "${text}")
string(REPLACE "\n" ",\n" text "${text}")
file(WRITE ${OUTPUT}
"// Made from resources/data/digits.csv by embed_digits.cmake.
#include \"trainer/data/digits_bytes.h\"

namespace wattline::trainer {
namespace {
constexpr std::uint8_t kBytes[] = {
${text}};
}
std::span<const std::uint8_t> digitsBytes() {
    return kBytes;
}
}  // namespace wattline::trainer
")
