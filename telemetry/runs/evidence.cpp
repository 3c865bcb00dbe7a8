// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/evidence.h"

#include <algorithm>
#include <filesystem>
#include <unistd.h>

#include "telemetry/core/host.h"
#include "telemetry/core/units.h"
#include "telemetry/wire/journal.h"
#include "telemetry/wire/json_reader.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

std::optional<ProcessIdentity> readJob(const RunFolder& folder, Files& files) {
    const auto text = readFile(folder.jobRecord(), files);
    if (!text) return std::nullopt;
    auto in = wire::JsonReader::parse(*text, "job.json");
    if (!in) return std::nullopt;
    ProcessIdentity process;
    in->required("boot_id", process.boot_id);
    in->required("pid", process.pid);
    in->required("start_ticks", process.start_ticks);
    if (!in->status()) return std::nullopt;
    return process;
}

std::optional<ExitRecord> readExit(const RunFolder& folder, Files& files) {
    const auto text = readFile(folder.exitRecord(), files);
    if (!text) return std::nullopt;
    auto in = wire::JsonReader::parse(*text, "exit.json");
    ExitRecord record;
    if (in) {
        in->required("exit_code", record.exit_code);
        in->optional("signal", record.signal);
        in->optional("rank", record.rank);
        in->optional("host", record.host);
        in->optional("reason", record.reason);
    }
    // It is written by rename as the job's last act: that it is there says that the job is over.
    if (!in || !in->status())
        return ExitRecord{-1, {}, {}, {}, folder.exitRecord().string() + " cannot be understood"};
    return record;
}

/// Seconds since the file was changed; empty when it is not there.
std::optional<double> secondsSince(const fs::path& path, Files& files) {
    const auto info = files.stat(path);
    if (!info) return std::nullopt;
    return std::max(0.0, static_cast<double>(files.nowNs() - info->mtime_ns) / kNanosPerSecond);
}

/// The hello names a pid but no start time: a process that is younger than the hello is another.
bool isGone(const wire::Hello& hello, const Clock& clock) {
    const auto process = identify(static_cast<pid_t>(hello.pid));
    if (!process || !isAlive(*process)) return true;
    const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    const auto suspended_ns = clock.boottimeNs() - clock.monotonicNs();
    const double born_s = static_cast<double>(process->start_ticks) / ticks -
                          static_cast<double>(suspended_ns) / kNanosPerSecond;
    constexpr double slack_s = 5.0;
    return born_s > static_cast<double>(hello.started_mono_ns) / kNanosPerSecond + slack_s;
}

constexpr double kQuietBeforeGoneS = 3.0;

/// Looks for the process of every rank that has not said its end.
void lookAtRanks(Evidence& evidence, const Assembler& assembler, const Clock& clock) {
    std::uint32_t seen = 0, alive = 0;
    for (const auto& [key, stream] : assembler.streams()) {
        if (key.attempt != assembler.attemptNumber() || !stream.hello || stream.ended) continue;
        ++seen;
        if (stream.hello->boot_id != bootId() || stream.hello->pid <= 0) continue;
        if (isGone(*stream.hello, clock))
            evidence.missing_ranks.push_back({key.rank, stream.hello->host, stream.hello->pid});
        else
            ++alive;
    }
    evidence.ranks_alive = alive > 0 && alive == seen;
}

double silence(const RunPlace& at, std::int64_t heard_ns) {
    double quiet_s = secondsSince(at.folder.jobRecord(), at.files).value_or(1e9);
    for (const auto& stream : wire::listJournals(at.folder.journal(), at.files))
        if (!stream.parts.empty())
            quiet_s =
                std::min(quiet_s, secondsSince(stream.parts.back(), at.files).value_or(quiet_s));
    if (heard_ns > 0)
        quiet_s = std::min(quiet_s, static_cast<double>(at.clock.monotonicNs() - heard_ns) /
                                        kNanosPerSecond);
    return quiet_s;
}

/// Why records of this rank never came into its journal; empty when all did.
std::string unwrittenOf(const StreamKey& key, const RankStream& stream) {
    if (!stream.tally || stream.tally->last_sequence <= stream.sequence.reached()) return {};
    const auto records = stream.tally->last_sequence - stream.sequence.reached();
    return "rank " + std::to_string(key.rank) + ": " + std::to_string(records) +
           " records could not be written: " + stream.tally->journal_error;
}

}  // namespace

void lookAtRecords(Evidence& evidence, const Assembler& assembler) {
    const auto* attempt = assembler.attempt();
    evidence.hello = attempt != nullptr;
    evidence.steps = assembler.progress().step > 0 || assembler.stepless();
    evidence.held = assembler.timeline().held();
    evidence.stopping = assembler.stopping();
    evidence.step = static_cast<std::int64_t>(assembler.progress().step);
    evidence.failure = assembler.failure();
    evidence.failed = !assembler.failure().empty();
    evidence.all_ended = attempt != nullptr && attempt->ended >= attempt->world_size;
    evidence.stopped = false;
    evidence.unwritten.clear();
    for (const auto& [key, stream] : assembler.streams()) {
        if (key.attempt != assembler.attemptNumber()) continue;
        if (stream.ended) evidence.stopped = evidence.stopped || stream.ended->outcome == "stopped";
        if (evidence.unwritten.empty()) evidence.unwritten = unwrittenOf(key, stream);
    }
}

void lookAtHost(Evidence& evidence, const RunPlace& at, const Assembler& assembler,
                std::int64_t heard_ns) {
    evidence.exit = readExit(at.folder, at.files);
    evidence.age_s =
        static_cast<double>(at.clock.realtimeNs() - at.spec.created_unix_ns) / kNanosPerSecond;
    evidence.silent_s = silence(at, heard_ns);
    if (const auto job = readJob(at.folder, at.files)) {
        evidence.job_known = true;
        evidence.job_pid = job->pid;
        if (job->boot_id == bootId())
            evidence.job_alive = isAlive(*job);
        else
            evidence.job_alive = std::nullopt;
    }
    // While job.sh lives, mpirun notices a rank that dies and says more about it than we could.
    evidence.missing_ranks.clear();
    evidence.ranks_alive = false;
    if (!evidence.exit && evidence.job_alive != true && evidence.silent_s > kQuietBeforeGoneS)
        lookAtRanks(evidence, assembler, at.clock);
}

}  // namespace wattline
