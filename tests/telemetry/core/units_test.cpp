// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/units.h"

#include <concepts>
#include <cstdint>
#include <gtest/gtest.h>
#include <type_traits>

#include "telemetry/core/records.h"

namespace wattline {
namespace {

template <typename A, typename B>
concept Addable = requires(A a, B b) {
    a + b;
};
template <typename A, typename B>
concept Comparable = requires(A a, B b) {
    a < b;
};

// Joules read as watts (the slip of several scheduler tools) must not compile.
static_assert(!std::is_convertible_v<Joules, Watts> && !std::is_constructible_v<Watts, Joules>);
static_assert(!Addable<Joules, Watts> && !Addable<Joules, double> && !Comparable<Joules, Watts>);
static_assert(!std::is_convertible_v<double, Joules> && !std::is_convertible_v<Joules, double>);
static_assert(std::same_as<decltype(Watts{1.0} * Seconds{1.0}), Joules>);
static_assert(std::same_as<decltype(Joules{1.0} / Seconds{1.0}), Watts>);
static_assert(std::same_as<decltype(Joules{1.0} / Joules{1.0}), double>);

// Times travel as whole nanoseconds: a float32 of seconds has steps of 8 ms after 28 hours.
static_assert(std::same_as<decltype(PowerRecord::at_ns), std::int64_t>);
static_assert(std::same_as<decltype(StepRecord::end_ns), std::int64_t>);

TEST(Units, AnEnergyIsPowerTimesTime) {
    EXPECT_DOUBLE_EQ((Watts{250.0} * Seconds{4.0}).value, 1000.0);
    EXPECT_DOUBLE_EQ((Joules{1000.0} / Seconds{4.0}).value, 250.0);
    EXPECT_DOUBLE_EQ(toKwh(Joules{7.2e6}), 2.0);
    EXPECT_LT(Joules{1.0}, Joules{2.0});
}

}  // namespace
}  // namespace wattline
