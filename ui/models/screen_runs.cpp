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
    m_known.clear();
    for (const auto& run : runs)
        m_known.push_back(run.spec.id);
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

std::vector<RunId> ScreenRuns::wanted(const std::vector<RunSummary>& runs) const {
    std::vector<RunId> ids;
    for (const auto& id : m_chosen)
        if (find(runs, id)) ids.push_back(id);
    if (!m_chosen.empty()) return ids;
    for (const auto& run : runs) {
        if (ids.size() == kDefaultCount) break;
        ids.push_back(run.spec.id);
    }
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
    m_wish = m_chosen.empty() ? std::nullopt : std::optional(m_chosen.front());
}

void ScreenRuns::add(const RunId& id) {
    m_wish = id;
    const bool known = std::ranges::find(m_known, id) != m_known.end();
    // A run that just started comes on screen by itself, as the newest.
    if (lists(id) || (m_chosen.empty() && !known)) return;
    std::vector<RunId> ids{id};
    for (const auto& run : m_runs)
        if (ids.size() < kDefaultCount) ids.push_back(run.id);
    m_chosen = std::move(ids);
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
