// SPDX-License-Identifier: Apache-2.0
#include "tests/trainer/support/test_images.h"

#include <fstream>
#include <stdexcept>
#include <turbojpeg.h>
#include <vector>

namespace wattline::trainer::test {

std::string makeJpeg(int width, int height, Colour left, Colour right) {
    std::vector<std::uint8_t> rgb;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const auto colour = x < width / 2 ? left : right;
            rgb.insert(rgb.end(), {colour.red, colour.green, colour.blue});
        }
    auto* encoder = tjInitCompress();
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    const int status = tjCompress2(encoder, rgb.data(), width, 0, height, TJPF_RGB, &bytes, &size,
                                   TJSAMP_444, 95, 0);
    if (status != 0) throw std::runtime_error(tjGetErrorStr2(encoder));
    std::string jpeg(reinterpret_cast<const char*>(bytes), size);
    tjFree(bytes);
    tjDestroy(encoder);
    return jpeg;
}

void writeBytes(const std::filesystem::path& path, const std::string& bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

void writeImageFolder(const std::filesystem::path& root, int classes, int images) {
    for (int c = 0; c < classes; ++c)
        for (int i = 0; i < images; ++i) {
            const Colour colour{static_cast<std::uint8_t>(40 * c + 20),
                                static_cast<std::uint8_t>(200 - 40 * c),
                                static_cast<std::uint8_t>(i)};
            writeBytes(root / ("c" + std::to_string(c)) / (std::to_string(i) + ".jpg"),
                       makeJpeg(48, 40, colour, colour));
        }
}

}  // namespace wattline::trainer::test
