// SPDX-License-Identifier: Apache-2.0
#include "app/hub/disk_watch.h"

#include <cmath>
#include <utility>

#include "telemetry/core/units.h"

namespace wattline {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kPeriod = 10 * kSecond;
constexpr std::int64_t kWindow = 600 * kSecond;
/// A rate from a shorter time would be that of one flush.
constexpr std::int64_t kShortest = 20 * kSecond;

}  // namespace

DiskWatch::DiskWatch(Workspace workspace, const Clock& clock, Probe probe)
    : m_workspace(std::move(workspace)), m_clock(clock), m_probe(std::move(probe)) {}

void DiskWatch::tend(const std::vector<RunId>& live) {
    if (!isDue()) return;
    const auto now = m_clock.monotonicNs();
    m_next_ns = now + kPeriod;
    if (live.empty()) {  // nothing grows: forget, so that an old rate is not taken for a new run's
        m_sizes.clear();
        m_samples.clear();
        m_report = {};
        return;
    }
    measure(live, now);
}

void DiskWatch::measure(const std::vector<RunId>& live, std::int64_t now_ns) {
    std::map<RunId, std::uint64_t> sizes;
    for (const auto& id : live) {
        const auto bytes = m_probe.use(m_workspace.runFolder(id).path);
        // A run that was not there at the last look counts from now on; one that shrank (its
        // series were made anew) does not make room for good.
        const auto before = m_sizes.find(id);
        if (before != m_sizes.end() && bytes > before->second)
            m_grown += static_cast<double>(bytes - before->second);
        sizes[id] = bytes;
    }
    m_sizes = std::move(sizes);
    m_samples.push_back({now_ns, m_grown});
    while (now_ns - m_samples.front().at_ns > kWindow)
        m_samples.pop_front();

    m_report = {};
    const auto& first = m_samples.front();
    if (now_ns - first.at_ns >= kShortest)
        m_report.bytes_per_hour = (m_grown - first.grown) /
                                  (static_cast<double>(now_ns - first.at_ns) / kNanosPerSecond) *
                                  kSecondsPerHour;
    const auto space = m_probe.space(m_workspace.root());
    if (!space) {
        m_report.warning = space.error().message;
        return;
    }
    m_report.free_bytes = space->available();
    if (m_report.bytes_per_hour)
        m_report.warning =
            diskWarning(*m_report.free_bytes, *m_report.bytes_per_hour, m_workspace.root());
}

std::string diskWarning(std::uint64_t free_bytes, double bytes_per_hour,
                        const std::filesystem::path& where) {
    const auto free = static_cast<double>(free_bytes);
    if (!(bytes_per_hour > 0.0) || free >= bytes_per_hour) return {};
    const auto minutes = std::llround(std::floor(free / bytes_per_hour * 60.0));
    return bytesText(free_bytes) + " is free in " + where.string() + ", enough for " +
           std::to_string(minutes) + " min at the " +
           bytesText(static_cast<std::uint64_t>(bytes_per_hour)) +
           " an hour that its runs write; make room with 'wattline prune' or 'wattline compress'";
}

}  // namespace wattline
