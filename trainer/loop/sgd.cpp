// SPDX-License-Identifier: Apache-2.0
#include "trainer/loop/sgd.h"

#include <utility>

namespace wattline::trainer {

Sgd::Sgd(std::vector<Part> parts, SgdOptions options)
    : m_parts(std::move(parts)), m_options(options) {
    m_velocities.reserve(m_parts.size());
    for (const auto& part : m_parts)
        m_velocities.emplace_back(part.values.size(), 0.0F);
}

void Sgd::step(double learning_rate) {
    const auto momentum = static_cast<float>(m_options.momentum);
    const auto decay = static_cast<float>(m_options.weight_decay);
    const auto rate = static_cast<float>(learning_rate);
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        float* __restrict values = m_parts[i].values.data();
        const float* __restrict gradients = m_parts[i].gradients.data();
        float* __restrict velocities = m_velocities[i].data();
        for (std::size_t k = 0; k < m_parts[i].values.size(); ++k) {
            velocities[k] = momentum * velocities[k] + (gradients[k] + decay * values[k]);
            values[k] -= rate * velocities[k];
        }
    }
}

}  // namespace wattline::trainer
