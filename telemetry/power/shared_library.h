// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dlfcn.h>

namespace wattline {

/// Null where the library lacks the symbol: older versions do. POSIX allows this conversion.
template <typename Function>
void resolve(void* library, const char* symbol, Function*& function) noexcept {
    function = reinterpret_cast<Function*>(dlsym(library, symbol));
}

}  // namespace wattline
