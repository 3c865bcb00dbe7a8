// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compare_model.h"

#include <cmath>

#include "telemetry/analysis/plot.h"
#include "ui/models/text.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

bool isEnergyFigure(const ComparisonRow& row) {
    return row.key.find("energy") != std::string::npos ||
           row.key.find("power") != std::string::npos || row.key.find("slope") != std::string::npos;
}

/// An estimate's interval is far from symmetric: its range says more than a half width.
QString estimateOf(const ComparisonRow& row, double value, const RunSummary& run) {
    const double per_joule = value * row.scale / *run.energy_j;
    const auto range =
        formatRange(*run.energy_low_j * per_joule, *run.energy_high_j * per_joule, "");
    return figureText(value * row.scale, std::nullopt, row.unit) + u" (%1)"_s.arg(fromUtf8(range));
}

bool hasRange(const RunSummary& run) {
    return isModelled(run.energy_method) && run.energy_j && *run.energy_j > 0.0 &&
           run.energy_low_j && run.energy_high_j;
}

QString figureOf(const ComparisonRow& row, std::size_t run, const RunSummary& summary) {
    if (run >= row.figures.size()) return unknownText();
    const auto& figure = row.figures[run];
    if (figure.value && isEnergyFigure(row) && hasRange(summary))
        return estimateOf(row, *figure.value, summary);
    const auto scaled = [&](const std::optional<double>& v) {
        return v ? std::optional(*v * row.scale) : std::nullopt;
    };
    return figureText(scaled(figure.value), scaled(figure.u), row.unit);
}

QString differenceOf(const ComparisonRow& row, std::size_t run) {
    if (run == 0) return {};
    QStringList parts;
    if (run < row.difference_percent.size() && row.difference_percent[run]) {
        const double percent = *row.difference_percent[run];
        parts << u"%1%2 %"_s.arg(percent < 0 ? u"−"_s : u"+"_s).arg(std::abs(percent), 0, 'f', 1);
    }
    if (run < row.verdict.size() && !row.verdict[run].empty()) parts << fromUtf8(row.verdict[run]);
    return parts.join(u" · "_s);
}

}  // namespace

void CompareModel::setRuns(std::vector<RunSummary> runs) {
    auto next = compare(std::move(runs));
    const bool same_shape = next.rows.size() == m_comparison.rows.size() &&
                            next.runs.size() == m_comparison.runs.size();
    if (!same_shape) beginResetModel();
    m_comparison = std::move(next);
    if (!same_shape) {
        endResetModel();
    } else if (rowCount() > 0) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        Q_EMIT headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
        Q_EMIT headerDataChanged(Qt::Vertical, 0, rowCount() - 1);
    }
}

int CompareModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_comparison.rows.size());
}

int CompareModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_comparison.runs.size());
}

QVariant CompareModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const auto& row = m_comparison.rows[static_cast<std::size_t>(index.row())];
    const auto run = static_cast<std::size_t>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return figureOf(row, run, m_comparison.runs[run]);
    case DifferenceRole: {
        const auto text = differenceOf(row, run);
        return text.isEmpty() ? QVariant() : QVariant(text);
    }
    case UnitRole:
        return fromUtf8(row.unit);
    case EstimatedRole:
        return isEnergyFigure(row) && isModelled(m_comparison.runs[run].energy_method);
    case Qt::TextAlignmentRole:
        return static_cast<int>(Qt::AlignVCenter | Qt::AlignRight);
    default:
        return {};
    }
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (section < 0) return {};
    const auto at = static_cast<std::size_t>(section);
    if (orientation == Qt::Vertical) {
        if (at >= m_comparison.rows.size() || role != Qt::DisplayRole) return {};
        return fromUtf8(m_comparison.rows[at].label);
    }
    if (at >= m_comparison.runs.size()) return {};
    const auto& run = m_comparison.runs[at];
    if (role == Qt::DisplayRole) return fromUtf8(displayName(run.spec));
    if (role == Qt::ToolTipRole) return fromUtf8(run.spec.id);
    return {};
}

}  // namespace wattline::ui
