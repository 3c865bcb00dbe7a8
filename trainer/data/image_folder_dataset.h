// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "trainer/data/dataset.h"

namespace wattline::trainer {

struct ImageFolderOptions {
    int side = 224;
    /// RandomResizedCrop(scale 0.5-1, ratio 3/4-4/3) and a flip for training images, as in the
    /// study; else they are read like validation images: the centre square, 7/8 of the short side.
    bool augment = true;
};

[[nodiscard]] Result<Datasets> openImageFolder(const std::filesystem::path& path,
                                               const ImageFolderOptions& options);

}  // namespace wattline::trainer
