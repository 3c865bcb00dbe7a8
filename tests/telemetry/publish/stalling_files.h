// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "telemetry/core/files.h"

namespace wattline::test {

/// A file system that hangs when told: who writes or syncs waits until it is let go. Everything
/// else goes to the real one. Threads: any.
class StallingFiles final : public Files {
public:
    void stall() noexcept { m_stalled = true; }
    void goOn() noexcept {
        m_stalled = false;
        m_stalled.notify_all();
    }
    /// True once somebody hangs.
    [[nodiscard]] bool somebodyWaits() const noexcept { return m_waiting > 0; }

    FileResult<std::unique_ptr<OpenFile>> open(const std::filesystem::path& path,
                                               Mode mode) override {
        auto file = systemFiles().open(path, mode);
        if (!file || mode == Mode::Read) return file;
        return std::make_unique<Stalling>(*this, std::move(*file));
    }
    FileResult<void> rename(const std::filesystem::path& from,
                            const std::filesystem::path& to) override {
        return systemFiles().rename(from, to);
    }
    FileResult<void> link(const std::filesystem::path& from,
                          const std::filesystem::path& to) override {
        return systemFiles().link(from, to);
    }
    FileResult<void> remove(const std::filesystem::path& path) override {
        return systemFiles().remove(path);
    }
    FileResult<void> makeFolder(const std::filesystem::path& path) override {
        return systemFiles().makeFolder(path);
    }
    FileResult<void> syncFolder(const std::filesystem::path& path) override {
        wait();
        return systemFiles().syncFolder(path);
    }
    FileResult<std::vector<std::string>> list(const std::filesystem::path& folder) override {
        return systemFiles().list(folder);
    }
    FileResult<FileInfo> stat(const std::filesystem::path& path) override {
        return systemFiles().stat(path);
    }
    [[nodiscard]] std::int64_t nowNs() const override { return systemFiles().nowNs(); }

private:
    class Stalling final : public OpenFile {
    public:
        Stalling(StallingFiles& files, std::unique_ptr<OpenFile> file)
            : m_files(files), m_file(std::move(file)) {}
        FileResult<std::size_t> append(std::span<const std::byte> bytes) override {
            m_files.wait();
            return m_file->append(bytes);
        }
        FileResult<std::size_t> pwrite(std::span<const std::byte> bytes,
                                       std::uint64_t offset) override {
            m_files.wait();
            return m_file->pwrite(bytes, offset);
        }
        FileResult<std::size_t> pread(std::span<std::byte> into, std::uint64_t offset) override {
            return m_file->pread(into, offset);
        }
        FileResult<void> truncate(std::uint64_t size) override { return m_file->truncate(size); }
        FileResult<void> sync() override {
            m_files.wait();
            return m_file->sync();
        }

    private:
        StallingFiles& m_files;
        std::unique_ptr<OpenFile> m_file;
    };

    void wait() noexcept {
        ++m_waiting;
        while (m_stalled)
            m_stalled.wait(true);
        --m_waiting;
    }

    std::atomic<bool> m_stalled{false};
    std::atomic<int> m_waiting{0};
};

}  // namespace wattline::test
