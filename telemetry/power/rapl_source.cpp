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
constexpr double kTickS = 0.001;  // Intel's software developer's manual: about 1 ms
constexpr std::int64_t kShortestNs = 5'000'000;

struct ZoneFolder {
    fs::path path;
    std::string suffix;  ///< "package-0", "dram-0", "psys": the end of the device's id
};

struct Zones {
    std::vector<ZoneFolder> folders;
    bool hidden = false;  ///< zones are listed, but what they are is masked
};

/// Packages, psys, and DRAM as "dram-N" of package N: zones are named intel-rapl:P and
/// intel-rapl:P:Z. intel-rapl-mmio:P is the same package read another way.
Zones findZones(const fs::path& powercap) {
    Zones zones;
    std::error_code error;
    for (fs::directory_iterator it(powercap, error), end; !error && it != end;
         it.increment(error)) {
        const std::string folder = it->path().filename().string();
        if (!folder.starts_with("intel-rapl:")) continue;
        const auto name = firstLine(it->path() / "name");
        zones.hidden = zones.hidden || !name;
        if (!name) continue;
        if (name->starts_with("package-") || *name == "psys")
            zones.folders.push_back({it->path(), *name});
        else if (*name == "dram") {
            const auto parent = folder.substr(0, folder.rfind(':'));
            const auto package = firstLine(powercap / parent / "name").value_or("package-?");
            zones.folders.push_back({it->path(), "dram-" + package.substr(package.find('-') + 1)});
        }
    }
    std::ranges::sort(zones.folders, {}, &ZoneFolder::path);
    return zones;
}

void explainAbsence(const fs::path& powercap, bool hidden, SourceReport& report) {
    if (hidden) {
        report.access = SensorAccess::Denied;
        report.detail = "the zones in " + powercap.string() + " are masked in this container";
        report.advice = "start the container with --security-opt systempaths=unconfined, or mount "
                        "/sys/devices/virtual/powercap into it";
        return;
    }
    report.detail = "no RAPL zone in " + powercap.string() +
                    ": not this CPU, a virtual machine, a container, or a missing module";
    report.advice = "on a physical host an admin may run: modprobe intel_rapl_msr";
}

void explainUnreadable(const fs::path& file, SourceReport& report) {
    report.access = SensorAccess::Broken;
    if (access(file.c_str(), R_OK) == 0) {
        report.detail = file.string() + " does not hold a number";
    } else if (errno == EACCES) {
        report.access = SensorAccess::Denied;
        report.detail = "the kernel keeps " + file.string() + " to root";
        report.advice = "an admin who accepts what CVE-2020-8694 says about it may run: chmod a+r "
                        "/sys/class/powercap/intel-rapl:*/energy_uj "
                        "/sys/class/powercap/intel-rapl:*:*/energy_uj (until the next start)";
    } else {
        report.detail = "cannot read " + file.string() + " (" + std::strerror(errno) + ")";
    }
}

std::string labelOf(const std::string& suffix) {
    if (suffix == "psys") return "platform (psys)";
    const auto number = suffix.substr(suffix.find('-') + 1);
    return (suffix.starts_with("dram") ? "DRAM of CPU " : "CPU ") + number;
}

std::string_view scopeOf(const std::string& suffix) {
    if (suffix == "psys") return scope::kPlatform;
    return suffix.starts_with("dram") ? scope::kDram : scope::kPackage;
}

}  // namespace

std::unique_ptr<RaplSource> RaplSource::open(const fs::path& sysfs_root, const Clock& clock,
                                             SourceReport& report) {
    report = {"RAPL", SensorAccess::Absent, "", ""};
    const auto powercap = sysfs_root / "class/powercap";
    const auto zones = findZones(powercap);
    if (zones.folders.empty()) {
        explainAbsence(powercap, zones.hidden, report);
        return nullptr;
    }
    std::unique_ptr<RaplSource> source(new RaplSource(clock));
    std::string names;
    for (const auto& zone : zones.folders) {
        const auto energy = numberIn(zone.path / "energy_uj");
        const auto range = numberIn(zone.path / "max_energy_range_uj");
        if (!energy || !range) {
            explainUnreadable(zone.path / (energy ? "max_energy_range_uj" : "energy_uj"), report);
            continue;
        }
        source->addZone(zone.path, zone.suffix, *energy, *range);
        names += (names.empty() ? "" : ", ") + zone.suffix;
    }
    if (source->m_zones.empty()) return nullptr;
    report.access = SensorAccess::Readable;
    report.detail = "energy of " + names + (report.detail.empty() ? "" : "; " + report.detail);
    return source;
}

void RaplSource::addZone(const fs::path& folder, const std::string& suffix, double first_uj,
                         double range_uj) {
    PowerDevice device;
    device.boot_id = bootId();
    device.host = hostName();
    device.id = "host:" + device.boot_id + "/" + suffix;
    device.label = labelOf(suffix);
    device.kind = "cpu";
    device.scope = scopeOf(suffix);
    device.sensor = "RAPL";
    device.method = EnergyMethod::Counter;
    device.has_counter = true;
    device.counter_tick_s = kTickS;
    device.averaged_share = 1.0;
    device.gain_low = 0.95;
    device.gain_high = 1.05;
    device.period_s = kTickS;
    m_devices.push_back(std::move(device));
    const double range_j = (range_uj + 1.0) * kJoulesPerMicrojoule;
    m_zones.push_back(
        {folder / "energy_uj",
         CounterMeter(first_uj * kJoulesPerMicrojoule, range_j, m_clock.monotonicNs(), kShortestNs),
         Joules{range_j}});
}

/// The counter comes with every read: the file costs microseconds.
PowerReading RaplSource::read(std::size_t device, ReadRequest /*what*/) {
    if (device >= m_zones.size()) return {};
    Zone& zone = m_zones[device];
    const auto raw = numberIn(zone.energy_file);
    if (!raw) return {};
    return zone.meter.take(*raw * kJoulesPerMicrojoule, m_clock.monotonicNs());
}

}  // namespace wattline
