// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/core/run_spec.h"
#include "telemetry/core/run_summary.h"
#include "telemetry/runs/clock_errors.h"
#include "telemetry/runs/rank_series.h"
#include "telemetry/runs/rank_stream.h"
#include "telemetry/runs/run_series.h"
#include "telemetry/runs/step_assembly.h"
#include "telemetry/runs/timeline.h"
#include "telemetry/wire/frame.h"

namespace wattline {

/// One attempt: the ranks that train together.
struct Attempt {
    explicit Attempt(std::uint32_t size = 1) : world_size(size), steps(size) {}
    std::uint32_t world_size;
    bool opened = false;  ///< all ranks said hello: times are known
    double opened_s = 0.0;
    std::uint32_t hellos = 0;
    std::uint32_t ended = 0;
    StepAssembly steps;
    std::optional<std::size_t> pacing_account;  ///< energy rows are made at its readings
    /// By rank, once it has said hello. Owned by the assembler's map, which moves nothing.
    std::vector<const RankStream*> ranks;

    template <typename Archive> void persist(Archive& archive);
};

/// Progress over all ranks: steps that every rank has finished.
struct RunProgress {
    std::uint64_t step = 0;
    std::uint32_t epoch = 0;
    std::int64_t samples = 0;
    double step_seconds = 0.0;  ///< sum of mean durations, for the throughput
    std::int64_t timed_samples = 0, timed_steps = 0;
};

/// Work that a later attempt did again: wall time from the end of the last step that was kept.
struct RedoneWork {
    Interval time;
    std::int64_t steps = 0;
};

/// Turns frames into series, timeline and events. Takes each record once (SequenceTracker) and
/// gives the same result whatever the order in which ranks' frames come.
/// Holds, evaluations, commands and stopping are rank 0's to tell; of other ranks' events `failed`,
/// `ended`, `shared` and `unshared` count. A step that a later attempt does again counts once; what
/// the earlier one had done of it is wasted, and told as such.
/// Threads: one owner.
class Assembler {
public:
    Assembler(const RunSpec& spec, const Clock& clock, SeriesPlace place);

    /// True when the frame told anything new.
    bool take(const wire::FrameView& frame, SequenceTracker::Source source);
    /// Makes rows as far as all ranks have reported; `over`: nothing more will come.
    void settle(bool over);

    /// Makes rows while journals are being read in turn: up to where the slowest stream of this
    /// attempt is that is not read_up yet.
    void settleRead(std::uint32_t attempt);
    /// Some of what it made lies in this process alone (SlotFiles).
    [[nodiscard]] bool isPrivate() const;
    /// Everything, for the state file; loading into a fresh one that is not failed() is as if the
    /// same frames had been taken.
    void save(ArchiveWriter& archive) const;
    void load(ArchiveReader& archive);

    [[nodiscard]] RankStream& stream(const StreamKey& key) { return m_streams[key]; }
    [[nodiscard]] const std::map<StreamKey, RankStream>& streams() const { return m_streams; }
    [[nodiscard]] bool needsHealing() const noexcept;
    [[nodiscard]] const Attempt* attempt() const noexcept;  ///< the latest; null before a hello
    [[nodiscard]] std::uint32_t attemptNumber() const noexcept;
    [[nodiscard]] const Timeline& timeline() const noexcept { return m_timeline; }
    [[nodiscard]] RunSeries& series() noexcept { return m_series; }
    [[nodiscard]] RankSeries& ranks() noexcept { return m_ranks; }
    [[nodiscard]] const RunProgress& progress() const noexcept { return m_progress; }
    [[nodiscard]] const std::vector<RunEvent>& events() const noexcept { return m_events; }
    [[nodiscard]] const std::optional<wire::Event>& lastEvaluation() const { return m_evaluation; }
    /// A measured command makes no steps: it runs from its first hello on.
    [[nodiscard]] bool stepless() const noexcept { return !m_spec.command.empty(); }
    [[nodiscard]] bool stopping() const noexcept { return m_stopping; }
    /// Disjoint and in order of time.
    [[nodiscard]] const std::vector<RedoneWork>& redone() const noexcept { return m_redone; }
    /// Tells the ledger what its readings do not: holds, suspensions, other runs on a device, the
    /// steps' rhythm, clocks, the baseline. Before each question that needs them.
    void describeRun();
    [[nodiscard]] std::set<std::string> hosts() const;  ///< boot ids of all attempts
    /// UTC at which the run's window opened; empty before that.
    [[nodiscard]] std::optional<std::int64_t> openedUnixNs() const { return m_zero_unix_ns; }
    [[nodiscard]] const std::string& failure() const noexcept { return m_failure; }
    /// Rows were made that what came later would have changed: read the journals again.
    [[nodiscard]] bool cameTooLate() const noexcept {
        return m_late_hold || m_late_hello || m_late_step || m_series.wasLate() ||
               stepsCameTooLate();
    }
    /// Frames whose records could not be understood (and are counted as taken).
    [[nodiscard]] std::int64_t unreadable() const noexcept { return m_unreadable; }

private:
    void takeHello(const StreamKey& key, RankStream& stream, const wire::FrameView& frame);
    void takeSteps(const StreamKey& key, const wire::FrameView& frame, std::uint64_t known);
    void takePower(const StreamKey& key, const wire::FrameView& frame, std::uint64_t known);
    void takeEvent(const StreamKey& key, RankStream& stream, const wire::FrameView& frame);
    bool takeHeartbeat(RankStream& stream, const wire::FrameView& frame);

    void open(std::uint32_t number, Attempt& attempt);
    void alignClocks(std::uint32_t number);
    double openDevices(std::uint32_t number, Attempt& attempt);
    void replayEarly(std::uint32_t number);
    void finishStep(std::uint32_t number, const Attempt& attempt);
    [[nodiscard]] bool stepsCameTooLate() const noexcept;
    void compareClocks(const Attempt& attempt);
    void keepStepEnd(std::uint32_t number, std::uint64_t step, double end_s);
    void bookRedone(const Attempt& attempt, std::uint64_t first);
    void place(const StreamKey& key, const RankStream& stream, const PowerRecord& record);
    void apply(const StreamKey& key, const RankStream& stream, const wire::Event& event);
    void applyEnd(const StreamKey& key, const wire::Event& event, double t_s);
    void applyShared(const wire::Event& event, double t_s);
    void tellShared();
    void applyFailure(const StreamKey& key, const wire::Event& event, double t_s);
    void evaluated(const wire::Event& event, double t_s);
    void say(double t_s, std::int64_t step, std::string kind, std::string text);
    [[nodiscard]] double settledByAllRanks() const;
    [[nodiscard]] double readUntil(std::uint32_t attempt) const;
    template <typename Archive> void persist(Archive& archive);
    void loadStreams(ArchiveReader& archive);
    void linkRanks();
    [[nodiscard]] std::optional<std::vector<PowerDevice>> devicesByAccount() const;

    RunSpec m_spec;
    const Clock& m_clock;
    std::map<StreamKey, RankStream> m_streams;
    std::map<std::uint32_t, Attempt> m_attempts;
    std::map<std::string, std::int64_t> m_unix_offsets;  ///< by boot id: UTC - CLOCK_MONOTONIC
    std::optional<std::int64_t> m_zero_unix_ns;
    Timeline m_timeline;
    RunSeries m_series;
    RankSeries m_ranks;
    RunProgress m_progress;
    ClockErrors m_clocks;
    /// Steps of the attempt that counts and when they ended (wall seconds), ascending.
    std::deque<std::pair<std::uint64_t, double>> m_step_ends;
    std::uint32_t m_stepping = 0;  ///< the latest attempt that has finished a step
    std::vector<RedoneWork> m_redone;
    /// By device id: from which wall time on how many runs use it, this one included.
    std::map<std::string, std::map<double, int>> m_sharing;
    std::vector<RunEvent> m_events;
    std::optional<wire::Event> m_evaluation;
    std::optional<double> m_failure_s;
    std::string m_failure;
    bool m_stopping = false;
    bool m_late_hold = false, m_late_hello = false, m_late_step = false;
    std::uint32_t m_progress_attempt = 0;  ///< the latest that finished a step
    std::uint32_t m_said_end = 0;          ///< the attempt whose end was said
    std::int64_t m_unreadable = 0;
};

/// Wall seconds of the run at this reading of the rank's CLOCK_MONOTONIC.
[[nodiscard]] double wallSeconds(const RankStream& stream, std::int64_t mono_ns) noexcept;

}  // namespace wattline
