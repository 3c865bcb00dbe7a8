// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace wattline::cli {

/// The path that a program of this name has in this program's own folder; it need not exist.
[[nodiscard]] std::filesystem::path besideThisProgram(const std::string& name);

}  // namespace wattline::cli
