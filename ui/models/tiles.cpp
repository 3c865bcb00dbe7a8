// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/tiles.h"

#include <QStringList>

#include "telemetry/analysis/energy_words.h"
#include "telemetry/analysis/plot.h"
#include "ui/models/text.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

/// "12.44 kWh ± 0.09" is one text of the analysis; a tile sets its first word large.
void splitFigure(const QString& text, TileText& tile) {
    const auto space = text.indexOf(u' ');
    tile.value = space < 0 ? text : text.left(space);
    tile.unit = space < 0 ? QString() : text.mid(space + 1);
}

QString compact(const std::optional<double>& value) {
    if (!value) return unknownText();
    if (*value >= 1e6) return figureText(*value / 1e6, std::nullopt, "M");
    if (*value >= 1e4) return figureText(*value / 1e3, std::nullopt, "k");
    return figureText(value, std::nullopt, "");
}

/// "beware: aliasing, shared": what is said in full by 'wattline show'.
QString badgesText(const RunSummary& run) {
    QStringList kinds;
    for (const auto& entry : run.energy)
        for (const auto& flag : entry.flags)
            if (!kinds.contains(fromUtf8(flag.kind))) kinds << fromUtf8(flag.kind);
    return kinds.isEmpty() ? QString() : u"beware: "_s + kinds.join(u", "_s);
}

QString heldText(const RunSummary& run) {
    if (run.held_s <= 0.0) return {};
    double held_j = 0.0;
    for (const auto& entry : run.energy)
        if (entry.device.method == run.energy_method) held_j += entry.held_j;
    const auto unit = energyUnit(held_j);
    return u"held %1 · %2 apart"_s.arg(
        durationText(run.held_s), figureText(held_j * unit.per_joule, std::nullopt, unit.name, 2));
}

}  // namespace

TileText energyTile(const RunSummary& run) {
    TileText tile;
    tile.caption = u"Energy"_s;
    tile.estimated = isModelled(run.energy_method);
    if (tile.estimated) tile.method = methodText(run.energy_method);
    splitFigure(energyText(run), tile);
    const auto method = fromUtf8(methodWords(run));
    const auto sensor = sensorText(run);
    const auto covers = fromUtf8(scopeWords(run));
    tile.detail = method.isEmpty() || sensor == method ? sensor : method + u" · "_s + sensor;
    if (!covers.isEmpty()) tile.detail += u" · "_s + covers;
    tile.more = badgesText(run);
    tile.warning = !tile.more.isEmpty();
    if (tile.more.isEmpty()) tile.more = heldText(run);
    if (tile.more.isEmpty() && run.power_w)
        tile.more = u"now "_s + figureText(run.power_w, std::nullopt, "W");
    return tile;
}

TileText hoursTile(const RunSummary& run) {
    const bool cpu = run.device_kind == "cpu";
    TileText tile;
    tile.caption = cpu ? u"Rank hours"_s : u"GPU hours"_s;
    const auto hours = run.gpu_hours > 0.0 ? std::optional(run.gpu_hours) : std::nullopt;
    splitFigure(figureText(hours, std::nullopt, "h"), tile);
    const auto hour = cpu ? u"rank hour"_s : u"GPU hour"_s;
    tile.detail = u"%1 samples per %2"_s.arg(compact(run.samples_per_gpu_hour), hour);
    tile.more = u"%1 updates per %2"_s.arg(compact(run.updates_per_gpu_hour), hour);
    return tile;
}

TileText lossTile(const RunSummary& run) {
    TileText tile;
    tile.caption = run.final_top1_error ? u"Validation loss"_s : u"Training loss"_s;
    splitFigure(figureText(run.final_loss, std::nullopt, ""), tile);
    if (run.final_top1_error)
        tile.detail = u"top-1 error "_s + shareText(*run.final_top1_error);
    else
        tile.detail = u"no evaluation yet"_s;
    tile.more = run.epoch > 0 && run.spec.epochs > 0
                    ? u"epoch %1 of %2"_s.arg(run.epoch).arg(run.spec.epochs)
                : run.epoch > 0 ? u"epoch %1"_s.arg(run.epoch)
                                : QString();
    return tile;
}

TileText healthTile(const RunSummary& run) {
    TileText tile;
    tile.caption = u"Health"_s;
    const bool ended_badly = run.state == RunState::Failed || run.state == RunState::Lost;
    tile.warning = ended_badly || run.records_lost > 0;
    tile.value = run.records_lost > 0 ? countText(run.records_lost)
                 : ended_badly        ? fromUtf8(name(run.state))
                                      : u"0"_s;
    tile.unit = ended_badly && run.records_lost == 0 ? QString() : u"records lost"_s;
    if (run.records_expected == 0 && !ended_badly) {
        tile.value = unknownText();
        tile.unit = u"no records yet"_s;
    }
    tile.detail =
        u"received %1 of %2"_s.arg(countText(run.records_stored), countText(run.records_expected));
    tile.more = ended_badly && !run.state_reason.empty() ? fromUtf8(run.state_reason)
                : run.attempts > 1                       ? u"attempt %1"_s.arg(run.attempts)
                                                         : QString();
    return tile;
}

StatusText statusText(const RunSummary& run, std::int64_t shown_points, std::int64_t all_points) {
    StatusText status;
    status.lost = run.records_lost > 0;
    status.received = u"received %1 of %2 · lost %3"_s.arg(countText(run.records_stored),
                                                           countText(run.records_expected),
                                                           countText(run.records_lost));
    status.monitor = run.monitor_share
                         ? u"monitor costs %1 of a step"_s.arg(shareText(*run.monitor_share))
                         : u"monitor's cost not known yet"_s;
    status.shown = shown_points < all_points ? u"%1 points in %2 columns, extremes exact"_s.arg(
                                                   countText(all_points), countText(shown_points))
                                             : u"all %1 points drawn"_s.arg(countText(all_points));
    status.method = run.energy_j ? u"u is k = 2 · "_s + sensorText(run) : u"no energy figure"_s;
    if (run.energy_j && isModelled(run.energy_method))
        status.method = methodText(run.energy_method) + u" · "_s + sensorText(run);
    return status;
}

QString stateText(const RunSummary& run) {
    const auto state = fromUtf8(name(run.state));
    if (run.step <= 0) return state;
    const bool stopped = run.state == RunState::Finished && run.state_reason.starts_with("stopped");
    const auto step = stopped ? u"stopped at step "_s + countText(run.step)
                              : u"%1 · step %2"_s.arg(state, countText(run.step));
    return run.steps_planned > 0 ? step + u" of "_s + countText(run.steps_planned) : step;
}

}  // namespace wattline::ui
