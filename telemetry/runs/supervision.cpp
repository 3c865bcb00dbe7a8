// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/supervision.h"

#include <cmath>

namespace wattline {
namespace {

/// A run whose job is gone is lost after this silence: the last records may still be on their way
/// through a shared file system.
constexpr double kLostAfterS = 15.0;
/// A held rank that only writes its journal speaks once a minute; where processes cannot be seen,
/// silence must last longer than two of these.
constexpr double kLostUnseenAfterS = 150.0;
constexpr double kQueuedForS = 60.0;

std::string seconds(double s) {
    return std::to_string(std::llround(s)) + " s";
}

std::string stoppedReason(const Evidence& e) {
    return e.stopped ? "stopped at step " + std::to_string(e.step) + " by command" : std::string();
}

std::string exitReason(const Evidence& e) {
    if (!e.exit->reason.empty()) return e.exit->reason;
    if (!e.unwritten.empty()) return e.unwritten;
    if (!e.failure.empty()) return e.failure;
    const auto who = e.exit->rank ? "rank " + std::to_string(*e.exit->rank) : std::string("mpirun");
    const auto where = e.exit->host.empty() ? std::string() : " on " + e.exit->host;
    const auto how = e.exit->signal ? "was killed by signal " + std::to_string(*e.exit->signal)
                                    : "ended with exit code " + std::to_string(e.exit->exit_code);
    return who + where + " " + how + "; see the run's log folder";
}

std::string missingReason(const Evidence& e) {
    std::string who;
    for (const auto& each : e.missing_ranks) {
        if (!who.empty()) who += ", ";
        who += "rank " + std::to_string(each.rank) + " on " + each.host + " (pid " +
               std::to_string(each.pid) + ")";
    }
    return who + (e.missing_ranks.size() == 1 ? " is" : " are") +
           " gone without an end; see what its terminal or log says";
}

std::optional<Verdict> judgeByExit(const Evidence& e) {
    if (e.exit) {
        if (e.exit->exit_code != 0 || e.exit->signal)
            return Verdict{RunState::Failed, exitReason(e)};
        if (e.failed) return Verdict{RunState::Failed, e.failure};
        return Verdict{RunState::Finished, stoppedReason(e)};
    }
    if (!e.all_ended) return std::nullopt;
    if (e.failed) return Verdict{RunState::Failed, e.failure};
    return Verdict{RunState::Finished, stoppedReason(e)};
}

std::optional<Verdict> judgeBySilence(const Evidence& e) {
    // Silent but there: a file system stalls, or somebody stopped the processes for a while.
    if (e.ranks_alive) return std::nullopt;
    // A full disk takes the exit record along with the records: the rank's own word is the better.
    if (e.job_known && e.job_alive == false && e.silent_s > kLostAfterS && !e.unwritten.empty())
        return Verdict{RunState::Failed, e.unwritten};
    if (e.job_known && e.job_alive == false && e.silent_s > kLostAfterS)
        return Verdict{RunState::Lost, "the job (pid " + std::to_string(e.job_pid) +
                                           ") is gone, left no exit.json, and nothing was heard "
                                           "for " +
                                           seconds(e.silent_s) + "; see the run's log folder"};
    if (!e.job_known && !e.missing_ranks.empty())
        return Verdict{RunState::Failed, e.failed ? e.failure : missingReason(e)};
    const bool unseen = e.job_known ? !e.job_alive.has_value() : e.hello;
    if (unseen && e.silent_s > kLostUnseenAfterS)
        return Verdict{RunState::Lost, "nothing was heard of the run for " + seconds(e.silent_s) +
                                           "; look for its processes on the hosts it ran on"};
    if (!e.job_known && !e.hello && e.age_s > kQueuedForS)
        return Verdict{RunState::Lost, "the run was created but never started within " +
                                           seconds(kQueuedForS) +
                                           "; see the run's log folder, then start a new run"};
    return std::nullopt;
}

}  // namespace

Verdict judge(const Evidence& e) {
    if (auto verdict = judgeByExit(e)) return *verdict;
    if (auto verdict = judgeBySilence(e)) return *verdict;
    if (e.stopping) return {RunState::Stopping, {}};
    if (e.held) return {RunState::Held, {}};
    if (e.hello && e.steps) return {RunState::Running, {}};
    if (e.hello || e.job_known) return {RunState::Starting, {}};
    return {RunState::Queued, {}};
}

}  // namespace wattline
