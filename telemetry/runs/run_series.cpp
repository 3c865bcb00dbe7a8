// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/run_series.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "telemetry/analysis/power_curve.h"
#include "telemetry/core/units.h"

namespace wattline {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kNever = std::numeric_limits<double>::infinity();
const std::string kPowerPrefix = "power/";

/// In the order of stateValues(); a series is called `temperature/<device id>`.
const std::vector<std::string>& stateColumns() {
    static const std::vector<std::string> names{"temperature", "sm_clock",    "memory_clock",
                                                "utilisation", "power_limit", "throttle",
                                                "memory_used"};
    return names;
}

std::array<double, 7> stateValues(const DeviceState& state) noexcept {
    const bool told = state.throttle != throttle::kUnknown;
    return {state.temperature_c,    state.sm_clock_mhz,
            state.memory_clock_mhz, state.utilisation,
            state.power_limit_w,    told ? static_cast<double>(state.throttle) : kNaN,
            state.memory_used_bytes};
}

double timeOf(const PlacedSample& placed) noexcept {
    return placed.sample.t_s;
}

}  // namespace

bool RunSeries::Later::operator()(const PlacedSample& a, const PlacedSample& b) const noexcept {
    return std::tuple(timeOf(a), a.account, a.rank) > std::tuple(timeOf(b), b.account, b.rank);
}

RunSeries::RunSeries(SeriesPlace place)
    : m_place(std::move(place)),
      m_steps(m_place, "steps",
              {"loss", "learning_rate", "throughput", "step_time", "data_wait", "forward",
               "backward", "communication", "optimizer"}),
      m_energy(m_place, "energy", {"energy", "power"}),
      m_validation(m_place, "validation", {"val_loss", "val_top1_error", "val_top5_error"}),
      m_step_energies(m_place),
      m_readings(m_place, {"readings", {}, {"account", "time", "power", "counter"}, 1, 1}) {}

void RunSeries::retireDevices(double at_s) {
    if (!m_devices.empty()) restoreLedger();
    for (std::size_t i = 0; i < m_devices.size(); ++i) {
        auto& active = m_devices[i].active;
        active.to_s = std::min(active.to_s, at_s);
        m_ledger.setActive(i, active);
    }
}

void RunSeries::addDeviceGroup(std::uint32_t streams) {
    const auto number = std::to_string(m_power.size() + 1);
    m_power.emplace_back(m_place, "power-" + number, std::vector<std::string>{"power"}, streams);
    m_states.emplace_back(m_place, "state-" + number, stateColumns(), streams);
}

std::vector<std::size_t> RunSeries::addDevices(const std::vector<PowerDevice>& devices,
                                               double from_s) {
    std::vector<std::size_t> accounts;
    std::uint32_t added = 0;
    for (const auto& device : devices) {
        const auto account = ledger().addDevice(device);
        accounts.push_back(account);
        if (account == m_devices.size()) {
            Device fresh;
            fresh.device = device;
            fresh.group = m_power.size();
            fresh.stream = added++;
            fresh.active = {from_s, kNever};
            fresh.fed_s = from_s;
            m_devices.push_back(fresh);
            m_patience_s = std::max(m_patience_s, kGapPeriods * device.period_s);
        }
        // The time between two attempts is left out of the timeline, so one interval spans both.
        m_devices[account].active.to_s = kNever;
        m_ledger.setActive(account, m_devices[account].active);
    }
    if (added > 0) addDeviceGroup(added);
    return accounts;
}

void RunSeries::add(const PlacedSample& sample) {
    m_late = m_late || timeOf(sample) < m_fed_s;
    m_samples.push(sample);
}

void RunSeries::add(const RunStep& step) {
    m_late = m_late || step.end_s < m_rows_s;
    m_pending_steps.push_back(step);
}

void RunSeries::add(const PlacedEvaluation& evaluation) {
    m_late = m_late || evaluation.t_s < m_rows_s;
    m_pending_evaluations.push_back(evaluation);
}

void RunSeries::settleUntil(double t_s, const Timeline& timeline) {
    if (m_samples.empty() && m_fed.empty() && m_pending_steps.empty() &&
        m_pending_evaluations.empty() && !m_ledger_restored &&
        (t_s < kNever || m_step_energies.isSettled()))
        return;  // nothing to do, and no need for the ledger
    m_suspensions = timeline.suspensions();
    restoreLedger();
    m_ledger.setHolds(timeline.holds());
    m_ledger.setSuspensions(m_suspensions);
    feedLedger(t_s);
    const double covered = m_devices.empty() ? t_s : m_ledger.coveredUntil();
    const double until = std::min(t_s, std::max(covered, t_s - m_patience_s));
    makeRows(until, timeline);
    m_step_energies.settle(m_ledger, timeline, t_s == kNever);
    m_rows_s = std::max(m_rows_s, until);
}

void RunSeries::feedLedger(double t_s) {
    while (!m_samples.empty() && timeOf(m_samples.top()) <= t_s) {
        const auto& placed = m_samples.top();
        m_ledger.addSample(placed.account, placed.sample);
        storeReading(placed);
        auto& device = m_devices[placed.account];
        // Rows that ran ahead of this device after a silence knew nothing of this reading.
        m_late = m_late || device.fed_s < m_rows_s;
        device.fed_s = std::max(device.fed_s, timeOf(placed));
        if (!device.has_figure &&
            (std::isfinite(placed.sample.power_w) || std::isfinite(placed.sample.counter_j))) {
            device.has_figure = true;
            chooseHeadline();
        }
        m_fed.push_back(placed);
        m_samples.pop();
    }
    m_fed_s = std::max(m_fed_s, t_s);
}

void RunSeries::makeRows(double t_s, const Timeline& timeline) {
    for (;;) {
        const double power = m_fed.empty() ? kNever : timeOf(m_fed.front());
        const double step = m_pending_steps.empty() ? kNever : m_pending_steps.front().end_s;
        const double evaluation =
            m_pending_evaluations.empty() ? kNever : m_pending_evaluations.front().t_s;
        const double next = std::min({power, step, evaluation});
        if (next > t_s || next == kNever) return;
        // At one instant: first the reading, then the step, then what was evaluated after it.
        if (power == next) {
            powerRows(m_fed.front(), timeline);
            m_fed.pop_front();
        } else if (step == next) {
            stepRow(m_pending_steps.front(), timeline);
            m_pending_steps.pop_front();
        } else {
            evaluationRow(m_pending_evaluations.front(), timeline);
            m_pending_evaluations.pop_front();
        }
    }
}

std::array<double, kAxisCount> RunSeries::axesAt(double t_s, const Timeline& timeline) const {
    return {m_progress.step,           m_progress.samples,          m_progress.epoch,
            timeline.activeUntil(t_s), timeline.gpuHoursUntil(t_s), toKwh(Joules{m_energy_j})};
}

void RunSeries::stepRow(const RunStep& step, const Timeline& timeline) {
    m_progress.step = static_cast<double>(step.step);
    m_progress.samples += static_cast<double>(step.samples);
    m_progress.epoch = m_epochs.done(step.epoch, step.step);
    m_energy_j = m_ledger.energyAt(0.0, step.end_s).value_or(m_energy_j);
    if (std::isfinite(step.loss)) m_last_loss = step.loss;
    const auto& p = step.phase_s;
    const auto axes = axesAt(step.end_s, timeline);
    m_step_energies.addStep(step, axes);
    m_steps.append(axes, std::array{step.loss, step.learning_rate, step.throughput, step.duration_s,
                                    p[0], p[1], p[2], p[3], p[4]});
}

/// Power is the sensor's own figure, else the mean since the last reading of its counter.
void RunSeries::readDevice(Device& device, const LedgerSample& sample) {
    double power = sample.power_w;
    if (std::isfinite(sample.counter_j)) {
        const double dt = sample.t_s - device.last_counter_s;
        const double dj = sample.counter_j - device.last.counter_j;
        if (!std::isfinite(power) && dt > 0.0 && dj >= 0.0) power = dj / dt;
        device.last_counter_s = sample.t_s;
        device.last.counter_j = sample.counter_j;
    }
    device.power_w = power;
}

void RunSeries::powerRows(const PlacedSample& placed, const Timeline& timeline) {
    auto& device = m_devices[placed.account];
    const double t_s = timeOf(placed);
    const double silence = t_s - device.last.t_s;
    // Two processes that read one device at the same instant make one row.
    auto& table = m_power[device.group];
    const bool known = table.rows(device.stream) > 0;
    const bool repeated = known && silence <= 0.0;
    readDevice(device, placed.sample);
    if (t_s < 0.0 || timeline.isInsideHold(t_s)) {
        device.last.t_s = t_s;
        return;
    }
    if (known && silence > kGapPeriods * device.device.period_s)
        table.append(axesAt(device.last.t_s, timeline), std::array{kNaN}, device.stream);
    if (!repeated) table.append(axesAt(t_s, timeline), std::array{device.power_w}, device.stream);
    if (!repeated) stateRow(placed, timeline);
    device.last.t_s = t_s;
    if (placed.paces && !repeated) energyRow(t_s, timeline);
}

/// A state is read more rarely than power: readings without any make no row.
void RunSeries::stateRow(const PlacedSample& placed, const Timeline& timeline) {
    const auto values = stateValues(placed.state);
    const auto& device = m_devices[placed.account];
    if (std::ranges::any_of(values, [](double v) { return std::isfinite(v); }))
        m_states[device.group].append(axesAt(timeOf(placed), timeline), values, device.stream);
}

void RunSeries::energyRow(double t_s, const Timeline& timeline) {
    const auto energy = m_ledger.energyAt(0.0, t_s);
    if (energy) m_energy_j = *energy;
    double power = m_headline.empty() ? kNaN : 0.0;
    for (const auto account : m_headline) {
        const auto& each = m_devices[account];
        if (each.active.to_s < t_s) continue;
        const bool stale = t_s - each.last.t_s > kGapPeriods * each.device.period_s;
        power += stale ? kNaN : each.power_w;
    }
    m_energy.append(axesAt(t_s, timeline), std::array{energy.value_or(kNaN), power});
}

void RunSeries::evaluationRow(const PlacedEvaluation& evaluation, const Timeline& timeline) {
    if (evaluation.checkpoint) return m_step_energies.addCheckpoint(evaluation.t_s);
    m_step_energies.addEvaluation(evaluation.t_s);
    auto axes = axesAt(evaluation.t_s, timeline);
    if (evaluation.epoch) axes[static_cast<std::size_t>(Axis::Epoch)] = *evaluation.epoch;
    m_validation.append(axes,
                        std::array{evaluation.loss, evaluation.top1_error, evaluation.top5_error});
}

StepRhythm RunSeries::rhythm() {
    // Each value is a read of its own: look again only when there are a tenth more of them.
    if (10 * m_steps.rows() <= 11 * m_rhythm_rows) return m_rhythm;
    m_rhythm_rows = m_steps.rows();
    constexpr std::int64_t kEnough = 501;
    constexpr std::size_t kStepTime = 3;  // column
    std::vector<double> seconds;
    const auto stride = std::max<std::int64_t>(1, m_steps.rows() / kEnough);
    for (std::int64_t row = 0; row < m_steps.rows(); row += stride)
        if (const double s = m_steps.value(row, kStepTime); std::isfinite(s)) seconds.push_back(s);
    if (seconds.empty()) return m_rhythm = {};
    const auto median = [](std::vector<double>& values) {
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::ranges::nth_element(values, middle);
        return *middle;
    };
    const double step_s = median(seconds);
    for (double& s : seconds)
        s = std::abs(s - step_s);
    // For normal scatter the deviation is 1.4826 times the median distance; a slow first step and
    // the odd long one do not count.
    return m_rhythm = {step_s, 1.4826 * median(seconds)};
}

void RunSeries::chooseHeadline() {
    std::vector<const PowerDevice*> devices;
    for (const auto& each : m_devices)
        devices.push_back(each.has_figure ? &each.device : nullptr);
    m_headline = headlineDevices(devices);
}

Result<RunSeries::Place> RunSeries::find(const std::string& series) const {
    for (const auto* table : {&m_steps, &m_energy, &m_validation, &m_step_energies.table()}) {
        const auto& columns = table->columns();
        const auto it = std::ranges::find(columns, series);
        if (it != columns.end())
            return Place{table, 0, static_cast<std::size_t>(it - columns.begin())};
    }
    for (const auto& device : m_devices) {
        if (series == kPowerPrefix + device.device.id)
            return Place{&m_power[device.group], device.stream, 0};
        for (std::size_t i = 0; i < stateColumns().size(); ++i)
            if (series == stateColumns()[i] + "/" + device.device.id)
                return Place{&m_states[device.group], device.stream, i};
    }
    return fail(ExitCode::NotFound, "this run has no series '" + series + "'; see 'wattline show'");
}

std::vector<std::string> RunSeries::names() const {
    std::vector<std::string> out;
    for (const auto* table : {&m_steps, &m_energy, &m_validation, &m_step_energies.table()})
        if (table->rows() > 0)
            out.insert(out.end(), table->columns().begin(), table->columns().end());
    for (const auto& device : m_devices) {
        if (m_power[device.group].rows(device.stream) > 0)
            out.push_back(kPowerPrefix + device.device.id);
        if (m_states[device.group].rows(device.stream) > 0)
            for (const auto& column : stateColumns())
                out.push_back(column + "/" + device.device.id);
    }
    return out;
}

std::vector<const ColumnTable*> RunSeries::tables() const {
    std::vector<const ColumnTable*> out{&m_steps.table(), &m_energy.table(), &m_validation.table(),
                                        &m_readings, &m_step_energies.table().table()};
    for (const auto* groups : {&m_power, &m_states})
        for (const auto& group : *groups)
            out.push_back(&group.table());
    return out;
}

bool RunSeries::isPrivate() const {
    return std::ranges::any_of(tables(), [](const auto* table) { return table->isPrivate(); });
}

void RunSeries::release() noexcept {
    for (auto* table : {&m_steps, &m_energy, &m_validation})
        table->table().release();
    for (auto* groups : {&m_power, &m_states})
        for (auto& group : *groups)
            group.table().release();
    m_readings.release();
}

}  // namespace wattline
