// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/value_levels.h"

#include <algorithm>
#include <cmath>

namespace wattline {
namespace {

constexpr std::int64_t kFactor = 8;

std::size_t index(std::int64_t row) noexcept {
    return static_cast<std::size_t>(row);
}

}  // namespace

void ValueBlock::add(double value) noexcept {
    if (std::isnan(value)) return;
    min = std::min(min, value);
    max = std::max(max, value);
    sum += value;
    ++count;
}

void ValueBlock::add(const ValueBlock& other) noexcept {
    min = std::min(min, other.min);
    max = std::max(max, other.max);
    sum += other.sum;
    count += other.count;
}

void ValueLevels::append(double value) {
    if (!std::isfinite(value)) value = std::numeric_limits<double>::quiet_NaN();
    const auto row = rows();
    m_rows.push_back(value);
    if (!std::isnan(value)) ++m_values;
    std::int64_t span = kFactor;
    for (std::size_t level = 0; level < m_levels.size(); ++level, span *= kFactor) {
        auto& blocks = m_levels[level];
        if (row % span == 0) blocks.emplace_back();
        blocks.back().add(value);
    }
    // A level is worth having once there is more than one block below it.
    if (rows() < span) return;
    auto& blocks = m_levels.emplace_back();
    blocks.emplace_back();
    for (const double each : m_rows)
        blocks.back().add(each);
}

std::int64_t ValueLevels::rows() const noexcept {
    return static_cast<std::int64_t>(m_rows.size());
}

double ValueLevels::at(std::int64_t row) const noexcept {
    return m_rows[index(row)];
}

ValueBlock ValueLevels::over(std::int64_t first, std::int64_t last) const noexcept {
    ValueBlock total;
    while (first < last) {
        // The largest block that starts at `first` and ends within the stretch.
        std::int64_t span = 1;
        std::size_t level = 0;
        while (level < m_levels.size() && first % (span * kFactor) == 0 &&
               first + span * kFactor <= last) {
            span *= kFactor;
            ++level;
        }
        if (level == 0)
            total.add(at(first));
        else
            total.add(m_levels[level - 1][index(first / span)]);
        first += span;
    }
    return total;
}

}  // namespace wattline
