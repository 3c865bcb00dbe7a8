// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/core/run_summary.h"

namespace wattline {

/// catalog.db: the latest summary of every run, so that a hub starts without reading journals.
/// Only the hub opens it. Rebuilt from the run folders when it is missing or damaged.
/// Threads: one owner.
class Catalog {
public:
    /// Creates the database when it is missing; sets a damaged one aside (catalog.db.damaged) and
    /// starts anew; refuses a newer schema with a sentence.
    [[nodiscard]] static Result<std::unique_ptr<Catalog>> open(const std::filesystem::path& file);
    ~Catalog();

    [[nodiscard]] Result<void> put(const RunSummary& summary);
    [[nodiscard]] Result<void> remove(const RunId& id);
    [[nodiscard]] Result<std::vector<RunSummary>> all() const;  ///< newest first

private:
    struct Impl;
    explicit Catalog(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace wattline
