// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace wattline::launch {

/// The part of job.sh that is the same for every run. The lines before it set run_folder, mpirun,
/// ranks, threads, relay, relay_ranks and the array trainer.
inline constexpr std::string_view kJobBody = R"bash(
cd -- "$run_folder" || exit 4
mkdir -p log || exit 4
if [ -e job.json ]; then
    echo "job.sh: this run was started before; start a new run instead" >&2
    exit 2
fi

now_ns() { date +%s%N; }

# A value as a JSON string. Control characters become spaces: every value here is one line.
json_text() {
    local text=$1
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//[[:cntrl:]]/ }
    printf '"%s"' "$text"
}

# A reader sees the old file or the new one, never a part.
write_record() {
    printf '%s\n' "$2" >"$1.tmp$$" && sync -- "$1.tmp$$" && mv -f -- "$1.tmp$$" "$1"
}

# The room for exit.json, taken now: the disk may be full by then. JSON may end in spaces.
exit_room=exit.json.room
printf '%8191s\n' '' >"$exit_room" && sync -- "$exit_room" || exit 4
write_exit() {
    if printf '%s\n' "$1" 1<>"$exit_room" && sync -- "$exit_room"; then
        mv -f -- "$exit_room" exit.json
    else
        write_record exit.json "$1"
    fi
}

# Who this is: a pid alone may be somebody else's later. Field 22 of stat is the start time; the
# command's name may hold spaces, so fields are counted behind its closing parenthesis.
read -r boot_id </proc/sys/kernel/random/boot_id
stat=$(<"/proc/$$/stat")
read -ra fields <<<"${stat##*) }"
write_record job.json "{\"boot_id\": $(json_text "$boot_id"), \"pid\": $$,\
 \"start_ticks\": ${fields[19]}, \"started_unix_ns\": $(now_ns)}" || exit 4

host=$(uname -n)
code=0 signal=null rank=null reason=''
child='' told_to_stop=0 interrupted=0

# mpirun passes USR1 on to the ranks at once, which then end in order; TERM to mpirun is a kill.
forward() {
    told_to_stop=1 interrupted=1
    if [ -n "$child" ]; then kill -USR1 "$child" 2>/dev/null; fi
}
trap forward TERM USR1

# Many ranks: one connection to the hub for all of this node. Started before there is any MPI, ended
# with the run; while it is not there, ranks go to the hub themselves.
relay_child=''
if [ "$relay_ranks" -gt 0 ] 2>/dev/null && [ "$ranks" -ge "$relay_ranks" ] && [ -x "$relay" ]; then
    "$relay" relay "$run_folder" </dev/null >log/relay.log 2>&1 &
    relay_child=$!
fi

"$mpirun" -n "$ranks" --oversubscribe --bind-to none "${trainer[@]}" </dev/null >log/mpirun.log 2>&1 &
child=$!
# A signal that came before the child had a name was remembered only: pass it on now.
if [ "$told_to_stop" -eq 1 ]; then forward; fi
# A trap ends `wait` early: wait again, and keep the status that is the child's own.
while :; do
    interrupted=0
    wait "$child"
    status=$?
    if [ "$status" -ne 127 ] || [ "$code" -eq 0 ]; then code=$status; fi
    if [ "$interrupted" -eq 0 ]; then break; fi
done
trap '' TERM USR1
if [ -n "$relay_child" ]; then
    kill -TERM "$relay_child" 2>/dev/null
    wait "$relay_child"
fi

# The end of the log, without bytes that JSON could not hold.
log_tail() {
    tail -c 65536 -- log/mpirun.log | tr -d '\000' | iconv -c -f UTF-8 -t UTF-8
}

# Sets reason, and rank, host and signal where they are known. What the kernel did to a rank says
# more than what the other ranks said about it, and that more than an exit code.
explain() {
    local line said='' named='' aborted=''
    local killed='process rank ([0-9]+) with PID [0-9]+ on node ([^ ]+) exited on signal ([0-9]+)'
    local first='Process name: \[\[[0-9]+,[0-9]+\],([0-9]+)\]'
    local abort='MPI_ABORT was invoked on rank ([0-9]+)'
    while IFS= read -r line; do
        if [[ $line =~ $killed ]]; then
            rank=${BASH_REMATCH[1]} host=${BASH_REMATCH[2]} signal=${BASH_REMATCH[3]}
        elif [[ $line =~ $first ]]; then
            named=${BASH_REMATCH[1]}
        elif [[ $line =~ $abort ]]; then
            aborted=${BASH_REMATCH[1]}
        elif [[ $line == 'wattline-train: '* ]]; then
            said=${line#wattline-train: }
        fi
    done < <(log_tail)
    if [ "$signal" != null ]; then
        reason="rank $rank on $host was killed by signal $signal ($(kill -l "$signal"))"
        if [ "$told_to_stop" -eq 1 ]; then reason+=' after the run was told to stop'; fi
    elif [ -n "$said" ]; then
        rank=${aborted:-${named:-null}}
        reason=$said
    elif [ -n "$aborted$named" ]; then
        rank=${aborted:-$named}
        reason="rank $rank on $host ended with exit code $code; see log/mpirun.log"
    elif [ "$told_to_stop" -eq 1 ]; then
        reason="the run was told to stop by a signal and did not end in order; see log/mpirun.log"
    elif [ "$code" -eq 137 ] || [ "$code" -eq 143 ]; then
        signal=$((code - 128))
        reason="mpirun on $host was killed by signal $signal ($(kill -l "$signal"))"
    else
        reason="mpirun ended with exit code $code; see log/mpirun.log"
    fi
}
if [ "$code" -ne 0 ]; then explain; fi
# It must fit into the room. A character that is cut in two goes.
reason=$(printf '%s' "${reason:0:1500}" | iconv -c -f UTF-8 -t UTF-8)

write_exit "{\"exit_code\": $code, \"signal\": $signal, \"rank\": $rank,\
 \"host\": $(json_text "$host"), \"reason\": $(json_text "$reason"), \"ended_unix_ns\": $(now_ns)}"
exit "$code"
)bash";

}  // namespace wattline::launch
