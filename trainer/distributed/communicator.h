// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mpi.h>
#include <span>
#include <string>

#include "telemetry/core/result.h"

namespace wattline::trainer {

/// A sum over all ranks on its way. Its buffer must live and stay untouched until it is done.
class PendingSum {
public:
    [[nodiscard]] bool test();  ///< also lets MPI make progress
    void wait();                ///< costs a late rank's neighbours no core

private:
    friend class Communicator;
    MPI_Request m_request = MPI_REQUEST_NULL;
};

/// The ranks of this training. Every function below but rank(), size() and abort() is collective:
/// all ranks call the same ones in the same order. A single rank calls no MPI at all.
/// Threads: the thread that called start() only.
class Communicator {
public:
    /// Starts MPI; also works without mpirun, as a single rank. Once per process.
    [[nodiscard]] static Result<std::unique_ptr<Communicator>> start();
    ~Communicator();  ///< waits for all ranks and ends MPI
    Communicator(const Communicator&) = delete;
    Communicator& operator=(const Communicator&) = delete;

    [[nodiscard]] int rank() const noexcept { return m_rank; }
    [[nodiscard]] int size() const noexcept { return m_size; }

    /// Sums in place, in an order that depends on the number of ranks alone.
    [[nodiscard]] PendingSum startSum(std::span<float> values) const;
    void sum(std::span<double> values) const;
    /// As sum(), but a waiting rank sleeps `pause` between looks instead of spinning.
    void sumSleeping(std::span<float> values, std::chrono::milliseconds pause) const;

    /// Everybody gets rank 0's bytes.
    void broadcast(std::span<std::byte> bytes) const;
    [[nodiscard]] std::string broadcast(std::string text) const;

    /// The same answer on every rank: the error of the lowest rank that has one, or none.
    [[nodiscard]] Result<void> agree(const Result<void>& mine) const;

    /// Ends all ranks at once; for errors that the others cannot know of.
    [[noreturn]] void abort(int code) const;

private:
    Communicator(int rank, int size) : m_rank(rank), m_size(size) {}
    [[nodiscard]] std::string broadcastFrom(int root, std::string text) const;

    int m_rank, m_size;
};

}  // namespace wattline::trainer
