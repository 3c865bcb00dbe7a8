// SPDX-License-Identifier: Apache-2.0
#include "trainer/distributed/communicator.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <thread>

namespace wattline::trainer {
namespace {

// MPI counts in int; a broadcast of a large model goes in pieces.
constexpr std::size_t kLargestMessage = std::size_t{1} << 30;

int count(std::size_t n) {
    return static_cast<int>(n);
}

}  // namespace

bool PendingSum::test() {
    if (m_request == MPI_REQUEST_NULL) return true;
    int done = 0;
    MPI_Test(&m_request, &done, MPI_STATUS_IGNORE);
    return done != 0;
}

// A collective advances only inside MPI calls, over many rounds, so a pause between looks makes
// every round late: sleeping from the first millisecond on doubled a step. So look as often as the
// scheduler lets us, yielding to whoever wants the core. Only a wait that is far longer than any
// all-reduce (a straggler, a stopped rank) is slept through.
void PendingSum::wait() {
    using Clock = std::chrono::steady_clock;
    constexpr auto kLongWait = std::chrono::milliseconds(500);
    constexpr auto kPause = std::chrono::microseconds(200);
    const auto start = Clock::now();
    while (!test()) {
        if (Clock::now() - start > kLongWait)
            std::this_thread::sleep_for(kPause);
        else
            std::this_thread::yield();
    }
}

Result<std::unique_ptr<Communicator>> Communicator::start() {
    int granted = MPI_THREAD_SINGLE;
    if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &granted) != MPI_SUCCESS)
        return fail(ExitCode::Environment, "MPI does not start; check that mpirun works");
    int rank = 0, size = 1;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    std::unique_ptr<Communicator> communicator(new Communicator(rank, size));
    if (granted < MPI_THREAD_FUNNELED)
        return fail(ExitCode::Environment,
                    "this MPI does not allow threads beside it; use one built with threads");
    return communicator;
}

Communicator::~Communicator() {
    MPI_Finalize();
}

PendingSum Communicator::startSum(std::span<float> values) const {
    PendingSum pending;
    if (m_size > 1)
        MPI_Iallreduce(MPI_IN_PLACE, values.data(), count(values.size()), MPI_FLOAT, MPI_SUM,
                       MPI_COMM_WORLD, &pending.m_request);
    // NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker): whoever gets it waits
    return pending;
}

void Communicator::sum(std::span<double> values) const {
    if (m_size > 1)
        MPI_Allreduce(MPI_IN_PLACE, values.data(), count(values.size()), MPI_DOUBLE, MPI_SUM,
                      MPI_COMM_WORLD);
}

void Communicator::sumSleeping(std::span<float> values, std::chrono::milliseconds pause) const {
    auto pending = startSum(values);
    do {
        std::this_thread::sleep_for(pause);
    } while (!pending.test());
}

void Communicator::broadcast(std::span<std::byte> bytes) const {
    if (m_size == 1) return;
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(bytes.size(), kLargestMessage)))
        MPI_Bcast(bytes.data(), count(std::min(bytes.size(), kLargestMessage)), MPI_BYTE, 0,
                  MPI_COMM_WORLD);
}

std::string Communicator::broadcast(std::string text) const {
    return broadcastFrom(0, std::move(text));
}

std::string Communicator::broadcastFrom(int root, std::string text) const {
    if (m_size == 1) return text;
    std::uint64_t size = text.size();
    MPI_Bcast(&size, 1, MPI_UINT64_T, root, MPI_COMM_WORLD);
    text.resize(size);
    MPI_Bcast(text.data(), count(size), MPI_CHAR, root, MPI_COMM_WORLD);
    return text;
}

Result<void> Communicator::agree(const Result<void>& mine) const {
    if (m_size == 1) return mine;
    int first = mine ? m_size : m_rank;
    MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (first == m_size) return {};
    int code = mine ? 0 : static_cast<int>(mine.error().code);
    MPI_Bcast(&code, 1, MPI_INT, first, MPI_COMM_WORLD);
    auto message = broadcastFrom(first, mine ? std::string() : mine.error().message);
    return fail(static_cast<ExitCode>(code), std::move(message));
}

void Communicator::abort(int code) const {
    MPI_Abort(MPI_COMM_WORLD, code);
    std::_Exit(code);
}

}  // namespace wattline::trainer
