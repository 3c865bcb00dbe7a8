// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "telemetry/core/feed.h"
#include "telemetry/core/workspace.h"

namespace wattline {

/// A client's line to the hub of a workspace: Feed and Control over the hub's client socket, on a
/// thread of its own that owns the socket, reconnects by itself and, when asked to, starts a hub.
/// Threads: any; callbacks come on the connection's thread.
class HubConnection final : public Feed, public Control {
public:
    enum class Start { IfMissing, Never };
    HubConnection(Workspace workspace, Start start);
    ~HubConnection() override;
    HubConnection(const HubConnection&) = delete;
    HubConnection& operator=(const HubConnection&) = delete;

    [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const override;
    void requestSeries(SeriesQuery query, SeriesCallback done) override;
    void preview(RunSpec spec, PreviewCallback done) override;
    void launch(RunSpec spec, LaunchCallback done) override;
    void command(RunId run, CommandKind kind, CommandCallback done) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace wattline
