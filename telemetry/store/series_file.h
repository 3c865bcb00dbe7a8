// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/core/series.h"

/// The file under series/: a header, then fixed-size rows of little-endian f64; nothing else.
///
///   0   4 bytes  magic `WLS1`
///   4   u32      version, 1
///   8   u32      header_size: where the first row starts, a multiple of 8
///   12  u32      axes, 6
///   16  u32      value columns
///   20  names of the value columns, each: u32 length, bytes; then zeros up to header_size
///
/// A row is the axes and then the values. The file can always be rebuilt from the journal, so it is
/// not synced. Threads: any, one writer a file.
namespace wattline {

struct SeriesFileLayout {
    std::vector<std::string> columns;
    [[nodiscard]] std::size_t width() const noexcept { return kAxisCount + columns.size(); }
    [[nodiscard]] std::size_t rowBytes() const noexcept { return width() * sizeof(double); }
};

/// Writes header and rows under a temporary name, then renames.
[[nodiscard]] Result<void> replaceSeriesFile(const std::filesystem::path& file,
                                             const SeriesFileLayout& layout,
                                             std::span<const double> rows);
/// Writes `rows` behind the first `rows_before` rows and cuts off what lay there (a torn row).
/// False when the file does not hold that many rows of this layout: replace it.
[[nodiscard]] Result<bool> appendSeriesRows(const std::filesystem::path& file,
                                            const SeriesFileLayout& layout,
                                            std::int64_t rows_before, std::span<const double> rows);

struct SeriesFileContent {
    SeriesFileLayout layout;
    std::vector<double> rows;  ///< whole rows only
};
[[nodiscard]] Result<SeriesFileContent> readSeriesFile(const std::filesystem::path& file);

}  // namespace wattline
