// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/text.h"

#include <QStringList>
#include <cmath>
#include <set>

#include "telemetry/analysis/plot.h"
#include "telemetry/core/units.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

constexpr double kMinute = 60.0;

QString rangeText(const RunSummary& run, const EnergyUnit& unit) {
    if (!run.energy_low_j || !run.energy_high_j) return {};
    const auto range =
        formatRange(*run.energy_low_j * unit.per_joule, *run.energy_high_j * unit.per_joule, "");
    return u" (%1)"_s.arg(fromUtf8(range));
}

}  // namespace

QString fromUtf8(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::string toUtf8(const QString& text) {
    return text.toUtf8().toStdString();
}

QString unknownText() {
    return u"–"_s;
}

QString countText(std::int64_t count) {
    auto digits = QString::number(static_cast<qlonglong>(count));
    const qsizetype sign = count < 0 ? 1 : 0;
    for (qsizetype at = digits.size() - 3; at > sign; at -= 3)
        digits.insert(at, u',');
    return digits;
}

QString durationText(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0.0) return unknownText();
    if (seconds > 0.0 && seconds < 0.995) return u"%1 ms"_s.arg(std::llround(1e3 * seconds));
    const auto whole = static_cast<qlonglong>(std::llround(seconds));
    if (seconds < kMinute)
        return u"%1 s"_s.arg(seconds < 10.0 ? QString::number(seconds, 'f', 1)
                                            : QString::number(whole));
    const auto two = [](qlonglong n) { return u"%1"_s.arg(n, 2, 10, QChar(u'0')); };
    if (seconds < kSecondsPerHour) return u"%1 min %2 s"_s.arg(whole / 60).arg(two(whole % 60));
    return u"%1 h %2 min"_s.arg(whole / 3600).arg(two(whole / 60 % 60));
}

QString shareText(double share) {
    if (!std::isfinite(share)) return unknownText();
    const double percent = 100.0 * share;
    if (percent > 0.0 && percent < 0.001) return u"< 0.001 %"_s;
    const int digits = percent < 0.1 ? 3 : percent < 10.0 ? 2 : 1;
    return u"%1 %"_s.arg(percent, 0, 'f', digits);
}

QString energyText(const RunSummary& run) {
    if (!run.energy_j) return unknownText();
    const auto unit = energyUnit(*run.energy_j);
    const bool estimated = isModelled(run.energy_method);
    const double u = estimated ? 0.0 : run.energy_u_j.value_or(0.0);
    const auto text =
        fromUtf8(formatValue(*run.energy_j * unit.per_joule, u * unit.per_joule, unit.name));
    return estimated ? text + rangeText(run, unit) : text;
}

QString figureText(const std::optional<double>& value, const std::optional<double>& u,
                   const std::string& unit, int digits) {
    if (!value || !std::isfinite(*value)) return unknownText();
    return fromUtf8(formatValue(*value, u.value_or(0.0), unit, digits)).trimmed();
}

QString sensorText(const RunSummary& run) {
    std::set<std::string> sensors;
    for (const auto& entry : run.energy)
        if (entry.device.method == run.energy_method) sensors.insert(entry.device.sensor);
    if (sensors.empty()) return run.energy_j ? methodText(run.energy_method) : u"no sensor"_s;
    QStringList names;
    for (const auto& sensor : sensors)
        names << fromUtf8(sensor);
    return names.join(u", "_s);
}

QString methodText(EnergyMethod method) {
    return method == EnergyMethod::None ? QString() : fromUtf8(name(method));
}

QString hoursName(const RunSummary& run) {
    return run.device_kind == "cpu" ? u"rank hours"_s : u"GPU hours"_s;
}

QString shortName(const RunSummary& run) {
    if (!run.spec.name.empty()) return fromUtf8(run.spec.name);
    return u"%1 × %2"_s.arg(run.spec.ranks).arg(run.spec.lbs);
}

}  // namespace wattline::ui
