#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads every #include and fails on one that the layers forbid (ARCHITECTURE.md, "Layers").

    check_includes.py ROOT          checks the tree
    check_includes.py --self-test   shows that each rule can fail
"""
import re
import sys
from pathlib import Path

# room -> rooms of ours that it may include, besides itself. A room not listed here is an error.
LAYERS = {
    "telemetry/core": [],
    "telemetry/wire": ["telemetry/core"],
    "telemetry/publish": ["telemetry/core", "telemetry/wire"],
    "telemetry/simulate": ["telemetry/core", "telemetry/wire", "telemetry/publish"],
    "telemetry/transport": ["telemetry/core", "telemetry/wire", "telemetry/publish"],
    "telemetry/store": ["telemetry/core", "telemetry/wire"],
    "telemetry/power": ["telemetry/core"],
    "telemetry/sampling": ["telemetry/core", "telemetry/wire", "telemetry/publish",
                           "telemetry/power"],
    "telemetry/analysis": ["telemetry/core"],
    "telemetry/render": ["telemetry/core", "telemetry/analysis"],
    "telemetry/runs": ["telemetry/core", "telemetry/wire", "telemetry/store", "telemetry/analysis"],
    "telemetry/housekeeping": ["telemetry/core", "telemetry/wire", "telemetry/runs"],
    "telemetry/export": ["telemetry/core", "telemetry/wire", "telemetry/analysis"],
    "trainer/launch": ["telemetry/core", "telemetry/wire"],
    "trainer/models": [],
    "trainer/data": ["telemetry/core", "trainer/launch"],
    "trainer/distributed": ["telemetry/core"],
    "trainer/control": ["telemetry/core", "telemetry/wire", "telemetry/publish", "trainer/distributed"],
    "trainer/loop": ["telemetry/core", "telemetry/wire", "telemetry/publish", "trainer/launch",
                     "trainer/models", "trainer/data", "trainer/distributed", "trainer/control"],
    "trainer/cli": ["telemetry/core", "telemetry/wire", "telemetry/publish", "telemetry/transport",
                    "telemetry/power", "telemetry/sampling", "trainer/launch", "trainer/models", "trainer/data",
                    "trainer/distributed", "trainer/control", "trainer/loop"],
    "ui/models": ["telemetry/core", "telemetry/analysis"],
    "ui/widgets": ["telemetry/core", "telemetry/analysis", "ui/models"],
    "app/client": ["telemetry/core", "telemetry/wire", "telemetry/transport"],
    "app/hub": ["telemetry/core", "telemetry/wire", "telemetry/transport", "telemetry/store",
                "telemetry/runs", "telemetry/analysis", "trainer/launch", "app/client"],
    "app/measure": ["telemetry/core", "telemetry/wire", "telemetry/publish", "telemetry/power",
                    "telemetry/sampling", "telemetry/transport", "trainer/launch"],
    "app/cli": ["*"],
    "app/gui": ["*"],
}

# What only some rooms may include: (pattern of the header, may this file include it?, why not)
FOREIGN = [
    (r"^(Q[A-Z]\w*|QtCore/.*|QtGui/.*|QtWidgets/.*|QtCharts/.*)$",
     lambda room, path: room.startswith("ui/") or room == "app/gui",
     "only ui and app/gui know Qt"),
    (r"^(QtWidgets/.*|QWidget|QApplication|QMainWindow|QDialog|QLabel|QTableView|QPushButton)$",
     lambda room, path: room in ("ui/widgets", "app/gui"), "ui/models works without widgets"),
    (r"^(torch|ATen|c10)/", lambda room, path: room.startswith("trainer/") and room != "trainer/launch",
     "only the trainer knows libtorch"),
    (r"^mpi\.h$", lambda room, path: room.startswith("trainer/") and room != "trainer/launch",
     "only the trainer knows MPI"),
    (r"^zmq\.(h|hpp)$", lambda room, path: room == "telemetry/transport" and path.suffix == ".cpp",
     "zmq belongs to transport's .cpp files"),
    (r"^sqlite3\.h$", lambda room, path: room == "telemetry/store" and path.suffix == ".cpp",
     "sqlite belongs to store's .cpp files"),
    (r"^nlohmann/", lambda room, path: path.suffix == ".cpp" or path.name.endswith("_json.h"),
     "JSON stays in .cpp files"),
    (r"^zstd\.h$", lambda room, path: room == "telemetry/wire" and path.suffix == ".cpp",
     "compression belongs to wire's .cpp files"),
    (r"^cairo", lambda room, path: room == "telemetry/render" and path.suffix == ".cpp",
     "cairo belongs to render's .cpp files"),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
LICENCE = re.compile(r"SPDX-License-Identifier: (\S+)")


def room_of(path):
    parts = Path(path).parts
    return "/".join(parts[:2]) if len(parts) > 2 else ""


def check_file(path, text):
    """path: relative to the root. Returns sentences."""
    room = room_of(path)
    problems = []
    if room not in LAYERS:
        return [f"{path}: the room '{room}' is not in check_includes.py; say what it may include"]
    allowed = LAYERS[room]
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        header = match.group(2)
        where = f"{path}:{number}: includes {header}"
        for pattern, may, why in FOREIGN:
            if re.match(pattern, header) and not may(room, path):
                problems.append(f"{where}: {why}")
        target = room_of(header)
        if target.split("/")[0] in ("telemetry", "trainer", "ui", "app", "tests"):
            if target.startswith("tests"):
                problems.append(f"{where}: the product never includes its tests")
            elif target != room and "*" not in allowed and target not in allowed:
                problems.append(f"{where}: {room} may include {', '.join(allowed) or 'nothing of ours'}")
            elif target in ("app/gui", "app/cli", "app/hub") and room.startswith("app/") and \
                    target != room and not (room == "app/cli" and target == "app/hub"):
                problems.append(f"{where}: programs do not include each other")
    return problems


def check_licence(path, text):
    first = LICENCE.search(text[:400])
    gpl = str(path).startswith(("ui/", "app/gui/", "tests/ui/", "tests/app/gui/"))
    wanted = "GPL-3.0-or-later" if gpl else "Apache-2.0"
    if not first:
        return [f"{path}: no SPDX line; it is {wanted}"]
    if first.group(1) != wanted:
        return [f"{path}: the SPDX line says {first.group(1)}; this folder is {wanted}"]
    return []


def find_cycles(graph):
    """Circles of includes between files; each reported once."""
    state, problems = {}, []

    def visit(node, trail):
        state[node] = "open"
        for following in graph.get(node, ()):
            if state.get(following) == "open":
                circle = trail[trail.index(following):] if following in trail else [node]
                problems.append("a circle of includes: " + " -> ".join(circle + [following]))
            elif following not in state:
                visit(following, trail + [following])
        state[node] = "done"

    for node in graph:
        if node not in state:
            visit(node, [node])
    return problems


def check_tree(root):
    problems, graph = [], {}
    for top in ("telemetry", "trainer", "ui", "app", "tests"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".h", ".cpp") or not file.is_file():
                continue
            path = file.relative_to(root)
            text = file.read_text(encoding="utf-8")
            problems += check_licence(path, text)
            if top == "tests":
                continue
            problems += check_file(path, text)
            includes = (INCLUDE.match(line) for line in text.splitlines())
            graph[str(path)] = [m.group(2) for m in includes if m and (root / m.group(2)).is_file()]
    return problems + find_cycles(graph)


def self_test():
    cases = [
        ("telemetry/core/a.h", '#include "telemetry/wire/frame.h"'),
        ("telemetry/wire/a.h", "#include <nlohmann/json.hpp>"),
        ("telemetry/store/a.h", "#include <sqlite3.h>"),
        ("telemetry/runs/a.cpp", "#include <zmq.h>"),
        ("telemetry/runs/a.cpp", "#include <zstd.h>"),
        ("telemetry/analysis/a.cpp", "#include <QString>"),
        ("trainer/loop/a.cpp", '#include "telemetry/store/catalog.h"'),
        ("trainer/launch/a.cpp", "#include <torch/torch.h>"),
        ("ui/models/a.cpp", "#include <QWidget>"),
        ("ui/widgets/a.cpp", "#include <zmq.h>"),
        ("ui/widgets/a.cpp", '#include "app/client/hub_connection.h"'),
        ("app/hub/a.cpp", '#include "app/cli/main.h"'),
        ("app/cli/a.cpp", "#include <mpi.h>"),
        ("telemetry/attic/a.cpp", ""),
    ]
    missed = [f"{p}: {t}" for p, t in cases if not check_file(Path(p), t)]
    if check_file(Path("telemetry/store/a.cpp"), "#include <sqlite3.h>"):
        missed.append("a permitted include was refused")
    if not find_cycles({"a": ["b"], "b": ["a"]}):
        missed.append("a circle was not seen")
    if not check_licence(Path("ui/widgets/a.h"), "// SPDX-License-Identifier: Apache-2.0"):
        missed.append("a wrong licence was not seen")
    return missed


def main():
    if sys.argv[1:] == ["--self-test"]:
        problems = self_test()
    else:
        problems = check_tree(Path(sys.argv[1]))
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems" if problems else "the layers hold")
    return 1 if problems else 0


sys.exit(main())
