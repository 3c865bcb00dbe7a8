// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "telemetry/core/result.h"

namespace wattline::trainer {

/// Which random numbers a sample is augmented with: a function of these alone, never of ranks.
struct AugmentationKey {
    std::uint64_t seed = 0;
    std::uint64_t epoch = 0;
};

/// Labelled images of one size, ready for the network: 3 x side x side floats, channels first,
/// normalised. Threads: read() may be called from several at once; the rest is immutable.
class Dataset {
public:
    virtual ~Dataset() = default;
    [[nodiscard]] virtual std::int64_t size() const = 0;
    [[nodiscard]] virtual std::int64_t classes() const = 0;
    [[nodiscard]] virtual int side() const = 0;
    /// Fills `pixels` (pixelsPerImage() floats) and returns the label, 0..classes()-1. An image
    /// that cannot be read is an error that names it and says why.
    [[nodiscard]] virtual Result<std::int64_t> read(std::int64_t index, AugmentationKey key,
                                                    std::span<float> pixels) const = 0;

    [[nodiscard]] std::size_t pixelsPerImage() const {
        return std::size_t{3} * static_cast<std::size_t>(side()) * static_cast<std::size_t>(side());
    }
};

struct Datasets {
    std::unique_ptr<Dataset> training, validation;
};

}  // namespace wattline::trainer
