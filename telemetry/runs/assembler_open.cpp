// SPDX-License-Identifier: Apache-2.0
// Opening an attempt: once all its ranks have said hello, their clocks and devices are known.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "telemetry/core/units.h"
#include "telemetry/runs/assembler.h"

namespace wattline {
namespace {

/// MPI starts all ranks within seconds. Hosts whose UTC differs by more than this at that moment
/// have a clock that is wrong, and are placed by their start instead.
constexpr std::int64_t kMaxStartSpreadNs = 120'000'000'000;

}  // namespace

void Assembler::open(std::uint32_t number, Attempt& attempt) {
    attempt.opened = true;
    alignClocks(number);
    bool first = true;
    for (const auto& [key, stream] : m_streams) {
        if (key.attempt != number || !stream.shift_ns) continue;
        const double started_s = wallSeconds(stream, stream.hello->started_mono_ns);
        attempt.opened_s = first ? started_s : std::min(attempt.opened_s, started_s);
        first = false;
    }
    m_series.retireDevices(m_timeline.endS());
    const double devices = openDevices(number, attempt);
    m_timeline.openAttempt(attempt.opened_s, devices);
    for (auto& [device, runs_from] : m_sharing)
        runs_from.try_emplace(attempt.opened_s, 1);  // until somebody says otherwise again
    say(attempt.opened_s, static_cast<std::int64_t>(m_progress.step), "started",
        "attempt " + std::to_string(number) + " with " + std::to_string(attempt.world_size) +
            (attempt.world_size == 1 ? " rank" : " ranks"));
    replayEarly(number);
}

/// One offset a host, the one of its lowest rank: ranks of a host share CLOCK_MONOTONIC, so their
/// distances must not depend on when each of them read UTC.
void Assembler::alignClocks(std::uint32_t number) {
    std::optional<std::int64_t> reference;  // UTC at which the lowest rank started
    std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
    for (auto& [key, stream] : m_streams) {
        if (key.attempt != number || !stream.hello) continue;
        const auto& hello = *stream.hello;
        auto offset = hello.started_unix_ns - hello.started_mono_ns;
        if (!reference) reference = hello.started_unix_ns;
        if (std::abs(hello.started_unix_ns - *reference) > kMaxStartSpreadNs)
            offset = *reference - hello.started_mono_ns;
        offset = m_unix_offsets.try_emplace(hello.boot_id, offset).first->second;
        stream.shift_ns = offset;
        earliest = std::min(earliest, hello.started_mono_ns + offset);
    }
    if (!m_zero_unix_ns) m_zero_unix_ns = earliest;
    for (auto& [key, stream] : m_streams)
        if (key.attempt == number && stream.shift_ns) *stream.shift_ns -= *m_zero_unix_ns;
}

/// Gives every device its account; answers what GPU hours count.
double Assembler::openDevices(std::uint32_t number, Attempt& attempt) {
    std::set<std::string> gpus;
    std::vector<PowerDevice> devices;  // rank by rank
    bool counts_gpus = m_spec.device_kind == "gpu";
    for (auto& [key, stream] : m_streams) {
        if (key.attempt != number || !stream.hello) continue;
        counts_gpus = counts_gpus || stream.hello->device_kind == "gpu";
        for (const auto& device : stream.hello->devices) {
            devices.push_back(device);
            if (device.kind == "gpu") gpus.insert(device.id);
        }
        if (m_spec.epochs > 0 && m_spec.steps == 0 && stream.hello->steps_planned > 0)
            m_series.planEpochs(static_cast<double>(stream.hello->steps_planned) / m_spec.epochs);
    }
    const auto accounts = m_series.addDevices(devices, attempt.opened_s);
    if (!accounts.empty() && !attempt.pacing_account) attempt.pacing_account = accounts.front();
    auto next = accounts.begin();
    for (auto& [key, stream] : m_streams) {
        if (key.attempt != number || !stream.hello) continue;
        const auto end = next + static_cast<std::ptrdiff_t>(stream.hello->devices.size());
        stream.accounts.assign(next, end);
        next = end;
    }
    return counts_gpus && !gpus.empty() ? static_cast<double>(gpus.size())
                                        : static_cast<double>(attempt.world_size);
}

void Assembler::replayEarly(std::uint32_t number) {
    for (auto& [key, stream] : m_streams) {
        if (key.attempt != number || !stream.shift_ns) continue;
        m_timeline.extendTo(wallSeconds(stream, stream.newest_ns));
        for (const auto& record : std::exchange(stream.early_power, {}))
            place(key, stream, record);
        for (const auto& event : std::exchange(stream.early_events, {}))
            apply(key, stream, event);
    }
}

}  // namespace wattline
