// SPDX-License-Identifier: Apache-2.0
// A hub as a process of its own, without the command line: `hub_program hub serve [idle seconds]`.
#include <cstdio>
#include <cstdlib>

#include "app/hub/hub_server.h"

int main(int argc, char** argv) {
    const auto workspace = wattline::Workspace::open();
    if (!workspace) return static_cast<int>(workspace.error().code);
    wattline::HubOptions options;
    options.idle_seconds = argc > 3 ? std::atoi(argv[3]) : 0;
    const auto served = wattline::serveHub(*workspace, options);
    if (served) return 0;
    std::fprintf(stderr, "%s\n", served.error().message.c_str());
    return static_cast<int>(served.error().code);
}
