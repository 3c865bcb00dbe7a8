#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over the sources that differ from a revision (default: origin/main), or over those named.
# Needs: cmake --preset clang. Usage: tests/architecture/tidy.sh [REVISION | FILE...]
set -eu
cd "$(dirname "$(readlink -f "$0")")/../.."
[ -f build/clang/compile_commands.json ] || cmake --preset clang >/dev/null
if [ "$#" -gt 0 ] && [ -f "$1" ]; then
    files=("$@")
else
    mapfile -t files < <(git diff --name-only --diff-filter=d "${1:-origin/main}" -- '*.cpp')
fi
[ "${#files[@]}" -gt 0 ] || { echo "no source changed"; exit 0; }
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 2 clang-tidy-14 -p build/clang --quiet
