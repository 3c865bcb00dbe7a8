// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace wattline::ui {

struct Tokens;

/// The application's one style sheet. Widgets are addressed by their "role" property (setRole), so
/// no widget carries colours or sizes of its own.
[[nodiscard]] QString styleSheet(const Tokens& tokens);

}  // namespace wattline::ui
