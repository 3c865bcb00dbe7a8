// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/rapl_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>

#include "telemetry/core/host.h"
#include "telemetry/power/number_file.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

constexpr double kJoulesPerMicrojoule = 1e-6;
/// The counters tick every millisecond; over less than this a mean power would be noise.
constexpr std::int64_t kShortestNs = 5'000'000;

struct ZoneFolder {
    fs::path path;
    std::string name;  ///< "package-0", "dram"
    std::string suffix;
};

/// Packages, and DRAM as "dram-N" of package N: zones are named intel-rapl:P and intel-rapl:P:Z.
std::vector<ZoneFolder> zoneFolders(const fs::path& powercap) {
    std::vector<ZoneFolder> zones;
    std::error_code error;
    for (fs::directory_iterator it(powercap, error), end; !error && it != end;
         it.increment(error)) {
        const std::string folder = it->path().filename().string();
        if (!folder.starts_with("intel-rapl:")) continue;
        const auto name = firstLine(it->path() / "name");
        if (!name) continue;
        if (name->starts_with("package-"))
            zones.push_back({it->path(), *name, *name});
        else if (*name == "dram") {
            const auto parent = folder.substr(0, folder.rfind(':'));
            const auto package = firstLine(powercap / parent / "name").value_or("package-?");
            zones.push_back({it->path(), *name, "dram-" + package.substr(package.find('-') + 1)});
        }
    }
    std::ranges::sort(zones, {}, &ZoneFolder::path);
    return zones;
}

std::string whyUnreadable(const fs::path& file) {
    if (access(file.c_str(), R_OK) == 0) return file.string() + " does not hold a number";
    if (errno == EACCES)
        return "the kernel keeps " + file.string() +
               " to root; an admin may run: chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj "
               "/sys/class/powercap/intel-rapl:*:*/energy_uj";
    return "cannot read " + file.string() + " (" + std::strerror(errno) + ")";
}

}  // namespace

std::unique_ptr<RaplSource> RaplSource::open(const fs::path& sysfs_root, const Clock& clock,
                                             SourceReport& report) {
    report = {"RAPL", false, ""};
    const auto zones = zoneFolders(sysfs_root / "class/powercap");
    if (zones.empty()) {
        report.detail = "no RAPL zone in " + (sysfs_root / "class/powercap").string() +
                        ": not this CPU, a virtual machine, or the module intel_rapl_msr is "
                        "missing";
        return nullptr;
    }
    std::unique_ptr<RaplSource> source(new RaplSource(clock));
    std::string names;
    for (const auto& zone : zones) {
        const auto energy = numberIn(zone.path / "energy_uj");
        const auto range = numberIn(zone.path / "max_energy_range_uj");
        if (!energy || !range) {
            report.detail =
                whyUnreadable(zone.path / (energy ? "max_energy_range_uj" : "energy_uj"));
            continue;
        }
        source->addZone(zone.path, zone.name, *energy, *range, zone.suffix);
        names += (names.empty() ? "" : ", ") + zone.suffix;
    }
    if (source->m_zones.empty()) return nullptr;
    report.usable = true;
    report.detail = "energy of " + names + (report.detail.empty() ? "" : "; " + report.detail);
    return source;
}

void RaplSource::addZone(const fs::path& folder, const std::string& name, double first_uj,
                         double range_uj, const std::string& suffix) {
    PowerDevice device;
    device.boot_id = bootId();
    device.host = hostName();
    device.id = "host:" + device.boot_id + "/" + suffix;
    const bool dram = name == "dram";
    device.label = (dram ? "DRAM of CPU " : "CPU ") + suffix.substr(suffix.find('-') + 1);
    device.kind = "cpu";
    device.scope = dram ? "dram" : "package";
    device.sensor = "RAPL";
    device.method = EnergyMethod::Counter;
    device.gain_low = 0.95;
    device.gain_high = 1.05;
    device.period_s = 0.001;
    m_devices.push_back(std::move(device));
    m_zones.push_back({folder / "energy_uj", WrappingCounter(first_uj, range_uj + 1.0),
                       first_uj * kJoulesPerMicrojoule, m_clock.monotonicNs(), std::nullopt});
}

/// The counter comes with every read: the file costs microseconds.
PowerReading RaplSource::read(std::size_t device, bool /*with_counter*/) {
    if (device >= m_zones.size()) return {};
    Zone& zone = m_zones[device];
    const auto raw = numberIn(zone.energy_file);
    if (!raw) return {};
    const std::int64_t now = m_clock.monotonicNs();
    const double j = zone.counter.update(*raw) * kJoulesPerMicrojoule;
    if (now - zone.last_ns >= kShortestNs) {
        const Seconds dt{static_cast<double>(now - zone.last_ns) / kNanosPerSecond};
        zone.last_power = Joules{j - zone.last_j} / dt;
        zone.last_j = j;
        zone.last_ns = now;
    }
    return {zone.last_power, Joules{j}};
}

}  // namespace wattline
