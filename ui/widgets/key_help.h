// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace wattline::ui {

/// Shows the window's keys, until Escape or a click on Close.
void showKeyHelp(QWidget& window);

}  // namespace wattline::ui
