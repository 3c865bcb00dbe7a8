// SPDX-License-Identifier: Apache-2.0
#include "app/client/hub_call.h"

#include <algorithm>
#include <chrono>

#include "app/client/hub_protocol.h"

namespace wattline {

using namespace std::chrono;

Result<HubAnswer> callHub(const HubLease& lease, std::string_view method, std::string_view params,
                          int timeout_ms) {
    auto socket = connectToHub(lease);
    if (!socket) return tl::unexpected(socket.error());
    constexpr std::uint64_t kId = 1;
    const auto silence = [&] {
        if (const auto& refused = (*socket)->refusal(); !refused.empty())
            return fail(ExitCode::Unreachable, refused);
        return fail(ExitCode::Unreachable, "the hub (process " + std::to_string(lease.pid) +
                                               " on " + lease.host + ") does not answer '" +
                                               std::string(method) +
                                               "'; see hub.log in the workspace");
    };
    if (!(*socket)->send(encodeRequest(kId, method, params))) return silence();
    const auto deadline = steady_clock::now() + milliseconds(timeout_ms);
    for (auto now = steady_clock::now(); now < deadline; now = steady_clock::now()) {
        const auto left = duration_cast<milliseconds>(deadline - now).count();
        auto parts = (*socket)->receive(static_cast<int>(std::max<std::int64_t>(1, left)));
        if (!parts) continue;
        auto decoded = decodeAnswer(std::move(*parts));
        if (!decoded) return tl::unexpected(decoded.error());
        if (decoded->id == kId) return std::move(decoded->answer);
    }
    return silence();
}

RunSpec withAbsolutePaths(RunSpec spec) {
    constexpr std::string_view kPrefix = "imagefolder:";
    if (!spec.dataset.starts_with(kPrefix) || spec.dataset.size() == kPrefix.size()) return spec;
    std::error_code error;
    const auto path = std::filesystem::absolute(spec.dataset.substr(kPrefix.size()), error);
    if (!error) spec.dataset = std::string(kPrefix) + path.lexically_normal().string();
    return spec;
}

}  // namespace wattline
