// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include "telemetry/analysis/comparison.h"

namespace wattline::ui {

/// A comparison as a table: one row a quantity, one column a run; differences are against the first
/// run. Threads: the window's.
class CompareModel : public QAbstractTableModel {
    Q_OBJECT
public:
    /// DifferenceRole: "+3.1 % · higher" or "not distinguishable"; invalid in the first column.
    enum Role { DifferenceRole = Qt::UserRole + 1, UnitRole, EstimatedRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setRuns(std::vector<RunSummary> runs);
    [[nodiscard]] const Comparison& comparison() const noexcept { return m_comparison; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    Comparison m_comparison;
};

}  // namespace wattline::ui
