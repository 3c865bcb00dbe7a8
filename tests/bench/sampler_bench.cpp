// SPDX-License-Identifier: Apache-2.0
// What sampling costs a node with eight GPUs. Calls burn what NVML's were measured to cost.
#include <benchmark/benchmark.h>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/power/power_sampler.h"
#include "tests/support/temporary_folder.h"

namespace wattline::bench {
namespace {

void burn(std::chrono::nanoseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < until) {
    }
}

/// Eight boards whose calls cost what NVML's do: power 0.5 us, each part of the state the same, a
/// counter 2.4 ms.
class CostlySource final : public PowerSource {
public:
    CostlySource() : m_devices(8) {
        for (std::size_t i = 0; i < m_devices.size(); ++i) {
            m_devices[i].id = "GPU-" + std::to_string(i);
            m_devices[i].method = EnergyMethod::Counter;
            m_devices[i].has_counter = true;
        }
    }
    [[nodiscard]] const std::vector<PowerDevice>& devices() const override { return m_devices; }
    [[nodiscard]] PowerReading read(std::size_t, ReadRequest what) override {
        burn(std::chrono::nanoseconds(500));
        if (what.state) burn(std::chrono::nanoseconds(6 * 500));
        PowerReading reading;
        reading.power = Watts{500.0};
        if (!what.counter) return reading;
        burn(std::chrono::microseconds(2400));
        reading.counter = Joules{5e-7 * static_cast<double>(systemClock().monotonicNs())};
        return reading;
    }

private:
    std::vector<PowerDevice> m_devices;
};

/// A window of 60 s as a run has it: power at 10 Hz, counters at both edges and every 30 s. The
/// figure is `core_percent`: CPU time of the sampler's thread over wall time; promised: under 0.2.
void sample8Devices(benchmark::State& state) {
    double cpu_s = 0.0, wall_s = 0.0;
    for (auto _ : state) {
        const test::TemporaryFolder folder;
        std::vector<std::unique_ptr<PowerSource>> sources;
        sources.push_back(std::make_unique<CostlySource>());
        SamplerOptions options;
        options.run = "bench";
        options.folder = folder.path();
        SamplerOutput output;
        output.record = [](const PowerRecord& record) { benchmark::DoNotOptimize(record); };
        output.cost = [&](double seconds) { cpu_s = seconds; };
        const auto start = std::chrono::steady_clock::now();
        const auto sampler = PowerSampler::start(std::move(sources), options, std::move(output));
        std::this_thread::sleep_for(std::chrono::seconds(state.range(0)));
        (*sampler)->stop();
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
        wall_s = wall.count();
        state.SetIterationTime(wall_s);
    }
    state.counters["core_percent"] = 100.0 * cpu_s / wall_s;
    state.counters["cpu_s"] = cpu_s;
}
BENCHMARK(sample8Devices)
    ->Name("sample_8_devices")
    ->ArgName("seconds")
    ->Arg(60)
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace wattline::bench
