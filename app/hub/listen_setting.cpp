// SPDX-License-Identifier: Apache-2.0
#include "app/hub/listen_setting.h"

#include "telemetry/transport/listen_address.h"

namespace wattline {
namespace {

std::filesystem::path settingFile(const Workspace& workspace) {
    return workspace.root() / "listen";
}

}  // namespace

std::string savedListenAddress(const Workspace& workspace) {
    auto text = readFile(settingFile(workspace)).value_or("");
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    return text;
}

Result<void> saveListenAddress(const Workspace& workspace, const std::string& text) {
    if (text.empty()) {
        std::error_code error;
        std::filesystem::remove(settingFile(workspace), error);
        if (!error) return {};
        return fail(ExitCode::Environment, "cannot remove " + settingFile(workspace).string() +
                                               " (" + error.message() + ")");
    }
    if (auto address = parseListenAddress(text); !address) return tl::unexpected(address.error());
    return writeFileAtomically(settingFile(workspace), text + "\n");
}

}  // namespace wattline
