// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "telemetry/core/result.h"

namespace wattline {

/// What a file system has, for this user. Bytes.
struct DiskSpace {
    std::uint64_t total = 0;
    std::uint64_t free = 0;  ///< for this user: without what is kept for root
    /// What is left of this user's quota; empty: there is none, or it cannot be told from here.
    std::optional<std::uint64_t> quota_left;

    [[nodiscard]] std::uint64_t available() const noexcept {
        return quota_left && *quota_left < free ? *quota_left : free;
    }
};

/// Of the file system on which `path`, or the nearest folder above it that exists, lies.
[[nodiscard]] Result<DiskSpace> diskSpaceOf(const std::filesystem::path& path);

/// Bytes that a file or a folder with all in it takes on its disk. Links are not followed; what
/// cannot be read counts nothing.
[[nodiscard]] std::uint64_t diskUse(const std::filesystem::path& path);

/// "12.3 GiB", "512 B".
[[nodiscard]] std::string bytesText(std::uint64_t bytes);
/// "50G", "1.5TiB", "300 MB" (powers of 1024), "4096"; empty when it is no such text.
[[nodiscard]] std::optional<std::uint64_t> parseBytes(const std::string& text);

}  // namespace wattline
