# SPDX-License-Identifier: Apache-2.0
"""What the measuring scripts of this folder share: programs, a workspace, processes, the machine."""
import json
import os
import platform
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Programs:
    """The programs of one build folder."""

    def __init__(self, build):
        self.build = Path(build).resolve()
        self.wattline = self.build / "bin" / "wattline"
        self.trainer = self.build / "bin" / "wattline-train"
        self.bench = self.build / "tests" / "wattline-bench"


class Workspace:
    """A WATTLINE_HOME of its own; its hub is ended and its files are removed at the end."""

    def __init__(self, programs, keep=False):
        self.programs, self.keep = programs, keep
        self.home = Path(tempfile.mkdtemp(prefix="wattline-measure-"))
        self.environment = {k: v for k, v in os.environ.items() if k != "XDG_RUNTIME_DIR"}
        self.environment |= {"WATTLINE_HOME": str(self.home), "OMPI_ALLOW_RUN_AS_ROOT": "1",
                             "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wattline("hub", "stop")
        if not self.keep:
            shutil.rmtree(self.home, ignore_errors=True)

    def wattline(self, *words, **options):
        return subprocess.run([str(self.programs.wattline), *map(str, words)], env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def json(self, *words, **options):
        done = self.wattline(*words, "--json", **options)
        if not done.stdout.strip():
            raise RuntimeError(f"wattline {' '.join(map(str, words))}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def serve(self, *options):
        """A hub of our own making, so that its processor time is ours to read."""
        hub = subprocess.Popen([str(self.programs.wattline), "hub", "serve", *options],
                               env=self.environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        wait_for(lambda: self.wattline("hub", "status").returncode == 0, "the hub's first answer")
        return hub

    def verify(self, run):
        """The report; clean or not. An unreadable run raises."""
        return self.json("verify", run)


def wait_for(condition, what, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"waited {seconds:.0f} s for {what} in vain")
        time.sleep(0.05)


def processor_seconds(pid):
    """User and system time of all threads so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def machine():
    """One line: what the figures were taken on."""
    info = Path("/proc/cpuinfo").read_text()
    models = [line.split(":", 1)[1].strip() for line in info.splitlines()
              if line.startswith("model name")]
    memory_kb = int(Path("/proc/meminfo").read_text().split()[1])
    return (f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores, "
            f"{memory_kb / 2**20:.0f} GiB, Linux {platform.release()}")


def write_json(path, document):
    """By rename, so that an interrupted script leaves the old figures or the new ones."""
    temporary = Path(str(path) + ".tmp")
    temporary.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)
