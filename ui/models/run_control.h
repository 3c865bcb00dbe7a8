// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <map>
#include <optional>

#include "telemetry/core/feed.h"

namespace wattline::ui {

/// Hold, resume and stop from the window: what may be asked now, what is still on its way, and what
/// was refused. A command is pending until the run has reached the state that it asks for, since
/// all ranks agree on a step before anything happens.
/// Threads: the window's.
class RunControl : public QObject {
    Q_OBJECT
public:
    explicit RunControl(Control& control, QObject* parent = nullptr);

    /// Looks at the runs' states; ends what is pending where it has happened.
    void update(const std::vector<RunSummary>& runs);

    [[nodiscard]] std::optional<CommandKind> pending(const RunId& run) const;
    /// True when the state machine allows it, it changes something, and nothing is pending.
    [[nodiscard]] bool canSend(CommandKind kind, const RunSummary& run) const;
    void send(CommandKind kind, const RunSummary& run);

Q_SIGNALS:
    void changed();
    void refused(const QString& sentence);

private:
    struct Pending {
        CommandKind kind;
        RunState target;
    };
    void answered(const RunId& run, CommandKind kind, const Result<void>& answer);

    Control& m_control;
    std::map<RunId, Pending> m_pending;
};

/// "Hold", "Resume", "Stop"; while it is on its way "Holding…" and so on.
[[nodiscard]] QString commandText(CommandKind kind, bool pending);

}  // namespace wattline::ui
