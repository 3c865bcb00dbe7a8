// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "ui/models/exporter.h"
#include "ui/models/feed_poller.h"
#include "ui/models/launch_model.h"
#include "ui/models/live_model.h"
#include "ui/models/run_control.h"

class QLabel;
class QStackedWidget;

namespace wattline::ui {

class ComparePage;
class LaunchPage;
class LivePage;
class NavBar;
class RunsPage;
struct ExportSubject;

/// The window: four pages beside the navigation, told apart by the number keys. Everything it shows
/// comes from the feed, everything it does goes to the control; both must outlive it.
/// Threads: the window's.
class MainWindow : public QWidget {
    Q_OBJECT
public:
    enum Page { Live, Runs, Compare, Launch, kPageCount };

    MainWindow(Feed& feed, Control& control, const Exporter& exporter, QWidget* parent = nullptr);

    /// Starts to look at the feed.
    void start();
    void setPage(Page page);
    [[nodiscard]] Page page() const;
    /// Exactly these runs on screen, on the live page and to compare.
    void chooseRuns(const std::vector<RunId>& runs);
    /// The hub answered and the page on screen has drawn what it asked for.
    [[nodiscard]] bool isSettled() const;
    [[nodiscard]] bool isConnected() const;

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void build();
    void connectPages();
    void addKeys();
    void update(const SnapshotPtr& snapshot);
    void showBanner(const Snapshot& snapshot);
    void openExport(std::vector<ExportSubject> subjects, const QString& runs);
    void exportLive();
    void exportComparison();

    const Exporter& m_exporter;
    FeedPoller m_poller;
    LiveModel m_live;
    RunControl m_control;
    LaunchModel m_launch;
    QLabel* m_banner = nullptr;
    NavBar* m_nav = nullptr;
    QStackedWidget* m_pages = nullptr;
    LivePage* m_live_page = nullptr;
    RunsPage* m_runs_page = nullptr;
    ComparePage* m_compare_page = nullptr;
    LaunchPage* m_launch_page = nullptr;
};

}  // namespace wattline::ui
