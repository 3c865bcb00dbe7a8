// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/image.h"

#include <algorithm>
#include <cmath>

namespace wattline::trainer {
namespace {

/// Where one output pixel lies between two input pixels.
struct Tap {
    std::size_t low, high;
    float weight;  ///< of `high`
};

std::vector<Tap> taps(double origin, double extent, int outputs, int inputs) {
    std::vector<Tap> result(static_cast<std::size_t>(outputs));
    for (int i = 0; i < outputs; ++i) {
        const double at = origin + extent * (i + 0.5) / outputs - 0.5;
        const double clamped = std::clamp(at, 0.0, static_cast<double>(inputs - 1));
        const auto low = static_cast<std::size_t>(clamped);
        const auto high = std::min(low + 1, static_cast<std::size_t>(inputs - 1));
        result[static_cast<std::size_t>(i)] = {low, high,
                                               static_cast<float>(clamped - std::floor(clamped))};
    }
    return result;
}

float mixed(float a, float b, float weight) {
    return a + (b - a) * weight;
}

}  // namespace

void resample(const Image& image, const Crop& crop, bool flip, int side,
              const Normalisation& normalisation, std::span<float> out) {
    const auto n = static_cast<std::size_t>(side);
    const auto columns = taps(crop.x, crop.width, side, image.width);
    const auto rows = taps(crop.y, crop.height, side, image.height);
    const auto stride = static_cast<std::size_t>(image.width) * 3;
    for (std::size_t y = 0; y < n; ++y) {
        const auto* top = image.rgb.data() + rows[y].low * stride;
        const auto* bottom = image.rgb.data() + rows[y].high * stride;
        for (std::size_t x = 0; x < n; ++x) {
            const auto& tap = columns[flip ? n - 1 - x : x];
            for (std::size_t c = 0; c < 3; ++c) {
                const auto l = tap.low * 3 + c;
                const auto h = tap.high * 3 + c;
                const float value = mixed(mixed(top[l], top[h], tap.weight),
                                          mixed(bottom[l], bottom[h], tap.weight), rows[y].weight);
                out[(c * n + y) * n + x] =
                    (value / 255.0F - normalisation.mean[c]) / normalisation.deviation[c];
            }
        }
    }
}

void upscale(std::span<const float> grey, int from, int to, std::span<float> out) {
    const auto grid = taps(0.0, from, to, from);
    const auto n = static_cast<std::size_t>(to);
    const auto width = static_cast<std::size_t>(from);
    for (std::size_t y = 0; y < n; ++y) {
        const auto top = grey.subspan(grid[y].low * width, width);
        const auto bottom = grey.subspan(grid[y].high * width, width);
        for (std::size_t x = 0; x < n; ++x) {
            const auto& t = grid[x];
            out[y * n + x] = mixed(mixed(top[t.low], top[t.high], t.weight),
                                   mixed(bottom[t.low], bottom[t.high], t.weight), grid[y].weight);
        }
    }
}

}  // namespace wattline::trainer
