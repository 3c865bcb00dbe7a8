// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "telemetry/core/files.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_id.h"

namespace wattline {

/// A run's folder and the names of what lies in it. Opens nothing by itself.
struct RunFolder {
    std::filesystem::path path;

    [[nodiscard]] RunId id() const { return path.filename().string(); }
    [[nodiscard]] std::filesystem::path spec() const { return path / "run.json"; }
    [[nodiscard]] std::filesystem::path journal() const { return path / "journal"; }
    [[nodiscard]] std::filesystem::path series() const { return path / "series"; }
    [[nodiscard]] std::filesystem::path control() const { return path / "control"; }
    [[nodiscard]] std::filesystem::path log() const { return path / "log"; }
    [[nodiscard]] std::filesystem::path script() const { return path / "job.sh"; }
    [[nodiscard]] std::filesystem::path exitRecord() const { return path / "exit.json"; }
    /// job.sh's own (boot id, pid, start time), written as its first act.
    [[nodiscard]] std::filesystem::path jobRecord() const { return path / "job.json"; }
};

/// $WATTLINE_HOME, else $XDG_DATA_HOME/wattline, else ~/.local/share/wattline. Mode 0700.
class Workspace {
public:
    /// Creates the folder when it is missing; refuses one that belongs to somebody else or that
    /// others can enter, with a sentence that says how to mend it.
    [[nodiscard]] static Result<Workspace> open();
    [[nodiscard]] static Result<Workspace> open(const std::filesystem::path& root);
    /// For whoever only looks: creates and changes nothing. A workspace that is missing has no
    /// runs; a read-only one or a colleague's is read as far as this user may. One's own is refused
    /// when others can enter it, as by open().
    [[nodiscard]] static Result<Workspace> look();
    [[nodiscard]] static Result<Workspace> look(const std::filesystem::path& root);
    /// True when the folder is there and belongs to this user: only then may what it says about a
    /// hub be followed.
    [[nodiscard]] bool isOurs() const noexcept;

    /// A workspace of another file system, taken as it is: nothing is created or verified. `files`
    /// outlives it and its copies.
    [[nodiscard]] static Workspace in(Files& files, std::filesystem::path root) {
        return {std::move(root), files};
    }

    [[nodiscard]] const std::filesystem::path& root() const noexcept { return m_root; }
    /// Where its runs' records, specifications and commands are read and written.
    [[nodiscard]] Files& files() const noexcept { return *m_files; }
    [[nodiscard]] std::filesystem::path catalog() const { return m_root / "catalog.db"; }
    [[nodiscard]] std::filesystem::path hubLease() const { return m_root / "hub.json"; }
    [[nodiscard]] std::filesystem::path hubLog() const { return m_root / "hub.log"; }
    [[nodiscard]] std::filesystem::path runs() const { return m_root / "runs"; }
    [[nodiscard]] RunFolder runFolder(const RunId& id) const { return {runs() / id}; }
    /// Ids of all run folders, newest first. Unreadable entries are left out.
    [[nodiscard]] std::vector<RunId> runIds() const;
    /// The run that `text` names: an id, a unique prefix or suffix of one (4 characters
    /// or more), `latest`, or a path to a
    /// run folder (a colleague's, read-only).
    [[nodiscard]] Result<RunFolder> find(const std::string& text) const;

    /// Folder for sockets: $XDG_RUNTIME_DIR/wattline-HASH or /tmp/wattline-UID/HASH, verified to be
    /// ours and 0700, with a name short enough for a socket path (108 bytes).
    [[nodiscard]] Result<std::filesystem::path> socketFolder() const;

private:
    Workspace(std::filesystem::path root, Files& files)
        : m_root(std::move(root)), m_files(&files) {}
    std::filesystem::path m_root;
    Files* m_files;
};

}  // namespace wattline
