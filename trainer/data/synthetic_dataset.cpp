// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/synthetic_dataset.h"

#include "trainer/data/counter_rng.h"
#include "trainer/launch/datasets.h"

namespace wattline::trainer {
namespace {

class SyntheticDataset final : public Dataset {
public:
    SyntheticDataset(std::int64_t first, std::int64_t size, int side, int classes)
        : m_first(first), m_size(size), m_side(side), m_classes(classes) {}

    std::int64_t size() const override { return m_size; }
    std::int64_t classes() const override { return m_classes; }
    int side() const override { return m_side; }

    Result<std::int64_t> read(std::int64_t index, AugmentationKey,
                              std::span<float> pixels) const override {
        const auto sample = static_cast<std::uint64_t>(m_first + index);
        CounterRng noise(0, stream::kSyntheticImage, sample);
        // Uniform with variance 1; four 16-bit numbers a draw, because drawing is all it costs.
        constexpr float kScale = 3.4641016F / 65536.0F, kOffset = 1.7320508F;
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < pixels.size(); ++i, bits >>= 16) {
            if (i % 4 == 0) bits = noise.next();
            pixels[i] = static_cast<float>(bits & 0xffff) * kScale - kOffset;
        }
        CounterRng label(0, stream::kSyntheticLabel, sample);
        return static_cast<std::int64_t>(label.below(static_cast<std::uint64_t>(m_classes)));
    }

private:
    std::int64_t m_first, m_size;
    int m_side, m_classes;
};

}  // namespace

Datasets openSynthetic(int side, int classes) {
    const int count = classes > 0 ? classes : kSyntheticClasses;
    constexpr auto training = launch::kSyntheticTrainingSamples;
    return {std::make_unique<SyntheticDataset>(0, training, side, count),
            std::make_unique<SyntheticDataset>(training, kSyntheticValidation, side, count)};
}

}  // namespace wattline::trainer
