// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "telemetry/core/result.h"

namespace wattline {

/// A CURVE key pair as text (Z85, 40 characters each).
struct KeyPair {
    std::string public_key, secret_key;
};

/// Whose pair it is. A rank's may send records, a view key's owner may look, a control key's owner
/// may steer; the hub's own proves to all of them that it is the workspace's.
enum class KeyOwner { Hub, Control, View, Rank };
[[nodiscard]] std::string_view name(KeyOwner owner) noexcept;

/// The folder `keys/` of a workspace: 0700, its files 0600, all ours; anything wider is refused
/// with a sentence. OWNER.key holds a pair ("public …" and "secret …", one a line), hub.pub the
/// hub's public key alone, for machines that have no business with its secret.
/// Threads: any; several processes may make the same key at once, and all get the same one.
class KeyFolder {
public:
    explicit KeyFolder(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_folder; }
    /// The pair; never makes one. ExitCode::NotFound when there is none.
    [[nodiscard]] Result<KeyPair> read(KeyOwner owner) const;
    /// The pair; made when there is none yet.
    [[nodiscard]] Result<KeyPair> ensure(KeyOwner owner) const;
    /// The key by which a hub is known.
    [[nodiscard]] Result<std::string> hubPublicKey() const;

private:
    [[nodiscard]] std::filesystem::path file(KeyOwner owner) const;
    std::filesystem::path m_folder;
};

[[nodiscard]] Result<KeyPair> makeKeyPair();
/// The public half of a secret key; empty when it is no key.
[[nodiscard]] std::string publicKeyOf(const std::string& secret_key);
/// 40 characters that decode.
[[nodiscard]] bool isKey(const std::string& text) noexcept;

}  // namespace wattline
