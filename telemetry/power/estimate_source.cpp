// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/estimate_source.h"

#include <array>
#include <charconv>
#include <numeric>
#include <utility>

#include "telemetry/core/host.h"
#include "telemetry/core/workspace.h"
#include "telemetry/power/number_file.h"

namespace wattline {
namespace {

/// Columns of /proc/stat (man 5 proc). Guest time is already in user and nice.
enum Column { User, Nice, System, Idle, IoWait, Irq, SoftIrq, Steal, kColumns };

}  // namespace

std::optional<CpuTicks> parseCpuTicks(std::string_view proc_stat) {
    constexpr std::string_view kAllCpus = "cpu ";
    if (!proc_stat.starts_with(kAllCpus)) return std::nullopt;
    const auto line = proc_stat.substr(0, proc_stat.find('\n'));
    std::array<std::uint64_t, kColumns> ticks{};
    const char* at = line.data() + kAllCpus.size();
    const char* const end = line.data() + line.size();
    for (auto& value : ticks) {
        while (at != end && *at == ' ')
            ++at;
        const auto [rest, error] = std::from_chars(at, end, value);
        if (error != std::errc()) return std::nullopt;
        at = rest;
    }
    CpuTicks sum;
    sum.total = std::accumulate(ticks.begin(), ticks.end(), std::uint64_t{0});
    sum.busy = sum.total - ticks[Idle] - ticks[IoWait] - ticks[Steal];
    return sum;
}

std::unique_ptr<EstimateSource> EstimateSource::open(const std::filesystem::path& proc_root,
                                                     double rated_power_w, SourceReport& report) {
    report = {"estimate", SensorAccess::Absent, "", ""};
    const auto stat = proc_root / "stat";
    const auto first = parseCpuTicks(firstLine(stat).value_or(""));
    if (!first) {
        report.detail = "cannot read the CPUs' utilisation from " + stat.string();
        return nullptr;
    }
    const auto cpuinfo = readFile(proc_root / "cpuinfo");
    const RatedPower rated = ratedPower(rated_power_w, cpuinfo ? *cpuinfo : std::string());
    report.access = SensorAccess::Readable;
    report.detail = "CPU utilisation x rated power (" + rated.origin + "), an estimate";
    if (rated_power_w <= 0.0)
        report.advice = "give the CPUs' power at full load with --rated-power-w to narrow it";
    return std::unique_ptr<EstimateSource>(new EstimateSource(stat, rated, *first));
}

EstimateSource::EstimateSource(std::filesystem::path stat, const RatedPower& rated, CpuTicks first)
    : m_stat(std::move(stat)), m_rated{rated.w}, m_last(first) {
    PowerDevice device;
    device.boot_id = bootId();
    device.host = hostName();
    device.id = "host:" + device.boot_id + "/cpu";
    device.label = "CPU (estimated)";
    device.kind = "cpu";
    device.scope = "host";
    device.sensor = "utilisation x rated power (" + rated.origin + ")";
    device.method = EnergyMethod::Estimated;
    device.gain_low = rated.gain_low;
    device.gain_high = rated.gain_high;
    device.period_s = 0.1;
    device.averaged_share = 1.0;
    m_devices.push_back(std::move(device));
}

PowerReading EstimateSource::read(std::size_t device, ReadRequest /*what*/) {
    if (device >= m_devices.size()) return {};
    const auto ticks = parseCpuTicks(firstLine(m_stat).value_or(""));
    if (!ticks) return {};
    // A host's ticks can step back a little when a CPU goes offline; that interval tells nothing.
    if (ticks->total > m_last.total && ticks->busy >= m_last.busy) {
        const double share = static_cast<double>(ticks->busy - m_last.busy) /
                             static_cast<double>(ticks->total - m_last.total);
        m_last_power = m_rated * std::min(1.0, share);
    }
    m_last = *ticks;
    return {m_last_power, std::nullopt, {}};
}

}  // namespace wattline
