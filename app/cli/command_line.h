// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace wattline::cli {

/// Parses, runs the one command that was named and returns the process's exit code. What a person
/// or a program asked for goes to standard output, every error as one sentence to standard error.
[[nodiscard]] int runCommandLine(int argc, char** argv);

}  // namespace wattline::cli
