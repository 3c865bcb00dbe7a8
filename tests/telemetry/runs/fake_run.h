// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/run_spec.h"
#include "telemetry/core/workspace.h"
#include "telemetry/runs/run_history.h"
#include "telemetry/wire/journal.h"
#include "telemetry/wire/messages.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"

namespace wattline::test {

using Frame = std::vector<std::byte>;

/// A sensor without a counter, or with one.
[[nodiscard]] PowerDevice sensor(const std::string& id, EnergyMethod method, double period_s);

/// One rank as the wire shows it: every frame goes into its real journal and is kept, so that a
/// test can also send it, lose it or send it twice. Times are seconds since the run began.
class FakeRank {
public:
    FakeRank(const RunFolder& folder, wire::Hello hello);

    void hello();
    void step(std::uint64_t number, double end_s, double loss = 1.0, std::uint32_t samples = 32,
              double duration_s = 0.1, std::uint32_t epoch = 1);
    void power(double at_s, double watts, std::uint32_t device = 0);
    void counter(double at_s, double joules, std::uint32_t device = 0);
    void event(double at_s, const std::string& kind, wire::Event event = {});
    void ended(double at_s, const std::string& outcome = "finished", std::int64_t dropped = 0);
    /// Uses up a sequence number without writing it anywhere, as a full disk does.
    void skipRecord() { ++m_sequence; }
    /// Leaves word of every record so far, as when the journal has refused the last ones.
    void saveTally(std::uint64_t dropped = 0);
    [[nodiscard]] Frame heartbeat(double at_s, std::uint64_t dropped = 0) const;
    [[nodiscard]] std::uint64_t records() const { return m_sequence - 1; }

    std::vector<Frame> frames;

private:
    [[nodiscard]] std::int64_t ns(double s) const;
    [[nodiscard]] wire::Envelope next(std::uint64_t count = 1);
    void write(Frame frame);

    wire::Hello m_hello;
    std::unique_ptr<wire::JournalWriter> m_journal;
    std::uint64_t m_sequence = 1;
};

/// A run folder with run.json, and ranks that write into it.
class FakeRun {
public:
    explicit FakeRun(int ranks, std::vector<PowerDevice> devices_of_each_rank = {},
                     const RunId& id = "20261121-104512-7f3a");

    [[nodiscard]] FakeRank& rank(std::size_t index) { return *m_ranks[index]; }
    [[nodiscard]] std::size_t size() const { return m_ranks.size(); }
    [[nodiscard]] const RunFolder& folder() const { return m_folder; }
    [[nodiscard]] RunHistory history() const { return RunHistory(m_folder, spec, clock); }
    /// Opened from the journals alone.
    [[nodiscard]] std::unique_ptr<RunHistory> open() const;
    void ended(double at_s, const std::string& outcome = "finished");
    void writeExit(const std::string& json) const;

    FakeClock clock;
    RunSpec spec;

private:
    TemporaryFolder m_home;
    RunFolder m_folder;
    std::vector<std::unique_ptr<FakeRank>> m_ranks;
};

/// As the hub does with what came over its socket.
void send(RunHistory& history, const Frame& frame);

}  // namespace wattline::test
