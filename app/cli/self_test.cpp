// SPDX-License-Identifier: Apache-2.0
#include "app/cli/self_test.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>
#include <thread>

#include "app/cli/wording.h"
#include "telemetry/analysis/uncertainty.h"

namespace wattline::cli {
namespace {

constexpr std::size_t kFewestReadings = 3;

/// What was read of one device.
struct Watched {
    PowerDevice device;
    std::vector<double> t_s, power_w;
    std::optional<double> first_j, last_j;
    double first_s = 0.0, last_s = 0.0;  ///< of the counter's readings
    double first_took_s = 0.0, last_took_s = 0.0;
    bool counter_fell = false;

    void take(const PowerReading& reading, double at_s, double took_s) {
        if (reading.power) {
            t_s.push_back(at_s);
            power_w.push_back(reading.power->value);
        }
        if (!reading.counter) return;
        const double j = reading.counter->value;
        counter_fell = counter_fell || (last_j && j < *last_j);
        if (!first_j) {
            first_j = j;
            first_s = at_s;
            first_took_s = took_s;
        }
        last_j = j;
        last_s = at_s;
        last_took_s = took_s;
    }
};

double halfWidth(const UncertaintyInputs& in) {
    return kCoverage * uncertaintyTerms(in).combined();
}

/// The counter's difference. A read that took long (this process was put aside) may have seen the
/// counter at any time in between.
std::optional<TestedEnergy> counterFigure(const Watched& seen) {
    if (!seen.first_j || seen.counter_fell || seen.last_s <= seen.first_s) return std::nullopt;
    UncertaintyInputs in;
    in.energy_j = *seen.last_j - *seen.first_j;
    in.active_s = seen.last_s - seen.first_s;
    in.tick_s = seen.device.counter_tick_s.value_or(seen.device.period_s) + seen.first_took_s +
                seen.last_took_s;
    in.gain_half_width = gainHalfWidth(seen.device);
    const auto& sensor = seen.device.sensor;
    return TestedEnergy{sensor.substr(0, sensor.find(',')), EnergyMethod::Counter, in.energy_j,
                        halfWidth(in)};
}

/// Trapezoids over the sampled power. Readings that are no means are as far off as neighbours
/// differ: s from successive differences, which a slow drift does not enter.
std::optional<TestedEnergy> integrated(const Watched& seen) {
    const auto n = seen.t_s.size();
    if (n < kFewestReadings) return std::nullopt;
    double j = 0.0, squares = 0.0;
    for (std::size_t i = 1; i < n; ++i) {
        j += 0.5 * (seen.power_w[i] + seen.power_w[i - 1]) * (seen.t_s[i] - seen.t_s[i - 1]);
        squares += std::pow(seen.power_w[i] - seen.power_w[i - 1], 2);
    }
    UncertaintyInputs in;
    in.energy_j = j;
    in.active_s = in.sampled_s = seen.t_s.back() - seen.t_s.front();
    in.sample_spacing_s = in.active_s / static_cast<double>(n - 1);
    in.tick_s = std::max(in.sample_spacing_s, seen.device.period_s);
    in.deviation_w = std::sqrt(0.5 * squares / static_cast<double>(n - 1));
    in.averaged_share = seen.device.averaged_share.value_or(0.0);
    in.gain_half_width = gainHalfWidth(seen.device);
    const auto& sensor = seen.device.sensor;
    const auto comma = sensor.find(", ");
    const auto method =
        isMeasured(seen.device.method) ? EnergyMethod::Integrated : seen.device.method;
    return TestedEnergy{comma == std::string::npos ? sensor : sensor.substr(comma + 2), method, j,
                        halfWidth(in)};
}

/// The device's figure, the counter's where it has one.
std::optional<TestedEnergy> figureOf(const Watched& seen) {
    auto figure = counterFigure(seen);
    return figure ? figure : integrated(seen);
}

/// Counter and power are two sensors, unless the power was made of the counter.
void compareOwn(const Watched& seen, SelfTest& test) {
    const auto a = counterFigure(seen);
    const auto b = integrated(seen);
    if (!a || !b || a->sensor == b->sensor) return;
    test.comparisons.push_back({SensorComparison::Kind::SameDevice, seen.device.label, *a, *b,
                                std::abs(a->j - b->j) <= a->u_j + b->u_j});
}

/// Adds a measured device's figure; false where it has none.
bool add(TestedEnergy& sum, const Watched& seen) {
    const auto figure = isMeasured(seen.device.method) ? figureOf(seen) : std::nullopt;
    if (!figure) return false;
    sum.j += figure->j;
    sum.u_j = std::hypot(sum.u_j, figure->u_j);
    sum.method = figure->method;
    return true;
}

/// The parts that the whole's own sensor tells, so that no part is added twice. A module's memory
/// is in its GPU's figure.
void compareParts(const Watched& whole, const std::vector<Watched>& all, SelfTest& test) {
    const auto total = figureOf(whole);
    if (!total || !isMeasured(whole.device.method)) return;
    TestedEnergy sum;
    int count = 0;
    for (const auto& part : all) {
        const bool inside =
            part.device.scope == scope::kMemory && whole.device.scope == scope::kModule;
        if (part.device.part_of == whole.device.id && !inside && add(sum, part)) ++count;
    }
    if (count == 0) return;
    sum.sensor = counted(count, "part");
    test.comparisons.push_back({SensorComparison::Kind::WholeAndParts, whole.device.label, *total,
                                sum, total->j + total->u_j >= sum.j - sum.u_j});
}

/// "RAPL", "NVML", "pm_counters": who reads it.
std::string readerOf(const Watched& seen) {
    return seen.device.sensor.substr(0, seen.device.sensor.find(' '));
}

/// All boards, all packages, all DRAM: by each reader that sees them.
void compareReaders(std::string_view scope, const std::vector<Watched>& all, SelfTest& test) {
    struct Group {
        TestedEnergy sum;
        int count = 0;
    };
    std::map<std::string, Group> groups;
    for (const auto& each : all) {
        if (each.device.scope != scope) continue;
        auto& group = groups[readerOf(each)];
        if (add(group.sum, each)) ++group.count;
    }
    std::erase_if(groups, [](const auto& each) { return each.second.count == 0; });
    for (auto& [reader, group] : groups)
        group.sum.sensor = reader + ", " + counted(group.count, "device");
    if (groups.size() < 2) return;
    const auto& first = groups.begin()->second;
    for (auto it = std::next(groups.begin()); it != groups.end(); ++it) {
        // A process may see fewer boards than the node has; of packages there may be one sum.
        if (scope == scope::kBoard && it->second.count != first.count) continue;
        const auto& second = it->second.sum;
        test.comparisons.push_back(
            {SensorComparison::Kind::SameDevice, "every " + std::string(scope), first.sum, second,
             std::abs(first.sum.j - second.j) <= first.sum.u_j + second.u_j});
    }
}

/// An estimate of the CPUs beside the packages that are measured.
void compareEstimate(const Watched& estimate, const std::vector<Watched>& all, SelfTest& test) {
    const auto guess = figureOf(estimate);
    if (!guess || estimate.device.method != EnergyMethod::Estimated) return;
    TestedEnergy sum;
    for (const auto& each : all)
        if (each.device.scope == scope::kPackage && add(sum, each)) sum.sensor = each.device.sensor;
    if (sum.sensor.empty()) return;
    test.comparisons.push_back({SensorComparison::Kind::AgainstEstimate, "CPU", sum, *guess, true});
}

std::string whyNothing(const std::vector<Watched>& all) {
    if (all.empty()) return "no sensor can be read, so nothing was tested";
    const auto measured = std::ranges::count_if(
        all, [](const Watched& each) { return isMeasured(each.device.method); });
    if (measured == 0)
        return "there is an estimate and no sensor, so nothing could be compared with it";
    return "each thing here has one sensor, so nothing could be compared";
}

void pause(const SelfTestOptions& options, std::int64_t ns) {
    if (ns <= 0) return;
    if (options.sleep)
        options.sleep(ns);
    else
        std::this_thread::sleep_for(std::chrono::nanoseconds(ns));
}

/// One round over all devices; with their counters at the edges of the window.
void readAll(const std::vector<std::unique_ptr<PowerSource>>& sources, const Clock& clock,
             std::int64_t start_ns, bool edge, std::vector<Watched>& all, SelfTest& test) {
    std::size_t index = 0;
    for (const auto& source : sources)
        for (std::size_t i = 0; i < source->devices().size(); ++i) {
            const std::int64_t before_ns = clock.monotonicNs();
            const auto reading = source->read(i, {.counter = edge, .state = false});
            const std::int64_t took_ns = clock.monotonicNs() - before_ns;
            const auto seconds = [](std::int64_t ns) {
                return static_cast<double>(ns) / kNanosPerSecond;
            };
            all[index++].take(reading, seconds(before_ns + took_ns / 2 - start_ns),
                              seconds(took_ns));
            ++test.reads;
            if (!reading.power && !reading.counter) ++test.failed_reads;
        }
}

void compareAll(const std::vector<Watched>& all, SelfTest& test) {
    for (const auto& each : all) {
        compareOwn(each, test);
        compareParts(each, all, test);
        compareEstimate(each, all, test);
    }
    for (const auto scope : {scope::kBoard, scope::kPackage, scope::kDram})
        compareReaders(scope, all, test);
    if (test.comparisons.empty()) test.nothing_to_compare = whyNothing(all);
}

}  // namespace

bool SelfTest::agree() const noexcept {
    return std::ranges::all_of(comparisons, &SensorComparison::agree);
}

SelfTest runSelfTest(const std::vector<std::unique_ptr<PowerSource>>& sources, const Clock& clock,
                     const SelfTestOptions& options) {
    SelfTest test;
    std::vector<Watched> all;
    for (const auto& source : sources)
        for (const auto& device : source->devices()) {
            all.emplace_back();
            all.back().device = device;
        }
    const std::int64_t start_ns = clock.monotonicNs();
    for (bool last = all.empty(); !last;) {
        const std::int64_t round_ns = clock.monotonicNs();
        last = round_ns - start_ns >= options.duration_ns;
        readAll(sources, clock, start_ns, last || test.reads == 0, all, test);
        if (!last) pause(options, round_ns + options.period_ns - clock.monotonicNs());
    }
    test.seconds = static_cast<double>(clock.monotonicNs() - start_ns) / kNanosPerSecond;
    compareAll(all, test);
    return test;
}

}  // namespace wattline::cli
