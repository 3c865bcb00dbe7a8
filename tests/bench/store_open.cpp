// SPDX-License-Identifier: Apache-2.0
// What `open_10M` starts: opens a run folder and answers one question over its whole range.
#include <cstdio>
#include <string>

#include "telemetry/runs/run_history.h"

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const auto history = wattline::RunHistory::open({argv[1]});
    if (!history) {
        std::fprintf(stderr, "%s\n", history.error().message.c_str());
        return 1;
    }
    wattline::SeriesQuery query;
    query.series = "loss";
    const auto columns = (*history)->query(query);
    return columns && columns->x.size() > 1000 ? 0 : 1;
}
