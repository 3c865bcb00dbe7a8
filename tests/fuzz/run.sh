#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Fuzzes one target or all, one after the other.
#   tests/fuzz/run.sh TARGET|all [SECONDS]      (default: 600 seconds a target)
# Starts from tests/fuzz/corpus/TARGET, works in build/fuzz/work/TARGET, and ends with a minimised
# corpus there. A finding is kept as build/fuzz/work/TARGET/crash-*; after the fix, copy it to
# tests/fuzz/corpus/TARGET, where ctest reads it for ever. Exit code 0: no finding.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

targets=(frame journal series control run_folder)
usage() {
    echo "usage: tests/fuzz/run.sh TARGET|all [SECONDS]; targets: ${targets[*]}" >&2
    exit 2
}
[ $# -ge 1 ] && [ $# -le 2 ] || usage
[ "$1" = all ] || { [[ " ${targets[*]} " == *" $1 "* ]] || usage; targets=("$1"); }
seconds=${2:-600}

cmake --preset fuzz >/dev/null
build=(); for target in "${targets[@]}"; do build+=("fuzz_$target"); done
cmake --build build/fuzz --target "${build[@]}"

# libFuzzer lets a library's allocations grow without bound; a message has no reason to.
limits=(-rss_limit_mb=1024 -malloc_limit_mb=512 -timeout=20 -max_len=16384)
failed=0
for target in "${targets[@]}"; do
    work=build/fuzz/work/$target
    mkdir -p "$work/corpus"
    more=(); [ "$target" != frame ] || more=(tests/data/wire-*)
    echo "== $target: $seconds s"
    if ! nice build/fuzz/tests/fuzz_"$target" "${limits[@]}" -max_total_time="$seconds" -print_final_stats=1 \
        -artifact_prefix="$work/" "$work/corpus" "tests/fuzz/corpus/$target" "${more[@]}" >"$work/log" 2>&1; then
        failed=1
        echo "   a finding: $(ls -t "$work" | grep -E '^(crash|oom|timeout|leak)-' | head -n 1); see $work/log"
    fi
    grep -E 'DONE|number_of_executed_units|average_exec|new_units|peak_rss' "$work/log" | sed 's/^/   /' || true
done
exit "$failed"
