// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/pm_counters_source.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "telemetry/core/host.h"
#include "telemetry/power/number_file.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

constexpr double kPeriodS = 0.1;
constexpr std::int64_t kStaleNs = 1'000'000'000;  ///< ten updates
constexpr int kTries = 3;
constexpr int kMostAccelerators = 16;

}  // namespace

std::optional<double> parsePmCounter(std::string_view line, std::string_view unit) {
    double value = 0.0;
    const auto* end = line.data() + line.size();
    const auto [rest, error] = std::from_chars(line.data(), end, value);
    if (error != std::errc() || !(value >= 0.0)) return std::nullopt;
    auto word = line.substr(static_cast<std::size_t>(rest - line.data()));
    word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
    if (word.substr(0, word.find(' ')) != unit) return std::nullopt;
    return value;
}

PmCountersSource::PmCountersSource(fs::path folder, ReadLine read_line, const Clock& clock)
    : m_folder(std::move(folder)), m_read_line(std::move(read_line)), m_clock(clock) {}

std::optional<double> PmCountersSource::value(const std::string& file,
                                              std::string_view unit) const {
    return parsePmCounter(m_read_line(m_folder / file).value_or(""), unit);
}

std::optional<double> PmCountersSource::freshness() const {
    return value("freshness", "");
}

std::unique_ptr<PmCountersSource> PmCountersSource::open(const Options& options, const Clock& clock,
                                                         SourceReport& report) {
    report = {"pm_counters", SensorAccess::Absent, "", ""};
    const auto folder = options.sysfs_root / "cray/pm_counters";
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
        report.detail = "no " + folder.string() + ": not an HPE Cray node";
        return nullptr;
    }
    std::unique_ptr<PmCountersSource> source(
        new PmCountersSource(folder, options.read_line ? options.read_line : firstLine, clock));
    if (!source->freshness()) {
        report.access = SensorAccess::Broken;
        report.detail = "cannot read " + (folder / "freshness").string() +
                        ", without which torn readings cannot be told";
        return nullptr;
    }
    source->add("", "node", "node", scope::kNode);
    source->add("cpu_", "pm-cpu", "CPU", scope::kPackage);
    source->add("memory_", "pm-memory", "memory of the CPU", scope::kDram);
    for (int i = 0; options.with_accelerators && i < kMostAccelerators; ++i) {
        const auto number = std::to_string(i);
        source->add("accel" + number + "_", "accel" + number, "accelerator " + number,
                    scope::kBoard);
    }
    if (source->m_devices.empty()) {
        report.access = SensorAccess::Broken;
        report.detail = "no file of " + folder.string() + " holds joules";
        return nullptr;
    }
    report.access = SensorAccess::Readable;
    for (const auto& device : source->m_devices)
        report.detail += (report.detail.empty() ? "energy of " : ", ") + device.label;
    if (!options.with_accelerators) report.detail += "; accelerators are read by their own library";
    return source;
}

bool PmCountersSource::add(const std::string& prefix, const std::string& suffix,
                           const std::string& label, std::string_view scope) {
    if (!value(prefix + "energy", "J")) return false;
    PowerDevice device;
    device.boot_id = bootId();
    device.host = hostName();
    const auto host = "host:" + device.boot_id + "/";
    device.id = host + suffix;
    device.label = label;
    device.kind = scope == scope::kBoard ? "gpu" : scope == scope::kNode ? "node" : "cpu";
    device.scope = scope;
    device.sensor = "pm_counters";
    if (scope != scope::kNode) device.part_of = host + "node";
    device.method = EnergyMethod::Counter;
    device.has_counter = true;
    device.counter_tick_s = kPeriodS;
    device.gain_low = 0.95;
    device.gain_high = 1.05;
    device.period_s = kPeriodS;
    m_devices.push_back(std::move(device));
    m_prefixes.push_back(prefix);
    return true;
}

bool PmCountersSource::isStale(double fresh) {
    const auto now = m_clock.monotonicNs();
    if (m_freshness != fresh) {
        m_freshness = fresh;
        m_fresh_ns = now;
    }
    return now - m_fresh_ns > kStaleNs;
}

PowerReading PmCountersSource::read(std::size_t device, ReadRequest /*what*/) {
    if (device >= m_prefixes.size()) return {};
    for (int i = 0; i < kTries; ++i) {
        const auto before = freshness();
        const auto power = value(m_prefixes[device] + "power", "W");
        const auto energy = value(m_prefixes[device] + "energy", "J");
        const auto after = freshness();
        if (!before || !after) return {};
        if (*before != *after) continue;  // torn: the set changed while it was read
        if (isStale(*after)) return {};
        PowerReading reading;
        if (power) reading.power = Watts{*power};
        if (energy) reading.counter = Joules{*energy};
        return reading;
    }
    return {};
}

}  // namespace wattline
