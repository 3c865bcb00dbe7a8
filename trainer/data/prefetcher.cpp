// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/prefetcher.h"

#include <exception>
#include <utility>

namespace wattline::trainer {
namespace {

constexpr int kSubstituteAttempts = 64;

/// Reads `index` or, in training, the next image of the set that can be read.
Result<std::int64_t> readOrSubstitute(const Dataset& dataset, std::int64_t index,
                                      AugmentationKey key, Substitute substitute,
                                      std::span<float> pixels, Batch& batch) {
    auto label = dataset.read(index, key, pixels);
    if (label) return label;
    batch.unreadable.push_back(label.error().message);
    if (substitute == Substitute::Nothing) return label;
    for (int attempt = 0; attempt < kSubstituteAttempts && !label; ++attempt) {
        index = (index + 1) % dataset.size();
        label = dataset.read(index, key, pixels);
    }
    return label;
}

}  // namespace

Batch readBatch(const Dataset& dataset, const BatchRequest& request, Substitute substitute) {
    Batch batch;
    const auto image = dataset.pixelsPerImage();
    batch.pixels.resize(request.indices.size() * image);
    batch.labels.reserve(request.indices.size());
    for (const auto index : request.indices) {
        const auto pixels = std::span(batch.pixels).subspan(batch.labels.size() * image, image);
        const auto label = readOrSubstitute(dataset, index, request.key, substitute, pixels, batch);
        if (label) {
            batch.labels.push_back(*label);
        } else if (substitute == Substitute::NextReadable) {
            batch.error = Error{"too many images in a row cannot be read, the last one: " +
                                    label.error().message + "; repair the folder",
                                label.error().code};
            return batch;
        }
    }
    batch.pixels.resize(batch.labels.size() * image);
    return batch;
}

Prefetcher::Prefetcher(const Dataset& dataset, Requests requests, Substitute substitute,
                       std::size_t depth)
    : m_dataset(dataset), m_requests(std::move(requests)), m_substitute(substitute), m_depth(depth),
      m_thread([this](const std::stop_token& stop) { readAhead(stop); }) {}

std::optional<Batch> Prefetcher::next() {
    std::optional<Batch> batch;
    {
        const MutexLock lock(m_mutex);
        while (m_ready.empty() && !m_ended)
            m_changed.wait(m_mutex);
        if (m_ready.empty()) return std::nullopt;
        batch = std::move(m_ready.front());
        m_ready.pop_front();
    }
    m_changed.notify_all();
    return batch;
}

void Prefetcher::readAhead(const std::stop_token& stop) {
    const std::stop_callback wake(stop, [this] {
        // Taking the lock orders this after a look at the token and before the wait that follows.
        const MutexLock lock(m_mutex);
        m_changed.notify_all();
    });
    for (bool more = true; more;) {
        auto batch = readNext();
        more = batch.has_value() && !batch->error;
        more = put(std::move(batch), !more, stop) && more;
    }
}

std::optional<Batch> Prefetcher::readNext() {
    try {
        const auto request = m_requests();
        if (!request) return std::nullopt;
        return readBatch(m_dataset, *request, m_substitute);
    } catch (const std::exception& e) {  // out of memory; nothing may escape a thread
        Batch failed;
        failed.error = Error{std::string("cannot read a batch: ") + e.what()};
        return failed;
    }
}

bool Prefetcher::put(std::optional<Batch> batch, bool last, const std::stop_token& stop) {
    {
        const MutexLock lock(m_mutex);
        while (m_ready.size() >= m_depth && !stop.stop_requested())
            m_changed.wait(m_mutex);
        if (stop.stop_requested()) return false;
        if (batch) m_ready.push_back(std::move(*batch));
        m_ended = last;
    }
    m_changed.notify_all();
    return true;
}

}  // namespace wattline::trainer
