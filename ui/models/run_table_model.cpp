// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_table_model.h"

#include <algorithm>
#include <array>

#include "telemetry/analysis/energy_words.h"
#include "ui/models/text.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

QString energyWithMethod(const RunSummary& run) {
    const auto text = energyText(run);
    return run.energy_j ? text + u" · "_s + fromUtf8(methodWords(run)) : text;
}

QString stepsText(const RunSummary& run) {
    const auto done = countText(run.step);
    return run.steps_planned > 0 ? done + u" / "_s + countText(run.steps_planned) : done;
}

/// A window that has not opened has no length.
std::optional<double> known(double value) {
    return value > 0.0 ? std::optional(value) : std::nullopt;
}

QString textOf(const RunSummary& run, int column) {
    switch (column) {
    case RunTableModel::State:
        return fromUtf8(name(run.state));
    case RunTableModel::Name:
        return fromUtf8(displayName(run.spec));
    case RunTableModel::Model:
        return fromUtf8(run.spec.model);
    case RunTableModel::Dataset:
        return fromUtf8(run.spec.dataset);
    case RunTableModel::Ranks:
        return countText(run.spec.ranks);
    case RunTableModel::Lbs:
        return countText(run.spec.lbs);
    case RunTableModel::Gbs:
        return countText(run.spec.gbs);
    case RunTableModel::Steps:
        return stepsText(run);
    case RunTableModel::Wall:
        return run.wall_s > 0.0 ? durationText(run.wall_s) : unknownText();
    case RunTableModel::Hours:
        return figureText(known(run.gpu_hours), std::nullopt, "h");
    case RunTableModel::Energy:
        return energyWithMethod(run);
    case RunTableModel::Power:
        return figureText(run.mean_power_w, std::nullopt, "W");
    case RunTableModel::Loss:
        return figureText(run.final_loss, std::nullopt, "");
    case RunTableModel::Top1Error:
        return run.final_top1_error ? shareText(*run.final_top1_error) : unknownText();
    case RunTableModel::Lost:
        return countText(run.records_lost);
    default:
        return {};
    }
}

QVariant figure(const std::optional<double>& value) {
    return value ? QVariant(*value) : QVariant();
}

QVariant sortKeyOf(const RunSummary& run, int column) {
    switch (column) {
    case RunTableModel::Ranks:
        return run.spec.ranks;
    case RunTableModel::Lbs:
        return run.spec.lbs;
    case RunTableModel::Gbs:
        return run.spec.gbs;
    case RunTableModel::Steps:
        return static_cast<qlonglong>(run.step);
    case RunTableModel::Wall:
        return figure(known(run.wall_s));
    case RunTableModel::Hours:
        return figure(known(run.gpu_hours));
    case RunTableModel::Energy:
        return figure(run.energy_j);
    case RunTableModel::Power:
        return figure(run.mean_power_w);
    case RunTableModel::Loss:
        return figure(run.final_loss);
    case RunTableModel::Top1Error:
        return figure(run.final_top1_error);
    case RunTableModel::Lost:
        return static_cast<qlonglong>(run.records_lost);
    default:
        return textOf(run, column);
    }
}

bool isText(int column) {
    return column == RunTableModel::State || column == RunTableModel::Name ||
           column == RunTableModel::Model || column == RunTableModel::Dataset;
}

QString toolTipOf(const RunSummary& run, int column) {
    if (column == RunTableModel::State && !run.state_reason.empty())
        return fromUtf8(run.state_reason);
    if (column == RunTableModel::Energy && run.energy_j) return sensorText(run);
    if (column == RunTableModel::Name) return fromUtf8(run.spec.id);
    return {};
}

}  // namespace

void RunTableModel::setRuns(const std::vector<RunSummary>& runs) {
    if (!sameIds(runs)) {
        beginResetModel();
        m_runs = runs;
        endResetModel();
        return;
    }
    m_runs = runs;
    if (!m_runs.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumnCount - 1));
}

bool RunTableModel::sameIds(const std::vector<RunSummary>& runs) const {
    return std::ranges::equal(
        m_runs, runs, {}, [](const auto& r) { return r.spec.id; },
        [](const auto& r) { return r.spec.id; });
}

int RunTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(kColumnCount);
}

QVariant RunTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const auto& of = run(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return textOf(of, index.column());
    case Qt::ToolTipRole: {
        const auto tip = toolTipOf(of, index.column());
        return tip.isEmpty() ? QVariant() : QVariant(tip);
    }
    case Qt::TextAlignmentRole:
        return static_cast<int>(Qt::AlignVCenter |
                                (isText(index.column()) ? Qt::AlignLeft : Qt::AlignRight));
    case SortRole:
        return sortKeyOf(of, index.column());
    case RunIdRole:
        return fromUtf8(of.spec.id);
    case StateRole:
        return static_cast<int>(of.state);
    case EstimatedRole:
        return (index.column() == Energy || index.column() == Power) &&
               isModelled(of.energy_method);
    default:
        return {};
    }
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    static const std::array<QString, kColumnCount> kTitles{
        u"State"_s, u"Name"_s,  u"Energy"_s, u"Power"_s,       u"Hours"_s,
        u"Wall"_s,  u"Steps"_s, u"Loss"_s,   u"Top-1 error"_s, u"Lost"_s,
        u"Model"_s, u"Data"_s,  u"Ranks"_s,  u"LBS"_s,         u"GBS"_s};
    static const std::array<QString, kColumnCount> kTips{
        u""_s,
        u""_s,
        u"u is k = 2; an estimate shows its range"_s,
        u"mean power"_s,
        u"GPU hours: devices x wall time; on CPU rank hours: ranks x wall time"_s,
        u"wall time of the run's window, holds excluded"_s,
        u"optimizer steps, done / planned"_s,
        u"validation loss, before the first evaluation the training loss"_s,
        u"top-1 error on the validation data"_s,
        u"records expected but not stored"_s,
        u""_s,
        u""_s,
        u""_s,
        u"local batch size: samples per rank and micro-step"_s,
        u"global batch size: LBS x ranks x accumulation"_s};
    if (orientation != Qt::Horizontal || section < 0 || section >= kColumnCount) return {};
    const auto at = static_cast<std::size_t>(section);
    if (role == Qt::DisplayRole) return kTitles[at];
    if (role == Qt::ToolTipRole) return kTips[at];
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignVCenter |
                                (isText(section) ? Qt::AlignLeft : Qt::AlignRight));
    return {};
}

RunFilterModel::RunFilterModel(QObject* parent) : QSortFilterProxyModel(parent) {
    setSortRole(RunTableModel::SortRole);
    setDynamicSortFilter(true);
}

void RunFilterModel::setFilterText(const QString& text) {
    m_words = text.split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

bool RunFilterModel::filterAcceptsRow(int row, const QModelIndex& parent) const {
    QString all = sourceModel()->index(row, 0, parent).data(RunTableModel::RunIdRole).toString();
    for (int column = 0; column < sourceModel()->columnCount(parent); ++column)
        all += u' ' + sourceModel()->index(row, column, parent).data().toString();
    return std::ranges::all_of(
        m_words, [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

bool RunFilterModel::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    const auto a = left.data(RunTableModel::SortRole);
    const auto b = right.data(RunTableModel::SortRole);
    if (a.isValid() != b.isValid()) return (sortOrder() == Qt::AscendingOrder) == a.isValid();
    if (!a.isValid()) return false;
    if (a.typeId() == QMetaType::QString)
        return a.toString().compare(b.toString(), Qt::CaseInsensitive) < 0;
    return a.toDouble() < b.toDouble();
}

}  // namespace wattline::ui
