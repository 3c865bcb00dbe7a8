// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/keys.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "telemetry/core/workspace.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kKeyChars = 40;
constexpr std::size_t kMaxFileBytes = 4096;

/// One sentence for a folder or file that other people could have read or changed.
Result<void> checkOwner(const fs::path& path, const struct stat& info, mode_t right_mode) {
    const char* mode = right_mode == 0700 ? "700" : "600";
    if (info.st_uid != ::geteuid())
        return fail(ExitCode::Environment, path.string() + " belongs to another user, so its keys "
                                                           "are not used; remove it");
    if ((info.st_mode & 077U) != 0)
        return fail(ExitCode::Environment,
                    path.string() +
                        " is open to other users, so its keys are not used; remove the "
                        "keys if somebody may have read them, else run: chmod " +
                        mode + " " + path.string());
    return {};
}

Result<void> checkFolder(const fs::path& folder) {
    struct stat info {};
    if (::lstat(folder.c_str(), &info) != 0)
        return fail(ExitCode::NotFound, "there are no keys in " + folder.string() +
                                            "; a hub that listens on tcp makes them");
    if (!S_ISDIR(info.st_mode))
        return fail(ExitCode::Environment, folder.string() + " is not a folder; remove it");
    return checkOwner(folder, info, 0700);
}

Result<void> makeFolder(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return fail(ExitCode::Environment, "cannot create the folder " + folder.string() + " (" +
                                               std::strerror(errno) + ")");
    return checkFolder(folder);
}

/// The text of a file that nobody else can read or change. Asked of what is open: a name may lead
/// elsewhere a moment later.
Result<std::string> readPrivate(const fs::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return fail(errno == ENOENT ? ExitCode::NotFound : ExitCode::Environment,
                    "cannot read the key " + path.string() + " (" + std::strerror(errno) + ")");
    struct stat info {};
    Result<std::string> text;
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        text = fail(ExitCode::Environment, path.string() + " is no regular file; remove it");
    } else if (auto ok = checkOwner(path, info, 0600); !ok) {
        text = tl::unexpected(ok.error());
    } else {
        text->resize(kMaxFileBytes);
        const auto bytes = ::read(fd, text->data(), text->size());
        text->resize(bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
    }
    ::close(fd);
    return text;
}

/// Creates `path` with this text unless it exists already: whoever comes first wins, and nobody
/// sees a part.
Result<void> createPrivate(const fs::path& path, const std::string& text) {
    const fs::path temporary = path.string() + ".new" + std::to_string(::getpid());
    if (auto ok = writeFileAtomically(temporary, text); !ok) return ok;
    const int failed = ::link(temporary.c_str(), path.c_str()) != 0 ? errno : 0;
    ::unlink(temporary.c_str());
    if (failed == 0 || failed == EEXIST) return {};
    return fail(ExitCode::Environment,
                "cannot create the key " + path.string() + " (" + std::strerror(failed) + ")");
}

Result<KeyPair> parsePair(const fs::path& path, const std::string& text) {
    KeyPair pair;
    std::istringstream lines(text);
    for (std::string word; lines >> word;) {
        if (word == "public") lines >> pair.public_key;
        if (word == "secret") lines >> pair.secret_key;
    }
    if (!isKey(pair.public_key) || publicKeyOf(pair.secret_key) != pair.public_key)
        return fail(ExitCode::Environment, path.string() + " holds no key pair; remove it, and the "
                                                           "next hub that needs it makes one");
    return pair;
}

}  // namespace

std::string_view name(KeyOwner owner) noexcept {
    constexpr std::array<std::string_view, 4> kNames{"hub", "control", "view", "rank"};
    return kNames.at(static_cast<std::size_t>(owner));
}

bool isKey(const std::string& text) noexcept {
    std::array<std::uint8_t, 32> bytes{};
    return text.size() == kKeyChars && zmq_z85_decode(bytes.data(), text.c_str()) != nullptr;
}

std::string publicKeyOf(const std::string& secret_key) {
    std::array<char, kKeyChars + 1> text{};
    if (!isKey(secret_key) || zmq_curve_public(text.data(), secret_key.c_str()) != 0) return {};
    return text.data();
}

Result<KeyPair> makeKeyPair() {
    std::array<char, kKeyChars + 1> public_text{}, secret_text{};
    if (zmq_curve_keypair(public_text.data(), secret_text.data()) != 0)
        return fail(ExitCode::Environment,
                    "cannot make keys: this libzmq was built without CURVE; install one with it");
    return KeyPair{public_text.data(), secret_text.data()};
}

fs::path KeyFolder::file(KeyOwner owner) const {
    return m_folder / (std::string(name(owner)) + ".key");
}

Result<KeyPair> KeyFolder::read(KeyOwner owner) const {
    if (auto ok = checkFolder(m_folder); !ok) return tl::unexpected(ok.error());
    const auto text = readPrivate(file(owner));
    if (!text) return tl::unexpected(text.error());
    return parsePair(file(owner), *text);
}

Result<KeyPair> KeyFolder::ensure(KeyOwner owner) const {
    if (auto ok = makeFolder(m_folder); !ok) return tl::unexpected(ok.error());
    auto pair = read(owner);
    if (!pair && pair.error().code == ExitCode::NotFound) {
        const auto fresh = makeKeyPair();
        if (!fresh) return fresh;
        if (auto ok = createPrivate(file(owner), "public " + fresh->public_key + "\nsecret " +
                                                     fresh->secret_key + "\n");
            !ok)
            return tl::unexpected(ok.error());
        pair = read(owner);  // ours, or that of a process that was quicker
    }
    if (pair && owner == KeyOwner::Hub && hubPublicKey() != pair->public_key)
        if (auto ok = writeFileAtomically(m_folder / "hub.pub", pair->public_key + "\n"); !ok)
            return tl::unexpected(ok.error());
    return pair;
}

Result<std::string> KeyFolder::hubPublicKey() const {
    if (auto ok = checkFolder(m_folder); !ok) return tl::unexpected(ok.error());
    auto text = readPrivate(m_folder / "hub.pub");
    if (!text) return text;
    text->erase(text->find_last_not_of(" \n\r\t") + 1);
    if (isKey(*text)) return text;
    return fail(ExitCode::Environment, (m_folder / "hub.pub").string() +
                                           " holds no public key; remove it and restart the hub");
}

}  // namespace wattline
