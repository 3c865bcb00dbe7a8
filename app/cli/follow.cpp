// SPDX-License-Identifier: Apache-2.0
#include "app/cli/follow.h"

#include <algorithm>
#include <map>
#include <thread>

#include "app/cli/energy_plot.h"
#include "app/cli/live_text.h"

namespace wattline::cli {
namespace {

using Time = std::chrono::steady_clock::time_point;

/// What is on the screen, and when it may change again.
class Picture {
public:
    Picture(Console& console, Feed& feed, FollowView view, const FollowTimes& times)
        : m_console(console), m_plot(feed), m_view(view), m_times(times) {}

    void show(const std::vector<RunSummary>& runs, Time now, bool last) {
        if (m_view.silent) return;
        const auto pause = m_console.isTerminal() ? m_times.redraw : m_times.line;
        if (!last && !newState(runs) && now - m_shown < pause) return;
        m_shown = now;
        if (m_console.isTerminal())
            drawBlock(runs);
        else
            printLines(runs);
        (void)m_console.flush();  // a failure is kept and reported at the end
    }

    void waiting(const std::string& why, Time now) {
        if (m_view.silent || why == m_waiting_for || now - m_shown < m_times.line) return;
        m_shown = now;
        m_waiting_for = why;
        m_console.keepDrawn();
        m_console.write("Waiting: " + printable(why) + "\n");
        (void)m_console.flush();
    }

private:
    /// Remembers the states; true when one is not what it was.
    bool newState(const std::vector<RunSummary>& runs) {
        bool changed = false;
        for (const auto& run : runs) {
            const auto [it, first] = m_states.try_emplace(run.spec.id, run.state);
            changed = changed || first || it->second != run.state;
            it->second = run.state;
        }
        return changed;
    }

    void drawBlock(const std::vector<RunSummary>& runs) {
        std::vector<std::string> lines;
        if (m_view.table) {
            lines = statusTable(runs, m_console.columns());
            const auto plot = m_plot.draw(runs, m_console.columns());
            if (!plot.empty()) lines.emplace_back();
            lines.insert(lines.end(), plot.begin(), plot.end());
        } else {
            for (const auto& run : runs)
                lines.push_back(statusLine(run));
        }
        m_console.redraw(lines);
    }

    void printLines(const std::vector<RunSummary>& runs) {
        for (const auto& run : runs) {
            auto line = statusLine(run);
            auto& before = m_lines[run.spec.id];
            if (line == before) continue;
            m_console.write(run.spec.id + "  " + line + "\n");
            before = std::move(line);
        }
    }

    Console& m_console;
    EnergyPlot m_plot;
    FollowView m_view;
    FollowTimes m_times;
    Time m_shown{};
    std::string m_waiting_for;
    std::map<RunId, std::string> m_lines;
    std::map<RunId, RunState> m_states;
};

std::vector<RunSummary> pick(const Snapshot& snapshot, const std::vector<RunId>& ids) {
    std::vector<RunSummary> runs;
    for (const auto& id : ids) {
        const auto it =
            std::ranges::find(snapshot.runs, id, [](const RunSummary& run) { return run.spec.id; });
        if (it != snapshot.runs.end()) runs.push_back(*it);
    }
    return runs;
}

Error gaveUp(const Snapshot& snapshot, std::size_t missing) {
    if (snapshot.connected)
        return {"the hub knows nothing of " + std::to_string(missing) +
                    " of the runs; see 'wattline list' and " + snapshot.workspace + "/hub.log",
                ExitCode::Unreachable};
    return {"the hub does not answer (" + snapshot.status +
                "); the runs go on, see 'wattline hub status'",
            ExitCode::Unreachable};
}

}  // namespace

Result<void> endingVerdict(const std::vector<RunSummary>& runs) {
    std::string text;
    for (const auto& run : runs) {
        if (!isFinal(run.state) || run.state == RunState::Finished) continue;
        const auto reason =
            run.state_reason.empty() ? "no reason is known, see its log" : run.state_reason;
        text += (text.empty() ? "run " : "; run ") + run.spec.id + " " +
                std::string(name(run.state)) + ": " + reason;
    }
    if (text.empty()) return {};
    return fail(ExitCode::Failed, text);
}

Result<Followed> follow(Console& console, Feed& feed, const InterruptWatch& interrupt,
                        const std::vector<RunId>& ids, FollowView view, const FollowTimes& times) {
    Picture picture(console, feed, view, times);
    Followed followed;
    auto seen_all = std::chrono::steady_clock::now();
    for (;;) {
        const auto now = std::chrono::steady_clock::now();
        const auto snapshot = feed.snapshot();
        auto runs = pick(*snapshot, ids);
        const bool complete = snapshot->connected && runs.size() == ids.size();
        if (complete) {
            seen_all = now;
            followed.runs = std::move(runs);
            const bool ended = std::ranges::all_of(
                followed.runs, [](const RunSummary& run) { return isFinal(run.state); });
            picture.show(followed.runs, now, ended);
            if (ended) return followed;
        } else if (now - seen_all > times.patience) {
            return tl::unexpected(gaveUp(*snapshot, ids.size() - runs.size()));
        } else if (!snapshot->connected && now - seen_all > times.line) {
            picture.waiting(snapshot->status, now);
        }
        if (interrupt.interrupted() || console.readerGone()) {
            followed.interrupted = true;
            return followed;
        }
        std::this_thread::sleep_for(times.look);
    }
}

}  // namespace wattline::cli
