// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "telemetry/core/result.h"

namespace wattline::trainer {

struct ImageFile {
    std::filesystem::path path;
    std::int64_t label = 0;
};

/// What a folder of class folders holds: sorted class names are labels, files are sorted within.
struct ImageFolder {
    std::vector<std::string> classes;
    std::vector<ImageFile> training, validation;
};

/// Reads the layout, not the images. `path` holds class folders, or `train` and `val` that do.
/// Without `val` every tenth image validates, counted over the sorted list. Files whose name does
/// not end in .jpg or .jpeg (any case) are left out. A missing, empty or contradictory folder is a
/// sentence.
[[nodiscard]] Result<ImageFolder> listImageFolder(const std::filesystem::path& path);

}  // namespace wattline::trainer
