// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/core/run_spec.h"

/// What is known about a dataset without loading it. The trainer's loaders use the same constants
/// and functions, so that a preview promises what a run does.
namespace wattline::launch {

/// UCI's optical recognition of handwritten digits: 1,797 images; every fifth of each class
/// validates.
inline constexpr std::int64_t kDigitsSamples = 1797;
inline constexpr std::int64_t kDigitsTrainingSamples = 1442;

inline constexpr std::int64_t kSyntheticTrainingSamples = 1280;

/// One class of an image folder: its name and its images, both in the order of their names.
struct ImageClass {
    std::string name;
    std::vector<std::filesystem::path> images;  ///< .jpg, .jpeg, .JPG, .JPEG
};

/// An image folder: `PATH/train/CLASS/*.jpg` and, when there is one, `PATH/val/CLASS/*.jpg`; or
/// `PATH/CLASS/*.jpg`. Without a `val` folder every tenth image of a class validates.
struct ImageFolder {
    std::vector<ImageClass> training;
    std::vector<ImageClass> validation;  ///< same classes in the same order; may hold no image
};

/// True for image `index` (from 0) of a class in a folder without `val`.
[[nodiscard]] constexpr bool isHeldOut(std::size_t index) noexcept {
    return index % 10 == 9;
}

/// The part of `imagefolder:PATH` behind the colon.
[[nodiscard]] std::filesystem::path imageFolderPath(const RunSpec& spec);

/// Lists names only; no image is opened. Refuses a folder that is missing, unreadable or without
/// images, with a sentence.
[[nodiscard]] Result<ImageFolder> listImageFolder(const std::filesystem::path& path);

}  // namespace wattline::launch
