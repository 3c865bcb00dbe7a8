// SPDX-License-Identifier: Apache-2.0
// What sampling costs a node with eight GPUs.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "telemetry/power/nvml_source.h"
#include "telemetry/power/power_sampler.h"
#include "tests/support/temporary_folder.h"

namespace wattline::bench {
namespace {

/// Eight boards behind the stub of NVML, through the real dlopen path; each call burns what NVML's
/// was measured to cost: half a microsecond, a counter 2.4 ms. Null where the stub is not there.
std::unique_ptr<PowerSource> eightBoards(const std::filesystem::path& folder) {
    const auto script = folder / "script";
    std::ofstream(script) << "devices 8 NVIDIA H100 80GB HBM3\n"
                             "cost field 0.5\ncost power 0.5\ncost state 0.5\n"
                             "cost counter 2400\n";
    setenv("WATTLINE_STUB_SCRIPT", script.c_str(), 1);
    unsetenv("CUDA_VISIBLE_DEVICES");
    SourceReport report;
    return NvmlSource::open(NVML_STUB, report);
}

/// A window of 60 s as a run has it: power at 10 Hz, counters at both edges and every 30 s. The
/// figure is `core_percent`: CPU time of the sampler's thread over wall time; promised: under 0.2.
void sample8Devices(benchmark::State& state) {
    double cpu_s = 0.0, wall_s = 0.0;
    std::uint64_t readings = 0;
    for (auto _ : state) {
        const test::TemporaryFolder folder;
        std::vector<std::unique_ptr<PowerSource>> sources;
        sources.push_back(eightBoards(folder.path()));
        // A board whose memory has a sensor of its own is two devices.
        if (!sources.front() ||
            std::ranges::count(sources.front()->devices(), "", &PowerDevice::part_of) != 8)
            return state.SkipWithError("the stub of NVML does not show eight boards");
        SamplerOptions options;
        options.run = "bench";
        options.folder = folder.path();
        SamplerOutput output;
        output.record = [&](const PowerRecord& record) {
            readings += std::isfinite(record.power_w);
        };
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
    state.counters["readings_per_s"] = static_cast<double>(readings) / wall_s;
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
