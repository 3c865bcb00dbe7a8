// SPDX-License-Identifier: Apache-2.0
// How series outlive their process: what is kept beside the tables, and the ledger made again.
#include <algorithm>
#include <array>
#include <utility>

#include "telemetry/runs/run_series.h"

namespace wattline {
namespace {

constexpr std::int64_t kReadingsAtOnce = 4096;
constexpr std::uint64_t kMostDevices = std::uint64_t{1} << 24;

}  // namespace

void RunSeries::storeReading(const PlacedSample& placed) {
    const auto account = static_cast<double>(placed.account);
    const auto& sample = placed.sample;
    m_readings.append(0, 1, {},
                      std::array{&account, &sample.t_s, &sample.power_w, &sample.counter_j});
}

/// Feeds the ledger what it was fed before: the same readings in the same order give the same
/// ledger, whatever it is made of.
void RunSeries::restoreLedger() {
    if (std::exchange(m_ledger_restored, true)) return;
    m_ledger.setSuspensions(m_suspensions);
    for (std::size_t i = 0; i < m_devices.size(); ++i) {
        (void)m_ledger.addDevice(m_devices[i].device);
        m_ledger.setActive(i, m_devices[i].active);
    }
    std::array<std::vector<double>, 4> columns;
    for (std::int64_t first = 0; first < m_readings.rows(0); first += kReadingsAtOnce) {
        const auto count =
            static_cast<std::size_t>(std::min(kReadingsAtOnce, m_readings.rows(0) - first));
        for (std::size_t i = 0; i < columns.size(); ++i) {
            columns[i].resize(count);
            if (!m_readings.readRows(0, i, first, columns[i])) m_ledger_damaged = true;
        }
        if (m_ledger_damaged) return;
        for (std::size_t i = 0; i < count; ++i) {
            const auto& [account, time, power, counter] = columns;
            if (!(account[i] >= 0.0 && account[i] < static_cast<double>(m_devices.size())))
                continue;
            m_ledger.addSample(static_cast<std::size_t>(account[i]),
                               {time[i], power[i], counter[i]});
        }
    }
}

EnergyLedger& RunSeries::ledger() {
    restoreLedger();
    return m_ledger;
}

template <typename Archive> void RunSeries::persist(Archive& archive) {
    archive(m_epochs, m_headline, m_fed, m_pending_steps, m_pending_evaluations, m_progress,
            m_energy_j, m_last_loss, m_fed_s, m_rows_s, m_patience_s, m_late, m_suspensions,
            m_step_energies);
}

void RunSeries::save(ArchiveWriter& archive) const {
    const_cast<RunSeries*>(this)->persist(archive);  // writing leaves the members as they are
    auto waiting = m_samples;
    std::vector<PlacedSample> samples;
    for (; !waiting.empty(); waiting.pop())
        samples.push_back(waiting.top());
    archive(samples, std::vector<Device>(m_devices.begin(), m_devices.end()));
    std::vector<std::uint32_t> groups;
    for (const auto& group : m_power)
        groups.push_back(group.table().shape().streams);
    archive(groups);
    for (const auto* table : tables())
        table->save(archive);
}

void RunSeries::load(ArchiveReader& archive, const std::vector<PowerDevice>& devices) {
    persist(archive);
    std::vector<PlacedSample> samples;
    std::vector<Device> known;
    std::vector<std::uint32_t> groups;
    archive(samples, known, groups);
    if (archive.failed() || known.size() != devices.size()) return archive.fail();
    for (const auto streams : groups) {
        if (streams == 0 || streams > kMostDevices) return archive.fail();
        addDeviceGroup(streams);
    }
    for (std::size_t i = 0; i < known.size(); ++i) {
        known[i].device = devices[i];
        if (known[i].group >= groups.size() || known[i].stream >= groups[known[i].group])
            return archive.fail();
        m_devices.push_back(known[i]);
    }
    const auto is_ours = [&](const PlacedSample& each) { return each.account < known.size(); };
    if (!std::ranges::all_of(samples, is_ours) || !std::ranges::all_of(m_fed, is_ours) ||
        !std::ranges::all_of(m_headline, [&](auto each) { return each < known.size(); }))
        return archive.fail();
    for (const auto& sample : samples)
        m_samples.push(sample);
    for (const auto* table : tables())
        const_cast<ColumnTable*>(table)->load(archive);
    m_ledger_restored = false;
}

}  // namespace wattline
