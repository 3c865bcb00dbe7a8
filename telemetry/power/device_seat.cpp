// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/device_seat.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "telemetry/core/clock.h"
#include "telemetry/core/units.h"

namespace wattline {
namespace {

constexpr std::int64_t kStatePeriodNs = 1'000'000'000;
/// The ledger's measure of a gap, in periods.
constexpr std::int64_t kGapPeriods = 3;
/// Sources keep the mean before when asked again within this time.
constexpr std::int64_t kShortestMeanNs = 5'000'000;
/// What another run's reader showed longer ago says nothing of a counter's whole turns.
constexpr std::int64_t kFrameHoldsNs = 60'000'000'000;
/// Readings that come faster than this share of the own period are left out.
constexpr double kThinning = 0.75;

/// How far the power since the last counter may be off, as a share of the counter's range: 13 kJ of
/// RAPL's 262 kJ, where 30 s lie between two counters.
constexpr double kFit = 0.05;

double secondsOf(std::int64_t ns) noexcept {
    return static_cast<double>(ns) / kNanosPerSecond;
}

PowerReading tryRead(PowerSource& source, std::size_t device, ReadRequest what) noexcept {
    try {
        return source.read(device, what);
    } catch (...) {
        return {};  // a gap; the record's NaN says so
    }
}

}  // namespace

double alignCounter(double counter_j, double expected_j, double range_j) noexcept {
    const double aligned = counter_j + std::round((expected_j - counter_j) / range_j) * range_j;
    if (std::abs(aligned - expected_j) <= kFit * range_j) return aligned;
    return counter_j < expected_j ? counter_j : std::numeric_limits<double>::quiet_NaN();
}

DeviceSeat::DeviceSeat(PowerSource& source, std::size_t device, std::uint32_t index,
                       Options options)
    : m_source(source), m_device(device), m_index(index), m_options(std::move(options)) {
    m_own_ns = systemClock().monotonicNs();
    openBoard();
}

void DeviceSeat::openBoard() {
    auto board =
        DeviceBoard::open(m_options.folder, m_options.boot_id, m_source.devices()[m_device].id);
    m_board = board ? std::move(*board) : nullptr;
}

void DeviceSeat::elect(std::int64_t now_ns) {
    // Somebody cleaned the folder: newcomers meet at a new file, so go there, too.
    if (m_board && !m_board->isCurrent()) m_board.reset();
    if (!m_board) openBoard();
    keepCounting(now_ns);
    if (!m_board) return;
    if (!m_board->claimRun(m_options.run)) {
        m_recording = false;
        m_waited = true;
        return;
    }
    if (!m_recording) {
        m_recording = m_edge_due = true;
        m_runs = m_waited ? 0 : 1;
        m_heard_ns = now_ns;
        (void)m_board->takeNew();  // from here on
    }
    if (!m_board->claimReader()) m_board->askFor(m_options.period_ns, now_ns);
}

/// Whoever follows or waits must not miss that its counter wraps, or it could not take over.
void DeviceSeat::keepCounting(std::int64_t now_ns) {
    const bool idle = now_ns - m_own_ns >= kStatePeriodNs;
    if (!idle || reading() || !m_source.counterRange(m_device)) return;
    (void)readSensor(true, false);
}

/// A sensor that tells the mean since it was read before tells nothing of now when that was long
/// ago (somebody else read it meanwhile), nor when asked again within a few milliseconds.
bool DeviceSeat::meanIsStale(std::int64_t since_ns, std::int64_t period_ns) noexcept {
    if (since_ns > kGapPeriods * period_ns)
        m_stale = true;
    else if (since_ns >= std::max(kShortestMeanNs, period_ns / 4))
        m_stale = false;
    return m_stale;
}

std::int64_t DeviceSeat::wantedPeriodNs(std::int64_t now_ns) const {
    if (!reading()) return m_options.period_ns;
    return std::min(m_options.period_ns, m_board->askedFor(now_ns).value_or(m_options.period_ns));
}

PowerRecord DeviceSeat::readSensor(bool with_counter, bool with_state) noexcept {
    const auto& device = m_source.devices()[m_device];
    const std::int64_t before = systemClock().monotonicNs();
    const auto reading =
        tryRead(m_source, m_device, {.counter = with_counter, .state = with_state});
    const std::int64_t after = systemClock().monotonicNs();
    PowerRecord record;
    record.at_ns = before + (after - before) / 2;
    record.device = m_index;
    const auto period_ns =
        std::max(m_options.period_ns, static_cast<std::int64_t>(device.period_s * kNanosPerSecond));
    const bool averages = device.averaged_share.value_or(0.0) >= 1.0;
    const bool stale = meanIsStale(before - m_own_ns, period_ns) && averages;
    m_own_ns = after;
    // Nobody knows at which moment of so long a call the reading was made.
    if (after - before > kGapPeriods * period_ns) return record;
    if (reading.power && !stale) record.power_w = reading.power->value;
    if (reading.counter) record.counter_j = reading.counter->value;
    record.state = reading.state;
    return record;
}

void DeviceSeat::readSelf(bool with_counter, const Deliver& deliver) {
    const std::int64_t now = systemClock().monotonicNs();
    const bool with_state = m_state_ns == 0 || now - m_state_ns >= kStatePeriodNs;
    if (with_state) m_state_ns = now;
    auto record = readSensor(with_counter, with_state);
    align(record);
    // While nobody follows, only what a counter's next reader needs is worth a system call; a
    // follower is noticed within a second, before it takes the board for silent.
    if (reading() && (m_runs != 1 || std::isfinite(record.counter_j))) m_board->publish(record);
    if (!tooSoon(record)) pass(record, deliver);
}

/// Another run may want readings at a shorter period than this one.
bool DeviceSeat::tooSoon(const PowerRecord& record) const noexcept {
    const double apart = kThinning * static_cast<double>(m_options.period_ns);
    return std::isnan(record.counter_j) &&
           static_cast<double>(record.at_ns - m_delivered_ns) < apart;
}

void DeviceSeat::follow(bool with_counter, const Deliver& deliver) {
    const std::int64_t now = systemClock().monotonicNs();
    for (auto record : m_board->takeNew()) {
        m_heard_ns = now;
        if (record.at_ns <= m_delivered_ns || tooSoon(record)) continue;
        record.device = m_index;
        align(record);
        pass(record, deliver);
    }
    if (now - m_heard_ns > std::max(m_options.silence_ns, kGapPeriods * m_options.period_ns))
        readSelf(with_counter, deliver);
}

void DeviceSeat::sample(bool with_counter, const Deliver& deliver) {
    if (!m_recording) return;
    if (std::exchange(m_edge_due, false)) return readSelf(true, deliver);
    if (reading()) return readSelf(with_counter, deliver);
    follow(with_counter, deliver);
}

void DeviceSeat::finish(const Deliver& deliver) {
    if (!m_recording) return;
    if (!reading()) follow(false, deliver);
    const auto record = [&] {
        auto edge = readSensor(true, false);
        align(edge);
        return edge;
    }();
    if (reading()) m_board->publish(record);
    // A follower's sensor that averages has no power to tell here, and maybe no counter either.
    const bool says_something = std::isfinite(record.power_w) || std::isfinite(record.counter_j);
    if (reading() || says_something) pass(record, deliver);
}

/// Keeps what aligns the next counter.
void DeviceSeat::pass(PowerRecord record, const Deliver& deliver) {
    m_delivered_ns = std::max(m_delivered_ns, record.at_ns);
    if (std::isfinite(record.power_w)) {
        if (m_power_ns != 0) m_since_j += record.power_w * secondsOf(record.at_ns - m_power_ns);
        m_power_w = record.power_w;
        m_power_ns = record.at_ns;
    }
    if (std::isfinite(record.counter_j)) {
        m_counter_j = record.counter_j;
        m_counter_ns = record.at_ns;
        m_since_j = 0.0;
        m_power_ns = record.at_ns;
    }
    deliver(record);
}

void DeviceSeat::align(PowerRecord& record) {
    const auto range = m_source.counterRange(m_device);
    if (!range || !std::isfinite(record.counter_j)) return;
    double expected = m_counter_j;
    if (std::isfinite(m_counter_j)) {
        expected += m_since_j + m_power_w * secondsOf(record.at_ns - m_power_ns);
    } else {  // the first of this process: in the frame of whoever counted before
        const auto shown = m_board ? m_board->lastCounter() : std::nullopt;
        const auto age = shown ? record.at_ns - shown->at_ns : kFrameHoldsNs;
        if (age >= kFrameHoldsNs || age < 0) return;
        const double w = std::isfinite(record.power_w) ? record.power_w : 0.0;
        expected = shown->counter_j + w * secondsOf(age);
    }
    record.counter_j = alignCounter(record.counter_j, expected, range->value);
}

std::optional<int> DeviceSeat::sharingChange() {
    if (!m_recording || !m_board) return std::nullopt;
    const int runs = 1 + m_board->otherRuns();
    if (runs == std::exchange(m_runs, runs)) return std::nullopt;
    return runs;
}

}  // namespace wattline
