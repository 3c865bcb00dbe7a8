// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/screenshot.h"

#include <QCoreApplication>
#include <QPixmap>
#include <QString>
#include <chrono>
#include <cstdio>

#include "ui/models/text.h"

namespace wattline::gui {
namespace {

constexpr std::chrono::milliseconds kLook{100};
constexpr qint64 kPatienceMs = 30'000;
/// Settled once may be before the first question; several looks in a row are not.
constexpr int kLooks = 5;

}  // namespace

Screenshot::Screenshot(ui::MainWindow& window, std::filesystem::path file, QObject* parent)
    : QObject(parent), m_window(window), m_file(std::move(file)) {
    m_since.start();
    connect(&m_timer, &QTimer::timeout, this, &Screenshot::look);
    m_timer.start(kLook);
}

void Screenshot::look() {
    m_settled_looks = m_window.isSettled() ? m_settled_looks + 1 : 0;
    // A live run asks again and again; connected for a while is as good as it gets.
    const bool late = m_since.elapsed() > kPatienceMs;
    if (m_settled_looks < kLooks && !late) return;
    if (!m_window.isConnected()) {
        std::fprintf(
            stderr,
            "wattline-gui: the hub did not answer within 30 s; try 'wattline hub status'\n");
        finish(static_cast<int>(ExitCode::Unreachable));
        return;
    }
    const bool saved = m_window.grab().save(ui::fromUtf8(m_file.string()), "PNG");
    if (!saved)
        std::fprintf(stderr, "wattline-gui: cannot write %s; is its folder there and writable?\n",
                     m_file.c_str());
    finish(saved ? 0 : static_cast<int>(ExitCode::Failed));
}

void Screenshot::finish(int code) {
    m_timer.stop();
    QCoreApplication::exit(code);
}

}  // namespace wattline::gui
