// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_control.h"

#include "ui/models/callback.h"
#include "ui/models/text.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;

RunControl::RunControl(Control& control, QObject* parent) : QObject(parent), m_control(control) {}

void RunControl::update(const std::vector<RunSummary>& runs) {
    bool ended = false;
    for (const auto& run : runs) {
        const auto it = m_pending.find(run.spec.id);
        if (it == m_pending.end()) continue;
        // A stop passes through Stopping into an end; any end settles whatever was asked.
        if (run.state != it->second.target && !isFinal(run.state)) continue;
        m_pending.erase(it);
        ended = true;
    }
    if (ended) Q_EMIT changed();
}

std::optional<CommandKind> RunControl::pending(const RunId& run) const {
    const auto it = m_pending.find(run);
    if (it == m_pending.end()) return std::nullopt;
    return it->second.kind;
}

bool RunControl::canSend(CommandKind kind, const RunSummary& run) const {
    if (pending(run.spec.id)) return false;
    const auto next = apply(kind, run.state);
    return next && *next != run.state;
}

void RunControl::send(CommandKind kind, const RunSummary& run) {
    const auto next = apply(kind, run.state);
    if (!next) {
        Q_EMIT refused(fromUtf8(next.error().message));
        return;
    }
    m_pending[run.spec.id] = {kind, *next};
    Q_EMIT changed();
    m_control.command(
        run.spec.id, kind,
        onOwnThread<Result<void>>(this, [this, id = run.spec.id, kind](const Result<void>& answer) {
            answered(id, kind, answer);
        }));
}

void RunControl::answered(const RunId& run, CommandKind kind, const Result<void>& answer) {
    if (answer) return;
    const auto it = m_pending.find(run);
    if (it != m_pending.end() && it->second.kind == kind) m_pending.erase(it);
    Q_EMIT changed();
    Q_EMIT refused(fromUtf8(answer.error().message));
}

QString commandText(CommandKind kind, bool pending) {
    switch (kind) {
    case CommandKind::Hold:
        return pending ? u"Holding…"_s : u"Hold"_s;
    case CommandKind::Resume:
        return pending ? u"Resuming…"_s : u"Resume"_s;
    case CommandKind::Stop:
        return pending ? u"Stopping…"_s : u"Stop"_s;
    case CommandKind::Suspend:
        return pending ? u"Suspending…"_s : u"Suspend"_s;
    case CommandKind::Checkpoint:
        return pending ? u"Saving…"_s : u"Checkpoint"_s;
    case CommandKind::Evaluate:
        return pending ? u"Evaluating…"_s : u"Evaluate"_s;
    }
    return {};
}

}  // namespace wattline::ui
