// SPDX-License-Identifier: Apache-2.0
// A process of a run that samples, for tests that kill it: FOLDER BOOT_ID RUN DEVICE [DEVICE...].
// It says on its standard output "started", "read DEVICE", "record DEVICE AT_NS" and "runs DEVICE
// N", a line each, and stops in order when its standard input ends.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>
#include <vector>

#include "telemetry/power/power_sampler.h"
#include "tests/telemetry/power/board_sensor.h"

namespace {

/// One write a line: a line that is killed half way does not come.
void say(const std::string& line) {
    const auto text = line + "\n";
    if (write(STDOUT_FILENO, text.data(), text.size()) < 0) _exit(1);
}

}  // namespace

int main(int argc, char** argv) {
    using namespace wattline;
    if (argc < 5) return 2;
    const std::vector<std::string> devices(argv + 4, argv + argc);
    SamplerOptions options;
    options.folder = argv[1];
    options.boot_id = argv[2];
    options.run = argv[3];
    options.period_ms = 20;
    options.counter_period_ms = 200;
    options.election_period_ms = 100;
    if (const char* silence = std::getenv("SILENCE_MS")) options.silence_ms = std::atoi(silence);
    SamplerOutput output;
    output.record = [&](const PowerRecord& record) {
        say("record " + devices[record.device] + " " + std::to_string(record.at_ns));
    };
    output.sharing = [&](const DeviceSharing& sharing) {
        say("runs " + devices[sharing.device] + " " + std::to_string(sharing.runs));
    };
    auto sensor = std::make_unique<test::BoardSensor>(
        devices, options.boot_id, [&](std::size_t device) { say("read " + devices[device]); });
    const auto sampler = PowerSampler::start(test::onlySource(std::move(sensor)),
                                             std::move(options), std::move(output));
    if (!sampler) {
        std::fprintf(stderr, "%s\n", sampler.error().message.c_str());
        return 1;
    }
    say("started");
    char byte = 0;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    return (*sampler)->stop() ? 0 : 1;
}
