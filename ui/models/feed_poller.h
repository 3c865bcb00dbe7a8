// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <memory>

#include "telemetry/core/feed.h"

namespace wattline::ui {

using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// The window's heartbeat: looks at the feed ten times a second and tells when it changed, so that
/// no signal travels per sample.
/// Threads: the window's.
class FeedPoller : public QObject {
    Q_OBJECT
public:
    explicit FeedPoller(const Feed& feed, QObject* parent = nullptr);

    void start();
    [[nodiscard]] const SnapshotPtr& current() const noexcept { return m_current; }

Q_SIGNALS:
    void changed(const wattline::ui::SnapshotPtr& snapshot);

private:
    void poll();

    const Feed& m_feed;
    QTimer m_timer;
    SnapshotPtr m_current;
};

}  // namespace wattline::ui
