// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/screen_runs.h"

#include <algorithm>

namespace wattline::ui {
namespace {

const RunSummary* find(const std::vector<RunSummary>& runs, const RunId& id) {
    const auto it = std::ranges::find(runs, id, [](const auto& r) { return r.spec.id; });
    return it == runs.end() ? nullptr : &*it;
}

}  // namespace

bool ScreenRuns::update(const std::vector<RunSummary>& runs) {
    noteLive(runs);
    std::vector<ScreenRun> next;
    const auto ids = wanted(runs);
    for (const auto& old : m_runs)
        if (std::ranges::find(ids, old.id) != ids.end()) next.push_back(old);
    for (const auto& id : ids) {
        const auto it = std::ranges::find(next, id, &ScreenRun::id);
        if (it == next.end()) next.push_back({id, freeColour(next), true});
    }
    std::ranges::sort(next, {}, [&](const auto& r) { return std::ranges::find(ids, r.id); });

    const auto same = [](const auto& a, const auto& b) { return a.id == b.id; };
    bool changed = !std::ranges::equal(m_runs, next, same);
    m_runs = std::move(next);
    const auto selected = toSelect(runs);
    changed = changed || selected != m_selected;
    m_selected = selected;
    return changed;
}

void ScreenRuns::noteLive(const std::vector<RunSummary>& runs) {
    const auto contains = [](const auto& ids, const RunId& id) {
        return std::ranges::find(ids, id) != ids.end();
    };
    std::vector<RunId> known;
    for (const auto& run : runs) {
        const auto& id = run.spec.id;
        known.push_back(id);
        // A short run may have come and gone between two looks.
        const bool came = m_known && !contains(*m_known, id);
        if ((came || !isFinal(run.state)) && !contains(m_seen_live, id)) m_seen_live.push_back(id);
    }
    m_known = std::move(known);
}

std::vector<RunId> ScreenRuns::wanted(const std::vector<RunSummary>& runs) const {
    std::vector<RunId> ids;
    for (const auto& id : m_chosen)
        if (find(runs, id)) ids.push_back(id);
    if (!m_chosen.empty()) return ids;
    const auto listed = [&](const RunId& id) { return std::ranges::find(ids, id) != ids.end(); };
    for (const auto& id : m_added)
        if (find(runs, id)) ids.push_back(id);
    const auto added = static_cast<std::ptrdiff_t>(ids.size());
    const auto addWhere = [&](auto matches) {
        for (const auto& run : runs)
            if (ids.size() < kDefaultCount && !listed(run.spec.id) && matches(run))
                ids.push_back(run.spec.id);
    };
    addWhere([](const auto& run) { return !isFinal(run.state); });
    addWhere([&](const auto& run) {
        return std::ranges::find(m_seen_live, run.spec.id) != m_seen_live.end();
    });
    const bool nothing_of_now = static_cast<std::ptrdiff_t>(ids.size()) == added;
    if (nothing_of_now && !runs.empty() && !listed(runs.front().spec.id))
        ids.push_back(runs.front().spec.id);
    // Newest first, so that a run keeps its place when it ends.
    std::ranges::sort(ids.begin() + added, ids.end(), {}, [&](const RunId& id) {
        return std::ranges::find(runs, id, [](const auto& run) { return run.spec.id; });
    });
    return ids;
}

std::optional<RunId> ScreenRuns::toSelect(const std::vector<RunSummary>& runs) const {
    if (m_wish && lists(*m_wish)) return m_wish;
    for (const auto& shown : m_runs) {
        const auto* run = find(runs, shown.id);
        if (run && !isFinal(run->state)) return shown.id;
    }
    // Nothing is live: stay where we are rather than jump when a run ends.
    if (m_selected && lists(*m_selected)) return m_selected;
    return m_runs.empty() ? std::nullopt : std::optional(m_runs.front().id);
}

int ScreenRuns::freeColour(const std::vector<ScreenRun>& taken) const {
    int colour = 0;
    while (std::ranges::find(taken, colour, &ScreenRun::colour) != taken.end())
        ++colour;
    return colour;
}

bool ScreenRuns::lists(const RunId& id) const {
    return std::ranges::find(m_runs, id, &ScreenRun::id) != m_runs.end();
}

void ScreenRuns::choose(std::vector<RunId> ids) {
    m_chosen = std::move(ids);
    m_added.clear();
    m_wish = m_chosen.empty() ? std::nullopt : std::optional(m_chosen.front());
}

void ScreenRuns::add(const RunId& id) {
    m_wish = id;
    auto& ids = m_chosen.empty() ? m_added : m_chosen;
    if (std::ranges::find(ids, id) != ids.end()) return;
    ids.insert(ids.begin(), id);
    if (ids.size() > kDefaultCount) ids.pop_back();
}

void ScreenRuns::select(const RunId& id) {
    if (!lists(id)) return;
    m_selected = id;
    m_wish = id;
}

void ScreenRuns::setVisible(const RunId& id, bool visible) {
    const auto it = std::ranges::find(m_runs, id, &ScreenRun::id);
    if (it != m_runs.end()) it->visible = visible;
}

}  // namespace wattline::ui
