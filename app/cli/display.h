// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace wattline::cli {

/// True when a window has somewhere to go: X11, Wayland, or a Qt platform that needs neither.
[[nodiscard]] bool hasDisplay() noexcept;

}  // namespace wattline::cli
