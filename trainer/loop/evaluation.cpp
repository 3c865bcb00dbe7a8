// SPDX-License-Identifier: Apache-2.0
#include "trainer/loop/evaluation.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "trainer/data/prefetcher.h"
#include "trainer/loop/batch_tensors.h"

namespace wattline::trainer {
namespace {

constexpr std::size_t kReadAhead = 2;

/// This rank's share of the set, in batches.
class Shares {
public:
    Shares(const Dataset& dataset, std::int64_t batch_size, const Communicator& communicator)
        : m_samples(dataset.size()), m_batch(batch_size), m_stride(communicator.size()),
          m_next(communicator.rank()) {}

    std::optional<BatchRequest> operator()() {
        BatchRequest request;
        for (; m_next < m_samples && std::ssize(request.indices) < m_batch; m_next += m_stride)
            request.indices.push_back(m_next);
        if (request.indices.empty()) return std::nullopt;
        return request;
    }

private:
    std::int64_t m_samples, m_batch, m_stride, m_next;
};

enum Sum : std::size_t { kLoss, kTop1, kTop5, kSamples, kLeftOut, kSums };

void add(std::array<double, kSums>& sums, const torch::Tensor& logits,
         const torch::Tensor& labels) {
    const auto within = std::min<std::int64_t>(5, logits.size(1));
    const auto hits = std::get<1>(logits.topk(within, 1)).eq(labels.unsqueeze(1)).to(torch::kFloat);
    const auto n = static_cast<double>(labels.size(0));
    sums[kLoss] += n * torch::cross_entropy_loss(logits, labels).item<double>();
    sums[kTop1] += hits.select(1, 0).sum().item<double>();
    sums[kTop5] += hits.sum().item<double>();
    sums[kSamples] += n;
}

}  // namespace

void broadcastBuffers(const torch::nn::Module& model, const Communicator& communicator) {
    for (const auto& buffer : model.buffers())
        communicator.broadcast({static_cast<std::byte*>(buffer.data_ptr()), buffer.nbytes()});
}

Evaluation evaluate(ResNet& model, const Dataset& dataset, std::int64_t batch_size,
                    const Communicator& communicator) {
    const torch::NoGradGuard no_gradients;
    broadcastBuffers(*model, communicator);
    model->eval();
    Evaluation result;
    std::array<double, kSums> sums{};
    Prefetcher batches(dataset, Shares(dataset, batch_size, communicator), Substitute::Nothing,
                       kReadAhead);
    while (auto batch = batches.next()) {
        if (batch->error) throw std::runtime_error(batch->error->message);
        sums[kLeftOut] += static_cast<double>(batch->unreadable.size());
        std::ranges::move(batch->unreadable, std::back_inserter(result.unreadable));
        if (batch->labels.empty()) continue;
        const auto tensors = viewBatch(*batch, dataset.side());
        add(sums, model->forward(tensors.images), tensors.labels);
    }
    model->train();
    communicator.sum(sums);
    result.samples = static_cast<std::int64_t>(sums[kSamples]);
    result.left_out = static_cast<std::int64_t>(sums[kLeftOut]);
    result.loss = sums[kLoss] / sums[kSamples];
    result.top1_error = 1.0 - sums[kTop1] / sums[kSamples];
    result.top5_error = 1.0 - sums[kTop5] / sums[kSamples];
    return result;
}

}  // namespace wattline::trainer
