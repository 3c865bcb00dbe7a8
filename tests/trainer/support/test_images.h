// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace wattline::trainer::test {

struct Colour {
    std::uint8_t red = 0, green = 0, blue = 0;
};

/// The bytes of a JPEG: left half `left`, right half `right`.
[[nodiscard]] std::string makeJpeg(int width, int height, Colour left, Colour right);
void writeBytes(const std::filesystem::path& path, const std::string& bytes);

/// `classes` folders c0, c1, ... of `images` JPEGs each (0.jpg, 1.jpg, ...), 48 x 40 pixels.
void writeImageFolder(const std::filesystem::path& root, int classes, int images);

}  // namespace wattline::trainer::test
