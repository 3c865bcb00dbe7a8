// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/feed_poller.h"

#include <chrono>

namespace wattline::ui {
namespace {

constexpr std::chrono::milliseconds kPeriod{100};

bool differs(const Snapshot& a, const Snapshot& b) {
    return a.revision != b.revision || a.connected != b.connected || a.status != b.status;
}

}  // namespace

FeedPoller::FeedPoller(const Feed& feed, QObject* parent) : QObject(parent), m_feed(feed) {
    m_timer.setInterval(kPeriod);
    connect(&m_timer, &QTimer::timeout, this, &FeedPoller::poll);
}

void FeedPoller::start() {
    poll();
    m_timer.start();
}

void FeedPoller::poll() {
    auto latest = m_feed.snapshot();
    if (m_current && !differs(*m_current, *latest)) return;
    m_current = std::move(latest);
    Q_EMIT changed(m_current);
}

}  // namespace wattline::ui
