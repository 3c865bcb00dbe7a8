// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/rocm_smi_source.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>

#include "telemetry/core/host.h"
#include "telemetry/power/visible_devices.h"

namespace wattline {
namespace {

/// A counter may be this far off the power that was seen; its ticks and the load's changes in a
/// quarter of a second are less.
constexpr double kCounterFactor = 2.0;

std::optional<std::string_view> variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string_view>(value);
}

/// HIP's list counts within ROCr's.
std::vector<std::size_t> visibleDies(const std::vector<std::string>& uuids) {
    const auto outer = visibleDevices(uuids, variable("ROCR_VISIBLE_DEVICES"), {});
    std::vector<std::string> within;
    for (const auto i : outer)
        within.push_back(uuids[i]);
    std::vector<std::size_t> chosen;
    for (const auto i : visibleDevices(within, variable("HIP_VISIBLE_DEVICES"), {}))
        chosen.push_back(outer[i]);
    return chosen;
}

std::string powerSensor(bool tells_now) {
    return tells_now ? "ROCm socket power" : "ROCm mean power";
}

bool hasTwoDies(const std::string& name) {
    return name.find("MI250") != std::string::npos;
}

}  // namespace

/// One look at a die, to compare its two sensors.
struct RocmSmiSource::Glance {
    std::int64_t at_ns = 0;
    std::optional<Joules> counter;
    std::optional<Watts> power;

    [[nodiscard]] bool agreesWith(const Glance& before) const {
        if (!before.counter || !counter) return false;
        if (!before.power || !power) return true;  // nothing to hold it against
        const Seconds dt{static_cast<double>(at_ns - before.at_ns) / kNanosPerSecond};
        const Joules counted = *counter - *before.counter;
        return counted >= std::min(*before.power, *power) * dt / kCounterFactor &&
               counted <= kCounterFactor * (std::max(*before.power, *power) * dt);
    }
};

std::unique_ptr<RocmSmiSource> RocmSmiSource::open(const Options& options, const Clock& clock,
                                                   SourceReport& report) {
    report = {"ROCm SMI", SensorAccess::Absent, "", ""};
    auto rocm = RocmSmiLibrary::load(options.library_names, report);
    if (!rocm) return nullptr;
    std::unique_ptr<RocmSmiSource> source(new RocmSmiSource(std::move(rocm)));
    const auto count = source->m_rocm->deviceCount();
    std::vector<std::string> uuids;
    for (std::uint32_t i = 0; i < count; ++i)
        uuids.push_back(source->m_rocm->uuid(i).value_or(""));
    const auto chosen = visibleDies(uuids);
    const std::set<std::size_t> used(chosen.begin(), chosen.end());
    report.access = count == 0 ? SensorAccess::Absent : SensorAccess::Broken;
    report.detail = std::to_string(chosen.size()) + " of " + std::to_string(count) + " GPUs";
    std::set<std::size_t> read;
    for (const auto i : chosen) {
        const bool pair =
            hasTwoDies(source->m_rocm->name(static_cast<std::uint32_t>(i)).value_or(""));
        const std::size_t die = pair ? i - i % 2 : i;  // the even die tells for both
        if (!read.insert(die).second) continue;
        const bool shared = pair && !(used.contains(die) && used.contains(die + 1));
        if (!source->addBoard(static_cast<std::uint32_t>(die), uuids[die], pair, shared))
            report.detail += "; GPU " + std::to_string(die) + " tells neither power nor energy";
    }
    if (source->m_devices.empty()) return nullptr;
    source->dropUnreliableCounters(options, clock, report);
    report.access = SensorAccess::Readable;
    report.detail += "; " + source->m_devices[0].label + ": " + source->m_devices[0].sensor;
    return source;
}

bool RocmSmiSource::addBoard(std::uint32_t die, const std::string& uuid, bool two_dies,
                             bool shared) {
    const bool tells_now = m_rocm->socketPower(die).has_value();
    const bool has_power = tells_now || m_rocm->meanPower(die).has_value();
    const bool has_counter = m_rocm->energy(die).has_value();
    if (uuid.empty() || (!has_power && !has_counter)) return false;
    PowerDevice info;
    info.id = uuid;
    info.label = m_rocm->name(die).value_or("AMD GPU") + (two_dies ? " (both dies)" : "");
    info.kind = "gpu";
    info.scope = scope::kBoard;
    info.attributed = shared;
    info.has_counter = has_counter;
    info.method = has_counter ? EnergyMethod::Counter : EnergyMethod::Integrated;
    if (has_counter) info.sensor = "ROCm energy counter";
    if (has_power) info.sensor += (has_counter ? ", " : "") + powerSensor(tells_now);
    info.gain_low = 0.95;
    info.gain_high = 1.05;
    info.period_s = 0.1;
    info.host = hostName();
    info.boot_id = bootId();
    m_devices.push_back(std::move(info));
    m_dies.push_back({die, tells_now});
    return true;
}

std::vector<RocmSmiSource::Glance> RocmSmiSource::look(const Clock& clock) const {
    std::vector<Glance> all;
    for (const auto& die : m_dies)
        all.push_back({clock.monotonicNs(), m_rocm->energy(die.number), power(die)});
    return all;
}

/// Twice before a counter is given up: this process may have been put aside in between.
void RocmSmiSource::dropUnreliableCounters(const Options& options, const Clock& clock,
                                           SourceReport& report) {
    if (std::ranges::none_of(m_devices, &PowerDevice::has_counter)) return;
    std::vector<bool> trusted(m_devices.size(), false);
    for (int attempt = 0; attempt < 2 && std::ranges::find(trusted, false) != trusted.end();
         ++attempt) {
        const auto before = look(clock);
        options.wait();
        const auto after = look(clock);
        for (std::size_t i = 0; i < trusted.size(); ++i)
            trusted[i] = trusted[i] || after[i].agreesWith(before[i]);
    }
    for (std::size_t i = 0; i < m_devices.size(); ++i) {
        auto& device = m_devices[i];
        if (!device.has_counter || trusted[i]) continue;
        device.has_counter = false;
        device.method = EnergyMethod::Integrated;
        device.sensor = powerSensor(m_dies[i].tells_now);
        report.detail += "; the energy counter of GPU " + std::to_string(m_dies[i].number) +
                         " does not follow its power and is not used";
    }
}

std::optional<Watts> RocmSmiSource::power(const Die& die) const {
    return die.tells_now ? m_rocm->socketPower(die.number) : m_rocm->meanPower(die.number);
}

PowerReading RocmSmiSource::read(std::size_t device, ReadRequest what) {
    if (device >= m_dies.size()) return {};
    PowerReading reading;
    const Die& die = m_dies[device];
    reading.power = power(die);
    if (what.counter && m_devices[device].has_counter) reading.counter = m_rocm->energy(die.number);
    if (what.state) reading.state = m_rocm->state(die.number);
    return reading;
}

}  // namespace wattline
