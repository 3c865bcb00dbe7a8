// SPDX-License-Identifier: Apache-2.0
#include "app/cli/beside.h"

namespace wattline::cli {

std::filesystem::path besideThisProgram(const std::string& name) {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::filesystem::path(name) : self.parent_path() / name;
}

}  // namespace wattline::cli
