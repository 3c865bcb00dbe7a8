// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <vector>

#include "telemetry/core/run_summary.h"

namespace wattline::ui {

/// All runs of the workspace as a table: one row a run, figures as text with unit and method, and a
/// sortable value under SortRole (invalid where the figure is not known).
/// Threads: the window's.
class RunTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    /// What it costs and what it gave first; the configuration, which the name says, last.
    enum Column {
        State,
        Name,
        Energy,
        Power,
        Hours,
        Wall,
        Steps,
        Loss,
        Top1Error,
        Lost,
        Model,
        Dataset,
        Ranks,
        Lbs,
        Gbs,
        kColumnCount
    };
    enum Role { SortRole = Qt::UserRole + 1, RunIdRole, StateRole, EstimatedRole };

    using QAbstractTableModel::QAbstractTableModel;

    /// Keeps rows, and with them selections, where a run only changed its figures.
    void setRuns(const std::vector<RunSummary>& runs);
    [[nodiscard]] const RunSummary& run(int row) const {
        return m_runs.at(static_cast<std::size_t>(row));
    }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] bool sameIds(const std::vector<RunSummary>& runs) const;

    std::vector<RunSummary> m_runs;
};

/// Sorts by figure, not by text, unknown figures last in both directions; shows the runs in which
/// every word of the filter occurs.
class RunFilterModel : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit RunFilterModel(QObject* parent = nullptr);
    void setFilterText(const QString& text);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    QStringList m_words;
};

}  // namespace wattline::ui
