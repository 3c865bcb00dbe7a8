# SPDX-License-Identifier: Apache-2.0
"""The processes of a kill campaign: a hub, somebody who looks, and ranks. Each can be killed."""
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def wait_for(condition, what, seconds=90.0):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"waited {seconds:.0f} s for {what} in vain")
        time.sleep(0.05)


def is_over(folder):
    return (folder / "exit.json").exists()


def kill(process):
    """As the kernel's out-of-memory killer would; the dead are buried at once."""
    if process.poll() is None:
        process.kill()
    process.wait()


class Programs:
    def __init__(self, build):
        build = Path(build).resolve()
        self.wattline = build / "bin" / "wattline"
        self.window = build / "bin" / "wattline-gui"
        self.trainer = build / "bin" / "wattline-train"
        self.rank = build / "tests" / "rank_program"

    def has_window(self):
        return self.window.exists() and shutil.which("xvfb-run") is not None


class Place:
    """A workspace of one round and the programs in it."""

    def __init__(self, programs, home):
        self.programs, self.home = programs, Path(home)
        self.home.mkdir(mode=0o700)
        self.environment = {k: v for k, v in os.environ.items() if k != "XDG_RUNTIME_DIR"}
        self.environment |= {"WATTLINE_HOME": str(self.home), "OMPI_ALLOW_RUN_AS_ROOT": "1",
                             "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        self.started = []

    def start(self, *words, **options):
        process = subprocess.Popen([*map(str, words)], env=self.environment, **(QUIET | options))
        self.started.append(process)
        return process

    def call(self, *words):
        return subprocess.run([str(self.programs.wattline), *map(str, words)], env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)

    def json(self, *words):
        done = self.call(*words, "--json")
        if not done.stdout.strip():
            raise RuntimeError(f"wattline {' '.join(map(str, words))}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def end(self):
        """What this place started, and nothing else, is over afterwards."""
        for process in reversed(self.started):
            kill(process)


class Hub:
    name = "hub"

    def __init__(self, place):
        self.place, self.kills = place, 0
        self.start()

    def start(self):
        self.process = self.place.start(self.place.programs.wattline, "hub", "serve",
                                        "--idle-seconds", "0")

    def answers(self):
        return self.place.call("hub", "status").returncode == 0

    def kill(self):
        kill(self.process)
        self.kills += 1

    def revive(self):
        """Somebody needs a hub. It may find that a client was quicker and end; that is fine, too."""
        if self.process.poll() is not None:
            self.start()


class Looker:
    """The window where it can be shown, else the terminal's table."""
    name = "window"

    def __init__(self, place):
        self.place = place
        self.start()

    def start(self):
        programs = self.place.programs
        if programs.has_window():
            # In a group of its own: xvfb-run, its server and the window die together.
            self.process = self.place.start("xvfb-run", "-a", programs.window, "--page", "live",
                                            start_new_session=True)
        else:
            self.process = self.place.start(programs.wattline, "watch")

    def kill(self):
        if self.place.programs.has_window() and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        kill(self.process)

    def revive(self):
        if self.process.poll() is not None:
            self.start()


class Relay:
    """What carries the frames of all ranks of a node to the hub; their journals do not need it."""
    name = "relay"

    def __init__(self, place, folder):
        self.place, self.folder = place, folder
        self.start()
        wait_for(lambda: any((folder / "relay").glob("*.json")), "the relay's record")

    def start(self):
        self.process = self.place.start(self.place.programs.wattline, "relay", self.folder)

    def kill(self):
        kill(self.process)

    def revive(self):
        if self.process.poll() is not None:
            self.start()


class SimulatedRanks:
    """All ranks in one process: killing it kills every one of them in mid-sentence."""
    name = "simulated ranks"
    relay = None

    def __init__(self, place, random):
        world = random.choice([2, 9, 24])
        words = ["simulate", "--ranks", world, "--rate", random.choice([20, 50]),
                 "--duration", "5s", "--seed", random.randrange(1 << 30), "--quiet"]
        self.process = place.start(place.programs.wattline, *words, stderr=subprocess.PIPE)
        runs = place.home / "runs"
        # Killed earlier, the run would rightly be told from a whole one: ranks without a journal.
        wait_for(lambda: len(list(runs.glob("*/journal/*.wlj"))) == world, "the simulated run")
        self.folder = next(runs.iterdir())

    def kill(self, random):
        kill(self.process)
        return "simulated ranks"

    def look_after(self):
        return self.process.poll() is not None


class RankProcesses:
    """A process a rank, with the real publisher and no model. This object is their mpirun: when one
    dies it kills the others and says which it was."""
    name = "ranks"

    def __init__(self, place, random):
        self.place, self.victim = place, None
        world, step_us = random.choice([2, 3, 4]), random.choice([2000, 10_000])
        self.folder = self.make_folder(place, world)
        self.relay = Relay(place, self.folder)
        steps = 4_000_000 // step_us
        self.ranks = [place.start(place.programs.rank, self.folder, rank, world, steps, step_us)
                      for rank in range(world)]

    @staticmethod
    def make_folder(place, world):
        run = time.strftime("%Y%m%d-%H%M%S-") + f"{os.getpid() & 0xffff:04x}"
        folder = place.home / "runs" / run
        for part in ("journal", "control", "log"):
            (folder / part).mkdir(parents=True, mode=0o700)
        folder.parent.chmod(0o700)
        folder.chmod(0o700)
        spec = {"id": run, "ranks": world, "lbs": 8, "gbs": 8 * world, "epochs": 1,
                "created_unix_ns": time.time_ns(), "created_by": "campaign@here"}
        (folder / "run.json").write_text(json.dumps(spec))
        stat = Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        (folder / "job.json").write_text(json.dumps(
            {"boot_id": boot, "pid": os.getpid(), "start_ticks": int(stat[19])}))
        return folder

    def kill(self, random):
        self.victim = random.randrange(len(self.ranks))
        kill(self.ranks[self.victim])
        return f"rank {self.victim}"

    def look_after(self):
        """True when all have ended; then exit.json is there."""
        if is_over(self.folder):
            return True
        if self.victim is not None:
            for process in self.ranks:
                kill(process)
        if any(process.poll() is None for process in self.ranks):
            return False
        failed = self.victim is not None
        record = {"exit_code": 137 if failed else 0, "signal": 9 if failed else None,
                  "rank": self.victim, "host": os.uname().nodename,
                  "reason": f"rank {self.victim} was killed by signal 9 (KILL)" if failed else ""}
        temporary = self.folder / "exit.json.tmp"
        temporary.write_text(json.dumps(record))
        temporary.replace(self.folder / "exit.json")
        return True


class Trainer:
    """A real training under mpirun, launched as a user does."""
    name = "trainer"
    relay = None

    def __init__(self, place, random):
        done = place.call("run", "--model", "resnet18", "--data", "digits", "--ranks", 2, "--lbs", 8,
                          "--steps", random.choice([20, 40]), "--detach")
        if done.returncode != 0:
            raise RuntimeError(f"wattline run: {done.stderr.strip()}")
        self.folder = place.home / "runs" / done.stdout.split()[-1]

    def processes(self):
        """The trainer's processes of this run, found by their command lines."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except (OSError, NotADirectoryError):
                continue
            if words[0].endswith(b"wattline-train") and str(self.folder).encode() in words:
                found.append(int(entry.name))
        return found

    def kill(self, random):
        alive = self.processes()
        if not alive:
            return "nobody (no rank has started)"
        victim = random.choice(sorted(alive))
        os.kill(victim, signal.SIGKILL)
        return f"trainer process {victim}"

    def look_after(self):
        return is_over(self.folder)
