// SPDX-License-Identifier: Apache-2.0
#include "telemetry/sampling/sampled_publisher.h"

#include <utility>

#include "telemetry/sampling/sharing_event.h"

namespace wattline {
namespace {

SamplerOutput into(Publisher& publisher, std::vector<PowerDevice> devices) {
    SamplerOutput output;
    output.record = [&publisher](const PowerRecord& record) { publisher.recordPower(record); };
    output.sharing = [&publisher, devices = std::move(devices)](const DeviceSharing& now) {
        publisher.event(sharingEvent(now.at_ns, devices[now.device], now.runs));
    };
    output.cost = [&publisher](double cpu_s) { publisher.setSamplerCpu(cpu_s); };
    return output;
}

}  // namespace

Result<std::unique_ptr<SampledPublisher>>
SampledPublisher::open(PublisherOptions options, std::unique_ptr<Sink> sink, PowerSources sources,
                       SamplerOptions sampling, const Clock& clock,
                       std::vector<std::string>& notes) {
    auto devices = PowerSampler::devices(sources, sampling.period_ms);
    sampling.run = options.hello.run;
    options.hello.devices = devices;
    auto publisher = Publisher::open(std::move(options), std::move(sink), clock);
    if (!publisher) return tl::unexpected(publisher.error());
    std::unique_ptr<SampledPublisher> both(new SampledPublisher(std::move(*publisher)));
    if (sources.empty()) return both;
    auto sampler = PowerSampler::start(std::move(sources), std::move(sampling),
                                       into(*both->m_publisher, std::move(devices)));
    if (sampler)
        both->m_sampler = std::move(*sampler);
    else
        notes.push_back("no power is measured: " + sampler.error().message);
    return both;
}

Result<void> SampledPublisher::close(const std::string& outcome) {
    if (m_sampler && !m_sampler->stop()) {
        wire::Event warning;
        warning.kind = "warning";
        warning.text = "a power sensor does not answer any more; its last readings are missing";
        m_publisher->event(std::move(warning));
    }
    return m_publisher->close(outcome);
}

}  // namespace wattline
