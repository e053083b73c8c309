"""Section archive: hour files counted, beside inflating alone, simdjson in C++ and DuckDB."""
import json
import subprocess
import sys

import hours
import ingest
from machine import BUILT, HERE, ROOT, is_stale, need, release, run
from programs import CLIENT_CORE, OURS
from table import row

# A pinned version: the peer must not change between two runs.
DUCKDB = "duckdb==1.5.5"
PYTHON = BUILT / "duckdb" / "bin" / "python"
FLOOR = BUILT / "floor-archive"
DAY, FOLDER = "2024-05-01", BUILT / "archive"
REPOSITORIES, PEOPLE = 60_000, 90_000
# name, events, whether pull requests carry all that they did until October 2025
HOURS = [("trimmed payloads", 150_000, False), ("full payloads", 60_000, True)]
# One in so many repositories is tracked: fifty of them.
TRACKED = range(500, 50_500, 1000)
DAY_EVENTS = 40_000
MIB = 1 << 20


def measure(chosen):
    if not chosen.no_build:
        build()
    rows = []
    for name, events, rich in HOURS[:1] if chosen.quick else HOURS:
        events = 10_000 if chosen.quick else events
        text = hours.Hour(events, REPOSITORIES, PEOPLE, rich).text
        path = FOLDER / f"hour-{events}-{'full' if rich else 'trimmed'}.json.gz"
        if not path.exists():
            hours.write(FOLDER, path.name, text())
        rows += hour(path, name, chosen.rounds)
    return rows + day(chosen)


def build():
    need(["g++", "/usr/include/simdjson.h", "/usr/include/isa-l/igzip_lib.h"],
         ["g++", "libsimdjson-dev", "libisal-dev"])
    BUILT.mkdir(exist_ok=True)
    source = HERE / "floor" / "archive.cc"
    if is_stale(FLOOR, [source]):
        run(["g++", "-O3", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-o", FLOOR, source,
             "-lisal", "-lsimdjson"])
    if not PYTHON.exists():
        run([sys.executable, "-m", "venv", PYTHON.parents[1]])
        run([PYTHON, "-m", "pip", "install", "-q", DUCKDB])
    for product in ("tally-bench", "tally-ingest"):
        release(product)


def hour(path, name, rounds):
    """All sides in turn, round by round, so that a busy minute hits all of them."""
    everything = range(REPOSITORIES)
    sides = {
        "inflate": lambda: one([*pinned(FLOOR), "inflate", path, 2]),
        "floor": lambda: one([*pinned(FLOOR), "count", path, 2]),
        "ours": lambda: one([*pinned(OURS), "count", path, 2], everything),
        "tracked floor": lambda: one([*pinned(FLOOR), "count", path, 2], TRACKED),
        "tracked": lambda: one([*pinned(OURS), "count", path, 2], TRACKED),
        "peer": lambda: one([PYTHON, HERE / "peer" / "count.py", path, 2]),
    }
    runs = {side: [] for side in sides}
    for _ in range(rounds):
        for side, measured in sides.items():
            runs[side].append(measured())
    agree(f"an hour, {name}", runs, ["ours", "floor", "peer"])
    agree(f"tracked repositories, {name}", runs, ["tracked", "tracked floor"])
    size = path.stat().st_size / 1e6

    def speed(side):
        return [size / result["seconds"] for result in runs[side]]

    def cpu(side):
        return [1000 * result["cpu"] / size for result in runs[side]]

    return [
        row(f"count everything in an hour, {name}", "MB/s of gzip", speed("ours"), speed("floor"),
            speed("peer"), "≥ 0.85 floor, ≥ 2 peer",
            lambda _, floor, peer: floor >= 0.85 and peer >= 2),
        row(f"CPU for that, {name}", "ms/MB of gzip", cpu("ours"), cpu("floor"), cpu("peer"),
            "≤ 1/3 peer", lambda *ratios: ratios[2] <= 1 / 3),
        row(f"count 50 tracked repositories, {name}, beside inflating alone", "MB/s of gzip",
            speed("tracked"), speed("inflate"), [], "≥ 0.9 floor",
            lambda _, floor, __: floor >= 0.9),
        row(f"CPU for that, {name}", "ms/MB of gzip", cpu("tracked"), cpu("inflate"), [],
            "≤ 1/0.9 floor", lambda _, floor, __: floor <= 1 / 0.9),
    ]


def pinned(program):
    return ["taskset", "-c", CLIENT_CORE, program]


def one(command, wanted=()):
    """The last of the rounds that a program is told to do: those before it warm up."""
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=True, text=True,
                          input="".join(f"{hours.FIRST_REPOSITORY + n}\n" for n in wanted))
    return json.loads(done.stdout.splitlines()[-1])


def agree(what, runs, sides):
    """A side that counts something else is not faster, it is wrong."""
    counts = {side: runs[side][0]["counts"] for side in sides}
    if any(result["counts"] != counts[sides[0]] for side in sides for result in runs[side]):
        raise SystemExit(f"{what}: the sides do not count the same: {counts}")


def day(chosen):
    """24 hours read by the service, on one core and on both, until the day's rows are stored."""
    events = 2_000 if chosen.quick else DAY_EVENTS
    archive = FOLDER / f"day-{events}"
    if not (archive / f"{DAY}-23.json.gz").exists():
        text = hours.Hour(events, REPOSITORIES, PEOPLE, False).text()
        for number in range(24):
            hours.write(archive, f"{DAY}-{number}.json.gz", hours.moved(text, number))
    runs = {cores: [] for cores in ("1", "0,1")}
    with ingest.cluster() as folder:
        for number in range(chosen.rounds):
            for cores, results in runs.items():
                results.append(ingest.scrape(
                    folder, f"round_{number}_{len(cores)}", archive, DAY, "org7/repository-7",
                    cores))
    if len({result["events"] for results in runs.values() for result in results}) != 1:
        raise SystemExit(f"one thread and two do not count the same: {runs}")
    size = sum(file.stat().st_size for file in archive.iterdir()) / 1e6
    one_core, both = runs["1"], runs["0,1"]
    return [
        row("24 hours to rows in Postgres, two threads beside one", "MB/s of gzip",
            [size / result["seconds"] for result in both],
            [size / result["seconds"] for result in one_core], [], "≥ 1.5 floor",
            lambda _, floor, __: floor >= 1.5),
        row("CPU for that", "ms/MB of gzip", [1000 * result["cpu"] / size for result in both],
            [1000 * result["cpu"] / size for result in one_core], [], ""),
        row("most memory of the service meanwhile", "MiB",
            [result["peak"] / MIB for result in both],
            [result["peak"] / MIB for result in one_core], [], "≤ 128",
            lambda ours, *_: ours <= 128),
    ]
