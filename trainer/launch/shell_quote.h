// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace wattline::launch {

/// `text` as one word of a POSIX shell: inside single quotes nothing is special but the quote
/// itself, so line feeds, `$(…)`, `;` and backslashes stay what they are.
[[nodiscard]] std::string shellQuote(std::string_view text);

}  // namespace wattline::launch
