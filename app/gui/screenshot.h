// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <filesystem>

#include "ui/widgets/main_window.h"

namespace wattline::gui {

/// Waits until the window shows what it asked for, writes it as PNG and ends the program: exit code
/// 0, or 5 when the hub did not answer in time.
class Screenshot : public QObject {
    Q_OBJECT
public:
    Screenshot(ui::MainWindow& window, std::filesystem::path file, QObject* parent = nullptr);

private:
    void look();
    void finish(int code);

    ui::MainWindow& m_window;
    std::filesystem::path m_file;
    QTimer m_timer;
    QElapsedTimer m_since;
    int m_settled_looks = 0;
};

}  // namespace wattline::gui
