// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "telemetry/core/mutex.h"
#include "trainer/data/dataset.h"

namespace wattline::trainer {

/// Which samples the next batch has.
struct BatchRequest {
    AugmentationKey key;
    std::vector<std::int64_t> indices;
};

/// Samples ready for the network. An image that cannot be read is named in `unreadable`.
struct Batch {
    std::vector<float> pixels;  ///< labels.size() images, channels first
    std::vector<std::int64_t> labels;
    std::vector<std::string> unreadable;  ///< one sentence each
    std::optional<Error> error;           ///< the batch could not be filled; nothing else is valid
};

/// What stands in for an image that cannot be read.
enum class Substitute {
    NextReadable,  ///< training: the batch keeps its size, whichever rank reads it
    Nothing,       ///< validation: the batch gets smaller
};

[[nodiscard]] Batch readBatch(const Dataset& dataset, const BatchRequest& request,
                              Substitute substitute);

/// Reads batches ahead on its own thread, at most `depth` of them, so that the wait for data that
/// a step sees is real back-pressure.
/// Threads: next() and destruction by one owner; `requests` is called on the reading thread only.
class Prefetcher {
public:
    /// Returns the next request, or nothing when there are no more.
    using Requests = std::function<std::optional<BatchRequest>()>;

    Prefetcher(const Dataset& dataset, Requests requests, Substitute substitute, std::size_t depth);
    ~Prefetcher() = default;  ///< the thread stops after the batch that it reads, and is joined
    Prefetcher(const Prefetcher&) = delete;
    Prefetcher& operator=(const Prefetcher&) = delete;

    /// Waits for the next batch; empty after the last one.
    [[nodiscard]] std::optional<Batch> next();

private:
    void readAhead(const std::stop_token& stop);
    [[nodiscard]] std::optional<Batch> readNext();
    /// Waits for room; false when the owner is gone.
    [[nodiscard]] bool put(std::optional<Batch> batch, bool last, const std::stop_token& stop);

    const Dataset& m_dataset;
    Requests m_requests;
    Substitute m_substitute;
    std::size_t m_depth;

    Mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Batch> m_ready WATTLINE_GUARDED_BY(m_mutex);
    bool m_ended WATTLINE_GUARDED_BY(m_mutex) = false;
    std::jthread m_thread;  ///< last: joined before the rest goes
};

}  // namespace wattline::trainer
