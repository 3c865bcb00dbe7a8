// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/core/run_summary.h"
#include "telemetry/core/series.h"

namespace wattline {

/// Everything a client shows about the hub at one moment. Immutable once published.
struct Snapshot {
    std::uint64_t revision = 0;
    bool connected = false;
    std::string status;  ///< one sentence: what the client waits for, when not connected
    std::string workspace;
    std::string host;
    std::int64_t hub_pid = 0;
    std::vector<RunSummary> runs;  ///< newest first
};

/// Reading: the only way a window or a command learns about runs. Implemented over the hub's socket
/// and by fakes in tests. Nothing here blocks.
/// Threads: any may call; callbacks come on the feed's own thread and must not block it.
class Feed {
public:
    virtual ~Feed() = default;

    /// The latest snapshot; cheap, never null. Poll it every 50-100 ms and compare revisions.
    [[nodiscard]] virtual std::shared_ptr<const Snapshot> snapshot() const = 0;

    using SeriesCallback = std::function<void(Result<SeriesColumns>)>;
    virtual void requestSeries(SeriesQuery query, SeriesCallback done) = 0;
};

/// What follows from a configuration, shown before anything starts.
struct LaunchPreview {
    RunSpec spec;                ///< completed
    double learning_rate = 0.0;  ///< after warm-up
    std::int64_t steps_per_epoch = 0;
    std::string script;                 ///< the exact job.sh
    std::vector<std::string> warnings;  ///< one sentence each
};

/// Steering. Commands are idempotent by id; the answer is "accepted" or the reason why not.
/// Threads: as for Feed.
class Control {
public:
    virtual ~Control() = default;

    using PreviewCallback = std::function<void(Result<LaunchPreview>)>;
    using LaunchCallback = std::function<void(Result<RunId>)>;
    using CommandCallback = std::function<void(Result<void>)>;

    virtual void preview(RunSpec spec, PreviewCallback done) = 0;
    virtual void launch(RunSpec spec, LaunchCallback done) = 0;
    virtual void command(RunId run, CommandKind kind, CommandCallback done) = 0;
};

}  // namespace wattline
