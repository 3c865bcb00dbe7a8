// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace wattline {

/// What went wrong, as one sentence for the person who can mend it: what, which, what to do.
/// The exit code is what a command line program returns when this error ends it.
enum class ExitCode : int {
    Ok = 0,
    Failed = 1,       ///< The run or the operation itself failed.
    Usage = 2,        ///< An option, a value or an input file is wrong.
    NotFound = 3,     ///< No such run, file or folder.
    Environment = 4,  ///< Something this machine lacks: MPI, a display, a free port, disk space.
    Unreachable = 5,  ///< The hub does not answer or another one owns the workspace.
    Integrity = 6,    ///< `verify` found records lost or a file damaged.
};

struct Error {
    std::string message;
    ExitCode code = ExitCode::Failed;
};

template <typename T> using Result = tl::expected<T, Error>;

/// `return fail(ExitCode::Usage, "...")` from any function that returns a Result.
inline tl::unexpected<Error> fail(ExitCode code, std::string message) {
    return tl::unexpected<Error>(Error{std::move(message), code});
}

}  // namespace wattline
