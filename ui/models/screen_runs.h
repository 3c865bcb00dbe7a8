// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "telemetry/core/run_summary.h"

namespace wattline::ui {

/// A run that the live page can draw.
struct ScreenRun {
    RunId id;
    int colour = 0;  ///< slot in the theme's series colours; stays with the run while it is listed
    bool visible = true;
};

/// Which runs are on screen, in which colours, and which one the tiles and buttons are about.
/// A pure value: it is told what runs exist and what a person chose.
class ScreenRuns {
public:
    static constexpr std::size_t kDefaultCount = 4;

    /// Takes in the runs that exist, newest first. Until a person or the command line chose, those
    /// are on screen that are live, or were while this looked on, so that no old run presses a live
    /// one into a corner of the plots; without any, the newest. The newest live one is selected.
    /// Returns true when the list, its visibility or the selection changed.
    bool update(const std::vector<RunSummary>& runs);

    /// Exactly these; the first is selected. Unknown ids wait until they exist.
    void choose(std::vector<RunId> ids);
    /// Puts a run on screen and selects it, as soon as it exists.
    void add(const RunId& id);
    void select(const RunId& id);
    void setVisible(const RunId& id, bool visible);

    [[nodiscard]] const std::vector<ScreenRun>& runs() const noexcept { return m_runs; }
    [[nodiscard]] const std::optional<RunId>& selected() const noexcept { return m_selected; }

private:
    void noteLive(const std::vector<RunSummary>& runs);
    [[nodiscard]] std::vector<RunId> wanted(const std::vector<RunSummary>& runs) const;
    [[nodiscard]] std::optional<RunId> toSelect(const std::vector<RunSummary>& runs) const;
    [[nodiscard]] int freeColour(const std::vector<ScreenRun>& taken) const;
    [[nodiscard]] bool lists(const RunId& id) const;

    std::vector<ScreenRun> m_runs;
    std::optional<RunId> m_selected;
    std::vector<RunId> m_chosen;  ///< by a person; empty: the default applies
    std::vector<RunId> m_added;   ///< beside the default, as a run just launched
    std::vector<RunId> m_seen_live;
    std::optional<std::vector<RunId>> m_known;  ///< all that exist; empty before the first look
    std::optional<RunId> m_wish;                ///< selected by a person; may not exist yet
};

}  // namespace wattline::ui
