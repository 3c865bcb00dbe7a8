#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Fails when a source file is not formatted as .clang-format says. Usage: check_format.sh ROOT
set -eu
cd "$1"
formatter=$(command -v clang-format-14 || command -v clang-format) || {
    echo "clang-format is missing; install clang-format-14"
    exit 1
}
find telemetry trainer ui app tests -name '*.h' -o -name '*.cpp' | sort |
    xargs "$formatter" --dry-run --Werror --ferror-limit=1
echo "every file is formatted"
