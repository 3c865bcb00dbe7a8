// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/amd_energy_source.h"

#include <algorithm>
#include <limits>
#include <unistd.h>

#include "telemetry/core/host.h"
#include "telemetry/power/number_file.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

constexpr double kJoulesPerMicrojoule = 1e-6;
constexpr double kTickS = 0.001;
constexpr std::int64_t kShortestNs = 5'000'000;
/// The driver keeps 64 bits of microjoules: half a million years at 1 kW.
constexpr double kNeverWrapsJ = std::numeric_limits<double>::max();

/// Entries of a folder by name, so that sockets come in the same order every time.
std::vector<fs::path> sortedEntries(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        entries.push_back(it->path());
    std::ranges::sort(entries);
    return entries;
}

}  // namespace

std::unique_ptr<AmdEnergySource> AmdEnergySource::open(const fs::path& sysfs_root,
                                                       const Clock& clock, SourceReport& report) {
    report = {"amd_energy", SensorAccess::Absent, "", ""};
    std::unique_ptr<AmdEnergySource> source(new AmdEnergySource(clock));
    const auto hwmon = sysfs_root / "class/hwmon";
    for (const auto& folder : sortedEntries(hwmon))
        if (firstLine(folder / "name") == "amd_energy") source->addSockets(folder, report);
    if (!source->m_sockets.empty()) {
        report.access = SensorAccess::Readable;
        report.detail = "energy of " + std::to_string(source->m_sockets.size()) + " CPU sockets";
        report.advice.clear();
        return source;
    }
    if (report.detail.empty())
        report.detail = "no amd_energy in " + hwmon.string() + ": not this CPU, or no such module";
    return nullptr;
}

/// energyN_input is what energyN_label says: "Esocket0", "Ecore000".
void AmdEnergySource::addSockets(const fs::path& folder, SourceReport& report) {
    constexpr std::string_view kLabel = "_label", kSocket = "Esocket";
    for (const auto& entry : sortedEntries(folder)) {
        const auto name = entry.filename().string();
        if (!name.starts_with("energy") || !name.ends_with(kLabel)) continue;
        const auto label = firstLine(entry);
        if (!label || !label->starts_with(kSocket)) continue;
        const auto input =
            folder / (name.substr(0, name.size() - kLabel.size()) + std::string("_input"));
        if (const auto uj = numberIn(input)) {
            addSocket(input, label->substr(kSocket.size()), *uj);
            continue;
        }
        const bool denied = access(input.c_str(), R_OK) != 0;
        report.access = denied ? SensorAccess::Denied : SensorAccess::Broken;
        report.detail = "cannot read " + input.string();
        if (denied)
            report.advice = "an admin may run: chmod a+r " + (folder / "energy*_input").string() +
                            " (until the next start)";
    }
}

void AmdEnergySource::addSocket(const fs::path& file, const std::string& number, double first_uj) {
    PowerDevice device;
    device.boot_id = bootId();
    device.host = hostName();
    device.id = "host:" + device.boot_id + "/package-" + number;
    device.label = "CPU " + number;
    device.kind = "cpu";
    device.scope = scope::kPackage;
    device.sensor = "amd_energy";
    device.method = EnergyMethod::Counter;
    device.has_counter = true;
    device.counter_tick_s = kTickS;
    device.averaged_share = 1.0;
    device.gain_low = 0.95;
    device.gain_high = 1.05;
    device.period_s = kTickS;
    m_devices.push_back(std::move(device));
    m_sockets.push_back({file, CounterMeter(first_uj * kJoulesPerMicrojoule, kNeverWrapsJ,
                                            m_clock.monotonicNs(), kShortestNs)});
}

PowerReading AmdEnergySource::read(std::size_t device, ReadRequest /*what*/) {
    if (device >= m_sockets.size()) return {};
    const auto uj = numberIn(m_sockets[device].energy_file);
    if (!uj) return {};
    return m_sockets[device].meter.take(*uj * kJoulesPerMicrojoule, m_clock.monotonicNs());
}

}  // namespace wattline
