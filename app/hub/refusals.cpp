// SPDX-License-Identifier: Apache-2.0
#include "app/hub/refusals.h"

namespace wattline {

std::vector<std::string> refusalsSince(const TransportCounters& before,
                                       const TransportCounters& now) {
    std::vector<std::string> sentences;
    const auto say = [&](std::int64_t count, const char* what) {
        if (count > 0) sentences.push_back(std::to_string(count) + " " + what);
    };
    say(now.doors.unknown_key - before.doors.unknown_key,
        "connections refused: their key is not one of this workspace's; copy keys/ anew to where "
        "they come from, or find out who it is");
    say(now.doors.wrong_role - before.doors.wrong_role,
        "connections refused: their key is for another door (a rank's key may not ask, a client's "
        "may not record)");
    say(now.doors.bad_handshake - before.doors.bad_handshake,
        "connections refused: they showed no key or took this for another hub; a port scanner "
        "looks like that, and so does a client with an old hub.pub");
    say(now.doors.other_user - before.doors.other_user,
        "connections refused: processes of another user tried the hub's sockets on this machine");
    say(now.oversized - before.oversized,
        "messages refused: larger than a frame may be on a socket; their records come from the "
        "journal");
    say(now.misshapen - before.misshapen,
        "messages refused: they do not have the parts that WIRE.md asks for");
    return sentences;
}

}  // namespace wattline
