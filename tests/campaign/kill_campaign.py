#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills real processes (kill -9) at random moments, round after round, and counts what is left.

A round has a workspace, a hub, somebody who looks (the window under Xvfb where it is built) and ranks:
simulated ones, a process each behind a relay, or a real training where it is built. One to three of
them are killed at random; hub, window and relay come back, dead ranks do not. Afterwards, every record that a journal holds
must be in the hub's series, `wattline verify` must be clean, and an own count of the journals' bytes
must agree. A round follows from its seed; a failed one says it and keeps its workspace.

    kill_campaign.py --build build                       100 rounds, about an hour
    kill_campaign.py --build build --rounds 1 --seed 41  one round again
    kill_campaign.py --build build --self-test           shows that damage is noticed
"""
import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

import journals
from processes import Hub, Looker, Place, Programs, RankProcesses, SimulatedRanks, Trainer, wait_for

LONGEST_LIFE_S = 6.0  # kills fall into the first seconds of a round


def kinds_of_ranks(programs, wanted):
    kinds = [SimulatedRanks, RankProcesses]
    if programs.trainer.exists():
        kinds.append(Trainer)
    return [kind for kind in kinds if wanted in ("all", kind.name)]


def plan_kills(choice, relay):
    """(seconds since the start, target) in order; ranks die once at most."""
    targets = ["hub", "hub", "window", "ranks"] + (["relay"] if relay else [])
    kills = [(choice.uniform(0.2, LONGEST_LIFE_S), choice.choice(targets))
             for _ in range(choice.randint(1, 3))]
    ranks = [each for each in kills if each[1] == "ranks"]
    return sorted(each for each in kills if each[1] != "ranks" or each == min(ranks))


def live(place, hub, looker, ranks, choice, told):
    """From the start to the last rank's end, with everything that happens to them."""
    began = time.monotonic()
    kills = plan_kills(choice, ranks.relay is not None)
    whom_of = {"hub": hub, "window": looker, "relay": ranks.relay}
    revivals = []
    end = began + 120
    while not (ranks.look_after() and not kills):
        now = time.monotonic() - began
        while kills and (kills[0][0] <= now or ranks.look_after()):
            _, target = kills.pop(0)
            victim = target
            if target == "ranks":
                victim = ranks.kill(choice)
            else:
                whom = whom_of[target]
                whom.kill()
                revivals.append((now + choice.uniform(0.0, 1.5), whom))
            told.append(f"{victim} at {now:.2f} s")
        for each in [r for r in revivals if r[0] <= now]:
            each[1].revive()
            revivals.remove(each)
        if time.monotonic() > end:
            raise RuntimeError("the ranks did not end within 120 s")
        time.sleep(0.01)
    for _, whom in revivals:
        whom.revive()


def check(place, folder, hub):
    """What a round must leave behind. Returns the records."""
    hub.revive()
    summary_file = folder / "series" / "summary.json"

    def settled():
        hub.revive()
        return summary_file.exists()
    wait_for(settled, "a hub to settle the run")
    summary = json.loads(summary_file.read_text())
    report = place.json("verify", folder.name)
    counted = journals.count(folder)
    problems = list(report["findings"])
    if not report["clean"]:
        problems.append("verify is not clean")
    if not report["records_expected"] == report["records_stored"] == counted:
        problems.append(f"verify expected {report['records_expected']} and found "
                        f"{report['records_stored']}, the journals' bytes hold {counted}")
    if report["records_lost"] or summary["records_lost"]:
        problems.append(f"lost: {report['records_lost']} by verify, {summary['records_lost']} by the hub")
    if summary["records_stored"] != counted:
        problems.append(f"the hub stored {summary['records_stored']} of {counted}")
    if problems:
        raise RuntimeError("; ".join(problems))
    return counted


def play(programs, seed, options):
    """One round; raises with a sentence when something is wrong."""
    choice = random.Random(seed)
    home = Path(tempfile.mkdtemp(prefix="wattline-campaign-"))
    place, told = Place(programs, home / "w"), []
    try:
        hub = Hub(place)
        wait_for(hub.answers, "the first hub")
        ranks = choice.choice(kinds_of_ranks(programs, options.ranks))(place, choice)
        looker = Looker(place)
        live(place, hub, looker, ranks, choice, told)
        records = check(place, ranks.folder, hub)
    except Exception as problem:
        raise RuntimeError(f"seed {seed}: {problem} (killed: {', '.join(told) or 'nobody'}; "
                           f"workspace {home} is kept)") from problem
    finally:
        place.end()
    shutil.rmtree(home, ignore_errors=True)
    return f"{ranks.name}, killed {', '.join(told)}: {records} records, all there"


def self_test(programs, options):
    """A clean run, then damage of each kind: the checks of a round must notice it."""
    home = Path(tempfile.mkdtemp(prefix="wattline-campaign-"))
    place = Place(programs, home / "w")
    try:
        hub = Hub(place)
        wait_for(hub.answers, "the first hub")
        ranks = SimulatedRanks(place, random.Random(1))
        wait_for(ranks.look_after, "the run's end")
        check(place, ranks.folder, hub)
        journal = sorted((ranks.folder / "journal").glob("*.wlj"))[0]
        whole = journal.read_bytes()
        # Away goes the last frame, `ended`; then a byte in the middle is another.
        for damage in (whole[:-10], whole[:len(whole) // 2] + b"\xff" + whole[len(whole) // 2 + 1:]):
            journal.write_bytes(damage)
            try:
                check(place, ranks.folder, hub)
            except RuntimeError as noticed:
                print(f"noticed: {noticed}")
            else:
                raise SystemExit("damage was not noticed")
            journal.write_bytes(whole)
        check(place, ranks.folder, hub)
    finally:
        place.end()
        shutil.rmtree(home, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="folder with bin/ and tests/")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each further one is one more")
    parser.add_argument("--ranks", choices=["all", "simulated ranks", "ranks", "trainer"], default="all", help="which ranks play")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    programs = Programs(options.build)
    if options.self_test:
        self_test(programs, options)
        return 0
    failed = 0
    for seed in range(options.seed, options.seed + options.rounds):
        try:
            print(f"seed {seed}: {play(programs, seed, options)}", flush=True)
        except RuntimeError as problem:
            failed += 1
            print(f"FAILED {problem}", flush=True)
    print(f"{options.rounds - failed} of {options.rounds} rounds clean")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
