// SPDX-License-Identifier: Apache-2.0
#include "telemetry/simulate/virtual_rank.h"

#include <cstdio>
#include <exception>
#include <utility>

#include "telemetry/core/workspace.h"

namespace wattline::simulate {

Result<std::unique_ptr<VirtualRank>>
VirtualRank::open(PublisherOptions options, std::unique_ptr<Sink> sink, const Clock& clock) {
    const auto& hello = options.hello;
    auto journal = wire::JournalWriter::open(RunFolder{options.run_folder}.journal(), hello.attempt,
                                             hello.rank, wire::kPartBytes, *options.files);
    if (!journal) return tl::unexpected(journal.error());
    std::unique_ptr<VirtualRank> rank(new VirtualRank(std::move(options), clock));
    auto& self = *rank;
    auto outbox = std::make_unique<Outbox>(self.m_options.hello, std::move(*journal),
                                           std::move(sink), clock, self.m_queues.counters);
    outbox->addHello(self.m_options.hello);
    if (auto ok = outbox->flushNow(); !ok) return tl::unexpected(ok.error());
    self.m_loop =
        std::make_unique<PublisherLoop>(self.m_options, self.m_queues, std::move(outbox), clock);
    return rank;
}

void VirtualRank::turn() noexcept {
    if (killed()) m_loop.reset();
    if (!m_loop) return;
    try {
        m_loop->turn();
    } catch (const std::exception& error) {
        // As in Publisher: what a failed turn did not queue is still in the rings.
        if (m_queues.counters.journal_errors++ == 0)
            std::fprintf(stderr, "wattline: rank %u: publishing failed (%s); trying again\n",
                         m_options.hello.rank, error.what());
    }
}

Result<void> VirtualRank::finish(const std::string& outcome) {
    constexpr int kPatienceMs = 5000;
    if (killed()) m_loop.reset();
    if (!m_loop) return {};
    auto finished = m_loop->finish(outcome, kPatienceMs);
    m_loop.reset();
    return finished;
}

}  // namespace wattline::simulate
