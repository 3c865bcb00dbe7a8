// SPDX-License-Identifier: Apache-2.0
#include "trainer/launch/shell_quote.h"

namespace wattline::launch {

std::string shellQuote(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    }
    quoted += '\'';
    return quoted;
}

}  // namespace wattline::launch
