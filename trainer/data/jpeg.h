// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>

#include "telemetry/core/result.h"
#include "trainer/data/image.h"

namespace wattline::trainer {

struct ImageSize {
    int width = 0, height = 0;
};

/// An image decoded at 1, 1/2, 1/4 or 1/8 of its size, the only scales that save time.
struct DecodedJpeg {
    Image image;
    ImageSize full;  ///< before scaling
};

/// Decodes as small as `needed` allows: it gets the full size and returns how far (0 < f <= 1) the
/// image may shrink. Truncated data, unknown colour spaces and anything that is no JPEG are errors.
/// Threads: any; each thread keeps its own decoder.
[[nodiscard]] Result<DecodedJpeg> decodeJpeg(std::span<const std::byte> bytes,
                                             const std::function<double(ImageSize)>& needed);
[[nodiscard]] Result<DecodedJpeg> decodeJpegFile(const std::filesystem::path& path,
                                                 const std::function<double(ImageSize)>& needed);

}  // namespace wattline::trainer
