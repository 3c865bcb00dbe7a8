// SPDX-License-Identifier: Apache-2.0
// `ledger_append`: what the readings of a node with eight GPUs cost the ledger: power at 10 Hz, the
// counter every 30 s. The time is that of eight readings, one a device; items are readings.
#include <benchmark/benchmark.h>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "telemetry/analysis/ledger.h"

namespace wattline::bench {
namespace {

constexpr int kDevices = 8;
constexpr double kPeriodS = 0.1;
constexpr int kCounterEvery = 300;  ///< readings
constexpr int kReadings = 36'000;   ///< an hour, then a new ledger: memory stays what a run's is

PowerDevice device(int index) {
    PowerDevice d;
    d.id = "GPU-" + std::to_string(index);
    d.kind = "gpu";
    d.scope = "board";
    d.method = EnergyMethod::Counter;
    d.gain_low = 0.95;
    d.gain_high = 1.05;
    d.period_s = kPeriodS;
    d.boot_id = "boot";
    return d;
}

void ledgerAppend(benchmark::State& state) {
    constexpr double kNotRead = std::numeric_limits<double>::quiet_NaN();
    EnergyLedger ledger;
    std::int64_t reading = kReadings;
    std::int64_t appended = 0;
    for (auto _ : state) {
        if (reading == kReadings) {
            state.PauseTiming();
            ledger = EnergyLedger();
            for (int i = 0; i < kDevices; ++i)
                ledger.addDevice(device(i));
            reading = 0;
            state.ResumeTiming();
        }
        const double t = kPeriodS * static_cast<double>(reading);
        const double power = 300.0 + static_cast<double>(reading % 7);
        const double counter = reading % kCounterEvery == 0 ? 303.0 * t : kNotRead;
        for (std::size_t i = 0; i < kDevices; ++i)
            ledger.addSample(i, {t, power, counter});
        ++reading;
        appended += kDevices;
    }
    state.SetItemsProcessed(appended);
}

/// What a summary asks of it once a second: entries of a window of ten hours.
void ledgerEntries(benchmark::State& state) {
    EnergyLedger ledger;
    for (int i = 0; i < kDevices; ++i)
        ledger.addDevice(device(i));
    for (int k = 0; k < 10 * kReadings; ++k)
        for (std::size_t i = 0; i < kDevices; ++i)
            ledger.addSample(i, {kPeriodS * k, 300.0, k % 300 == 0 ? 30.0 * k : std::nan("")});
    for (auto _ : state)
        benchmark::DoNotOptimize(ledger.entries(0.0, 36'000.0));
}

BENCHMARK(ledgerAppend)->Name("ledger_append");
BENCHMARK(ledgerEntries)->Name("ledger_entries")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace wattline::bench
