// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include "telemetry/core/clock.h"
#include "telemetry/core/files.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

tl::unexpected<std::error_code> lastError() {
    return tl::unexpected(std::error_code(errno, std::generic_category()));
}

FileResult<void> done(int result) {
    if (result != 0) return lastError();
    return {};
}

/// A call that transfers bytes, begun anew as long as signals interrupt it.
template <typename Call> FileResult<std::size_t> transfer(Call call) {
    for (;;) {
        const auto n = call();
        if (n >= 0) return static_cast<std::size_t>(n);
        if (errno != EINTR) return lastError();
    }
}

class SystemFile final : public OpenFile {
public:
    explicit SystemFile(int fd) noexcept : m_fd(fd) {}
    ~SystemFile() override { ::close(m_fd); }

    FileResult<std::size_t> append(std::span<const std::byte> bytes) override {
        return transfer([&] { return ::write(m_fd, bytes.data(), bytes.size()); });
    }
    FileResult<std::size_t> pwrite(std::span<const std::byte> bytes,
                                   std::uint64_t offset) override {
        return transfer(
            [&] { return ::pwrite(m_fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    }
    FileResult<std::size_t> pread(std::span<std::byte> into, std::uint64_t offset) override {
        return transfer(
            [&] { return ::pread(m_fd, into.data(), into.size(), static_cast<off_t>(offset)); });
    }
    FileResult<void> truncate(std::uint64_t size) override {
        return done(::ftruncate(m_fd, static_cast<off_t>(size)));
    }
    FileResult<void> sync() override { return done(::fdatasync(m_fd)); }

private:
    int m_fd;
};

class SystemFiles final : public Files {
public:
    FileResult<std::unique_ptr<OpenFile>> open(const fs::path& path, Mode mode) override {
        int flags = O_RDONLY | O_NONBLOCK;  // a pipe in a stranger's folder must not hold us up
        if (mode == Mode::CreateNew) flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND;
        if (mode == Mode::Overwrite) flags = O_WRONLY | O_CREAT | O_TRUNC;
        const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
        if (fd < 0) return lastError();
        return std::make_unique<SystemFile>(fd);
    }
    FileResult<void> rename(const fs::path& from, const fs::path& to) override {
        return done(::rename(from.c_str(), to.c_str()));
    }
    FileResult<void> link(const fs::path& from, const fs::path& to) override {
        return done(::link(from.c_str(), to.c_str()));
    }
    FileResult<void> remove(const fs::path& path) override { return done(::unlink(path.c_str())); }
    FileResult<void> makeFolder(const fs::path& path) override {
        if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return lastError();
        return {};
    }
    FileResult<void> syncFolder(const fs::path& path) override {
        const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) return lastError();
        auto result = done(::fsync(fd));
        ::close(fd);
        return result;
    }
    FileResult<std::vector<std::string>> list(const fs::path& folder) override {
        DIR* stream = ::opendir(folder.c_str());
        if (stream == nullptr) return lastError();
        std::vector<std::string> names;
        errno = 0;
        for (const dirent* entry = ::readdir(stream); entry != nullptr; entry = ::readdir(stream)) {
            const std::string_view name = entry->d_name;
            if (name != "." && name != "..") names.emplace_back(name);
            errno = 0;
        }
        const int failed = errno;
        ::closedir(stream);
        if (failed != 0) return tl::unexpected(std::error_code(failed, std::generic_category()));
        return names;
    }
    FileResult<FileInfo> stat(const fs::path& path) override {
        struct stat raw {};
        if (::stat(path.c_str(), &raw) != 0) return lastError();
        FileInfo info;
        if (S_ISREG(raw.st_mode)) info.kind = FileInfo::Kind::File;
        if (S_ISDIR(raw.st_mode)) info.kind = FileInfo::Kind::Folder;
        info.size = static_cast<std::uint64_t>(raw.st_size);
        info.mtime_ns = std::int64_t{raw.st_mtim.tv_sec} * 1'000'000'000 + raw.st_mtim.tv_nsec;
        info.ours = raw.st_uid == ::geteuid();
        return info;
    }
    std::int64_t nowNs() const override { return systemClock().realtimeNs(); }
};

}  // namespace

Files& systemFiles() noexcept {
    static SystemFiles files;
    return files;
}

}  // namespace wattline
