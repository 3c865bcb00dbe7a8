// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace wattline::trainer {

/// 8-bit RGB, rows top to bottom, no padding.
struct Image {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgb;
};

/// A rectangle in units of an image's pixels; edges may lie between pixels.
struct Crop {
    double x = 0, y = 0, width = 0, height = 0;
};

struct Normalisation {
    std::array<float, 3> mean{0.485F, 0.456F, 0.406F};  ///< of ImageNet, for values 0..1
    std::array<float, 3> deviation{0.229F, 0.224F, 0.225F};
};

/// Samples `crop` bilinearly on a side x side grid, mirrored when `flip`, into channels-first
/// floats, normalised. Pixel centres are at .5; beyond the edge the edge repeats.
void resample(const Image& image, const Crop& crop, bool flip, int side,
              const Normalisation& normalisation, std::span<float> out);

/// The same for one channel of a small grey image with values in `grey`, without normalisation.
void upscale(std::span<const float> grey, int from, int to, std::span<float> out);

}  // namespace wattline::trainer
