// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/core/run_state.h"

namespace wattline {

/// job.sh's last act.
struct ExitRecord {
    int exit_code = 0;
    std::optional<int> signal, rank;
    std::string host, reason;
};

/// A rank whose process is gone although its journal has no `ended` record.
struct MissingRank {
    std::uint32_t rank = 0;
    std::string host;
    std::int64_t pid = 0;
};

/// Everything that says where a run stands. The first part comes from its records, the second from
/// its folder and this host's processes.
struct Evidence {
    bool hello = false, steps = false, held = false, stopping = false;
    bool all_ended = false;  ///< every rank of the latest attempt wrote its last record
    bool stopped = false;    ///< ... and one of them because it was told to
    bool failed = false;     ///< a rank said that it failed
    std::string failure;     ///< its sentence
    std::string unwritten;   ///< why a rank's records are not all in its journal; one sentence
    std::int64_t step = 0;

    bool job_known = false;         ///< job.json is there
    std::optional<bool> job_alive;  ///< empty: it runs on another host
    std::int64_t job_pid = 0;
    std::optional<ExitRecord> exit;
    std::vector<MissingRank> missing_ranks;
    bool ranks_alive = false;  ///< every rank's process is on this host and runs
    double silent_s = 0.0;     ///< since anything was heard or written
    double age_s = 0.0;        ///< since the run was created
};

struct Verdict {
    RunState state = RunState::Queued;
    std::string reason;  ///< one sentence for failed, lost and stopped runs
};
/// Pure: the same evidence gives the same verdict.
[[nodiscard]] Verdict judge(const Evidence& evidence);

}  // namespace wattline
