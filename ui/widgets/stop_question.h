// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <functional>

class QWidget;

namespace wattline::ui {

/// Asks once whether to stop, since a stopped run cannot go on; calls `stop` on yes. Enter and
/// Escape keep it running.
void askToStop(QWidget& parent, const QString& run, std::function<void()> stop);

}  // namespace wattline::ui
