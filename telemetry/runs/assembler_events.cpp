// SPDX-License-Identifier: Apache-2.0
// What the ranks' events mean for the run: holds, evaluations, failures and its end.
#include <algorithm>
#include <tuple>
#include <utility>

#include "telemetry/runs/assembler.h"

namespace wattline {

void Assembler::apply(const StreamKey& key, const RankStream& stream, const wire::Event& event) {
    const double t_s = wallSeconds(stream, event.mono_ns);
    m_timeline.extendTo(t_s);
    if (event.kind == "failed") return applyFailure(key, event, t_s);
    if (event.kind == "ended") return applyEnd(key, event, t_s);
    if (event.kind == "shared" || event.kind == "unshared") return applyShared(event, t_s);
    if (key.rank != 0) return;
    if (event.kind == "held") {
        m_timeline.hold(t_s);
        m_late_hold = m_late_hold || t_s < m_series.settledS();
    } else if (event.kind == "resumed") {
        m_timeline.resume(t_s);
        m_late_hold = m_late_hold || t_s < m_series.settledS();
    } else if (event.kind == "evaluated") {
        return evaluated(event, t_s);
    } else if (event.kind == "checkpointed") {
        PlacedEvaluation checkpoint;
        checkpoint.t_s = t_s;
        checkpoint.checkpoint = true;
        m_series.add(checkpoint);
    } else if (event.kind == "stopping") {
        m_stopping = true;
    }
    auto text = event.text;
    if (event.kind == "command" && text.empty())
        text = event.command +
               (event.accepted.value_or(false) ? ": accepted" : ": refused, " + event.reason);
    say(t_s, event.step, event.kind, std::move(text));
}

void Assembler::evaluated(const wire::Event& event, double t_s) {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    m_evaluation = event;
    m_series.add(PlacedEvaluation{t_s, event.epoch, event.loss.value_or(unknown),
                                  event.top1_error.value_or(unknown),
                                  event.top5_error.value_or(unknown), false});
    say(t_s, event.step, event.kind, event.text);
}

void Assembler::applyFailure(const StreamKey& key, const wire::Event& event, double t_s) {
    // Several ranks may say so; the first one in time knows why.
    if (!m_failure_s || t_s < *m_failure_s) {
        m_failure_s = t_s;
        m_failure =
            event.text.empty() ? "rank " + std::to_string(key.rank) + " failed" : event.text;
    }
    say(t_s, event.step, event.kind, event.text);
}

void Assembler::applyEnd(const StreamKey& key, const wire::Event& event, double t_s) {
    const auto& attempt = m_attempts.at(key.attempt);
    if (event.outcome == "failed" && !m_failure_s) {
        m_failure_s = t_s;
        m_failure = "rank " + std::to_string(key.rank) + " ended as failed" +
                    (event.text.empty() ? "" : ": " + event.text);
    }
    if (attempt.ended < attempt.world_size || m_said_end == key.attempt) return;
    m_said_end = key.attempt;
    double end_s = t_s;
    std::string outcome = "finished";
    for (const auto& [each, stream] : m_streams) {
        if (each.attempt != key.attempt || !stream.ended || !stream.shift_ns) continue;
        end_s = std::max(end_s, wallSeconds(stream, stream.ended->mono_ns));
        if (stream.ended->outcome == "failed") outcome = "failed";
        if (stream.ended->outcome == "stopped" && outcome != "failed") outcome = "stopped";
    }
    say(end_s, static_cast<std::int64_t>(m_progress.step), outcome,
        "all " + std::to_string(attempt.world_size) + " ranks ended");
}

void Assembler::say(double t_s, std::int64_t step, std::string kind, std::string text) {
    // By time, then by text: the order in which ranks' frames came must not show.
    RunEvent event{t_s, step, std::move(kind), std::move(text)};
    const auto order = [](const RunEvent& a, const RunEvent& b) {
        return std::tie(a.t_s, a.step, a.kind, a.text) < std::tie(b.t_s, b.step, b.kind, b.text);
    };
    m_events.insert(std::upper_bound(m_events.begin(), m_events.end(), event, order), event);
}

}  // namespace wattline
