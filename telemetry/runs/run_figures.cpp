// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/run_figures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "telemetry/analysis/fit.h"
#include "telemetry/core/units.h"

namespace wattline {
namespace {

constexpr std::int64_t kFitPoints = 500;

void fillProgress(RunSummary& out, const Assembler& assembler) {
    const auto& progress = assembler.progress();
    out.attempts = static_cast<int>(assembler.attemptNumber());
    out.step = static_cast<std::int64_t>(progress.step);
    out.epoch = static_cast<int>(progress.epoch);
    out.samples = progress.samples;
    out.hosts = static_cast<int>(assembler.hosts().size());
    out.started_unix_ns = assembler.openedUnixNs().value_or(0);
    for (const auto& [key, stream] : assembler.streams()) {
        if (!stream.hello) continue;
        out.device_kind = stream.hello->device_kind;
        out.steps_planned = std::max(out.steps_planned, stream.hello->steps_planned);
    }
}

void fillTime(RunSummary& out, const Timeline& timeline) {
    const double end_s = timeline.endS();
    out.wall_s = timeline.activeUntil(end_s);
    out.held_s = timeline.heldUntil(end_s);
    out.gpu_hours = timeline.gpuHoursUntil(end_s);
}

void fillEnergy(RunSummary& out, Assembler& assembler, bool over) {
    auto& ledger = assembler.series().ledger();
    const auto& timeline = assembler.timeline();
    const double end_s = over ? timeline.endS() : std::min(timeline.endS(), ledger.coveredUntil());
    assembler.describeRun();
    out.energy = ledger.entries(0.0, end_s);
    const auto sum = headline(out.energy);
    out.energy_method = sum.method;
    out.power_w = over ? std::nullopt : ledger.latestPower();
    if (sum.method == EnergyMethod::None) return;
    out.energy_j = sum.j;
    out.energy_u_j = sum.u_j;
    out.energy_low_j = sum.low_j;
    out.energy_high_j = sum.high_j;
    if (const double active_s = timeline.activeUntil(end_s); active_s > 0.0)
        out.mean_power_w = sum.j / active_s;
    out.phases = assembler.series().stepEnergies().phases(out.energy);
}

/// What earlier attempts did in vain; it is part of the figures above.
void fillWasted(RunSummary& out, Assembler& assembler) {
    const auto& timeline = assembler.timeline();
    double j = 0.0, u_j = 0.0;
    bool known = out.energy_j.has_value();
    for (const auto& work : assembler.redone()) {
        out.wasted.steps += work.steps;
        out.wasted.gpu_hours +=
            timeline.gpuHoursUntil(work.time.to_s) - timeline.gpuHoursUntil(work.time.from_s);
        const auto sum =
            headline(assembler.series().ledger().entries(work.time.from_s, work.time.to_s));
        known = known && sum.method != EnergyMethod::None;
        j += sum.j;
        u_j += sum.u_j;
    }
    if (out.wasted.steps == 0 || !known) return;
    out.wasted.j = j;
    out.wasted.u_j = u_j;
}

/// Watts per GPU. Its interval holds the sensors' own, as the plot's does.
void fillSlope(RunSummary& out, const SeriesTable& table) {
    const auto stride = std::max<std::int64_t>(1, (table.rows() + kFitPoints - 1) / kFitPoints);
    std::vector<double> hours, joules;
    for (std::int64_t row = 0; row < table.rows(); row += stride) {
        hours.push_back(table.axis(row, Axis::GpuHours));
        joules.push_back(table.value(row, 0));
    }
    const double unknown = std::numeric_limits<double>::quiet_NaN();
    const auto slope =
        powerSlope(hours, joules,
                   {out.energy_j.value_or(unknown), out.energy_low_j.value_or(unknown),
                    out.energy_high_j.value_or(unknown)});
    if (!slope) return;
    out.slope_w = slope->w;
    out.slope_u_w = slope->u_w;
}

void fillRates(RunSummary& out, const RunProgress& progress) {
    if (out.gpu_hours > 0.0 && out.step > 0) {
        out.samples_per_gpu_hour = static_cast<double>(out.samples) / out.gpu_hours;
        out.updates_per_gpu_hour = static_cast<double>(out.step) / out.gpu_hours;
    }
    if (progress.step_seconds > 0.0)
        out.throughput_samples_per_s =
            static_cast<double>(progress.timed_samples) / progress.step_seconds;
}

void fillQuality(RunSummary& out, Assembler& assembler) {
    out.train_loss = out.final_loss = assembler.series().lastLoss();
    const auto& evaluation = assembler.lastEvaluation();
    if (!evaluation) return;
    out.val_loss = evaluation->loss;
    if (out.val_loss) out.final_loss = out.val_loss;
    out.final_top1_error = evaluation->top1_error;
    out.final_top5_error = evaluation->top5_error;
}

/// record() runs once a step; its share is its mean cost over the mean step.
void fillMonitorShare(RunSummary& out, const Assembler& assembler) {
    const auto& progress = assembler.progress();
    double sum_ns = 0.0;
    int ranks = 0;
    for (const auto& [key, stream] : assembler.streams()) {
        if (!stream.ended || !stream.ended->record_ns_mean) continue;
        sum_ns += *stream.ended->record_ns_mean;
        ++ranks;
    }
    if (ranks == 0 || progress.timed_steps == 0 || progress.step_seconds <= 0.0) return;
    const double step_ns =
        progress.step_seconds / static_cast<double>(progress.timed_steps) * kNanosPerSecond;
    out.monitor_share = sum_ns / ranks / step_ns;
}

void fillSamplerCost(RunSummary& out, const Assembler& assembler) {
    for (const auto& [key, stream] : assembler.streams())
        if (stream.sampler_cpu_s)
            out.sampler_cpu_s = out.sampler_cpu_s.value_or(0.0) + *stream.sampler_cpu_s;
}

void fillRecords(RunSummary& out, const Assembler& assembler, bool over) {
    for (const auto& [key, stream] : assembler.streams()) {
        out.records_expected += static_cast<std::int64_t>(stream.sequence.expected());
        out.records_stored += static_cast<std::int64_t>(stream.sequence.stored());
        out.records_lost += static_cast<std::int64_t>(stream.sequence.lost());
    }
    // Once nothing more will come, what is missing was not merely on its way.
    if (over) out.records_lost = out.records_expected - out.records_stored;
}

}  // namespace

void fillSummary(RunSummary& out, Assembler& assembler, const Verdict& verdict) {
    RunSummary fresh;
    fresh.spec = std::move(out.spec);
    fresh.device_kind = fresh.spec.device_kind;
    fresh.state = verdict.state;
    fresh.state_reason = verdict.reason;
    const bool over = isFinal(verdict.state);
    fillProgress(fresh, assembler);
    fillTime(fresh, assembler.timeline());
    fillEnergy(fresh, assembler, over);
    fillWasted(fresh, assembler);
    fillSlope(fresh, assembler.series().energyTable());
    fillRates(fresh, assembler.progress());
    fillQuality(fresh, assembler);
    fillMonitorShare(fresh, assembler);
    fillSamplerCost(fresh, assembler);
    fillRecords(fresh, assembler, over);
    fresh.events = assembler.events();
    out = std::move(fresh);
}

}  // namespace wattline
