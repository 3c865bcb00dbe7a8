// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/core/result.h"
#include "telemetry/power/power_sampler.h"
#include "telemetry/publish/publisher.h"

namespace wattline {

using PowerSources = std::vector<std::unique_ptr<PowerSource>>;

/// One process of a run: its publisher and the power sampler that feeds it. Every process of a run
/// has both; the samplers of a host settle among themselves which of them records which device.
/// Threads: one owner; the sampler's thread calls recordPower, event and setSamplerCpu.
class SampledPublisher {
public:
    /// The hello declares the devices of `sources` (what it says of devices is replaced). `notes`
    /// gets one sentence for each thing that is not measured; that alone is no failure.
    /// `sampling.run` follows from the hello. `clock` outlives it.
    [[nodiscard]] static Result<std::unique_ptr<SampledPublisher>>
    open(PublisherOptions options, std::unique_ptr<Sink> sink, PowerSources sources,
         SamplerOptions sampling, const Clock& clock, std::vector<std::string>& notes);
    SampledPublisher(const SampledPublisher&) = delete;
    SampledPublisher& operator=(const SampledPublisher&) = delete;
    ~SampledPublisher() = default;  ///< as close("failed"), but the sampler stops first

    [[nodiscard]] Publisher& publisher() noexcept { return *m_publisher; }
    /// The last power sample, then the `ended` record. Outcome as for Publisher::close.
    [[nodiscard]] Result<void> close(const std::string& outcome);

private:
    explicit SampledPublisher(std::unique_ptr<Publisher> publisher)
        : m_publisher(std::move(publisher)) {}

    std::unique_ptr<Publisher> m_publisher;
    std::unique_ptr<PowerSampler> m_sampler;  ///< last: stops before its publisher goes
};

}  // namespace wattline
