// SPDX-License-Identifier: Apache-2.0
#include "app/cli/display.h"

#include <cstdlib>

namespace wattline::cli {
namespace {

bool isSet(const char* variable) noexcept {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

}  // namespace

bool hasDisplay() noexcept {
    return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") || isSet("QT_QPA_PLATFORM");
}

}  // namespace wattline::cli
