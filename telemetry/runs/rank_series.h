// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/core/records.h"
#include "telemetry/core/result.h"
#include "telemetry/core/series.h"
#include "telemetry/store/range_query.h"
#include "telemetry/store/series_table.h"
#include "telemetry/wire/frame.h"

namespace wattline {

/// What each rank did: every step record of every rank, in one table an attempt. A record keeps its
/// step and its end; its place on the other axes is that of its step in the run's own table, so
/// that six axes a record need not be stored, and steps that not all ranks have finished yet have a
/// place on the step axis only.
///
/// A series of rank 17 is called `rank/17/loss`, with one of columns(). Where an attempt did steps
/// again, the later attempt counts, from its first step on. Threads: one owner.
class RankSeries {
public:
    explicit RankSeries(SeriesPlace place) : m_place(std::move(place)) {}

    /// `samples`, `loss`, `learning_rate`, `step_time`, `data_wait`, ... as in the run's series.
    [[nodiscard]] static const std::vector<std::string>& columns();
    /// An attempt's ranks are known from its first hello on.
    void open(std::uint32_t attempt, std::uint32_t ranks);
    /// Appends the records of a frame of kind Steps from index `from` on.
    void append(const wire::FrameView& frame, std::uint64_t from);

    /// The rank and column that a name asks for; nothing when it is no rank's series.
    struct Name {
        std::uint32_t rank = 0;
        std::size_t column = 0;
    };
    [[nodiscard]] std::optional<Name> parse(const std::string& series) const;
    /// `steps`: the run's own step rows, which say where a step lies on the other axes.
    [[nodiscard]] Result<SeriesColumns> query(Name name, const SeriesQuery& query,
                                              const SeriesTable& steps) const;

    [[nodiscard]] std::vector<const ColumnTable*> tables() const;
    void save(ArchiveWriter& archive) const;
    void load(ArchiveReader& archive);
    void release() noexcept;

private:
    /// The part of one attempt that counts.
    struct Part {
        const ColumnTable* table = nullptr;
        RowRange rows;
    };
    [[nodiscard]] Result<std::vector<Part>> partsOf(std::uint32_t rank) const;
    [[nodiscard]] Result<SeriesColumns> queryParts(const std::vector<Part>& parts, Name name,
                                                   const SeriesQuery& query,
                                                   const SeriesTable& steps) const;

    SeriesPlace m_place;
    std::map<std::uint32_t, ColumnTable> m_attempts;
};

}  // namespace wattline
