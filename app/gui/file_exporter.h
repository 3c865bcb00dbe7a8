// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/exporter.h"

namespace wattline::gui {

/// The window's exports, by the code that `wattline export` uses: same plot, same bytes.
/// Threads: any.
class FileExporter final : public ui::Exporter {
public:
    [[nodiscard]] Result<void> savePlot(const PlotDescription& plot, bool dark,
                                        const std::filesystem::path& file) const override;
    [[nodiscard]] Result<void> saveComparison(const Comparison& comparison,
                                              const std::filesystem::path& file) const override;
};

}  // namespace wattline::gui
