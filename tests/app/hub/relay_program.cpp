// SPDX-License-Identifier: Apache-2.0
// A relay as a process of its own, on a host that it claims to be:
//   relay_program RUN_FOLDER SOCKET_FOLDER BOOT_ID
#include <atomic>
#include <cstdio>

#include "telemetry/transport/relay.h"

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const std::filesystem::path run = argv[1];
    auto relay = wattline::Relay::open(
        {run.parent_path().parent_path() / "hub.json", run, argv[2], argv[3]});
    if (!relay) {
        std::fprintf(stderr, "%s\n", relay.error().message.c_str());
        return static_cast<int>(relay.error().code);
    }
    const std::atomic<bool> never{false};
    (*relay)->run(never);  // until it is killed
}
