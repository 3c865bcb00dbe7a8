// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/digits_dataset.h"

#include <algorithm>
#include <array>
#include <vector>

#include "trainer/data/digits_bytes.h"
#include "trainer/data/image.h"

namespace wattline::trainer {
namespace {

constexpr int kDigitSide = 8;
constexpr std::size_t kPixels = 64, kRowBytes = kPixels + 1;
constexpr std::size_t kClasses = 10, kValidationPeriod = 5;
// Of all 1,797 digits, for intensities 0..1.
constexpr float kMean = 0.30526F, kDeviation = 0.37605F;

class DigitsDataset final : public Dataset {
public:
    DigitsDataset(std::vector<std::size_t> rows, int side)
        : m_rows(std::move(rows)), m_side(side) {}

    std::int64_t size() const override { return static_cast<std::int64_t>(m_rows.size()); }
    std::int64_t classes() const override { return kClasses; }
    int side() const override { return m_side; }

    Result<std::int64_t> read(std::int64_t index, AugmentationKey,
                              std::span<float> pixels) const override {
        const auto row =
            digitsBytes().subspan(m_rows[static_cast<std::size_t>(index)] * kRowBytes, kRowBytes);
        std::array<float, kPixels> grey{};
        std::ranges::transform(row.first(kPixels), grey.begin(), [](std::uint8_t intensity) {
            return (static_cast<float>(intensity) / 16.0F - kMean) / kDeviation;
        });
        const auto plane = pixels.size() / 3;
        upscale(grey, kDigitSide, m_side, pixels.first(plane));
        for (const std::size_t channel : {1U, 2U})
            std::ranges::copy(pixels.first(plane), pixels.subspan(channel * plane).begin());
        return row[kPixels];
    }

private:
    std::vector<std::size_t> m_rows;  ///< into digitsBytes()
    int m_side;
};

}  // namespace

Datasets openDigits(int side) {
    std::vector<std::size_t> training, validation;
    std::array<std::size_t, kClasses> seen{};
    const auto bytes = digitsBytes();
    for (std::size_t row = 0; row < bytes.size() / kRowBytes; ++row) {
        const auto nth = seen.at(bytes[row * kRowBytes + kPixels])++;
        (nth % kValidationPeriod == kValidationPeriod - 1 ? validation : training).push_back(row);
    }
    return {std::make_unique<DigitsDataset>(std::move(training), side),
            std::make_unique<DigitsDataset>(std::move(validation), side)};
}

}  // namespace wattline::trainer
