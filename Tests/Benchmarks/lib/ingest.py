"""Runs the real ingest program on an archive, against a Postgres of the benchmark's own."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

from machine import ROOT, run
from programs import end

PROGRAM = ROOT / ".build" / "release" / "tally-ingest"
BINARIES = pathlib.Path("/usr/lib/postgresql/15/bin")
TICKS = os.sysconf("SC_CLK_TCK")
# Bounds of waiting: both take a few seconds.
START_SECONDS, SCAN_SECONDS = 30, 300
# Waits for what a query finds. In one session: starting a program for each look took half a core
# from the service on both.
UNTIL = "do $$ begin while not exists ({}) loop perform pg_sleep(0.01); end loop; end $$;"
# The transaction that ends a day; scoring, which is not there, would come later.
STORED = UNTIL.format("select from ingest.coverage_days") + "select events from ingest.coverage_days"


def as_postgres(*command):
    """Postgres refuses to be root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *map(str, command)], check=True, cwd="/", stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def cluster(settings=""):
    """A server that keeps what it is told, reached by a Unix socket; erased at the end."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tally-benchmark-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        as_postgres(BINARIES / "initdb", "-D", folder / "data", "-U", "tally", "--auth=trust",
                    "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' {settings}"
        as_postgres(BINARIES / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log",
                    "-o", options, "start")
        yield folder
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            as_postgres(BINARIES / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def url(folder, database):
    return f"postgresql://tally@/{database}?host={folder}"


def ask(folder, database, query, seconds=None):
    return run(["psql", "-qAt", url(folder, database), "-c", query], timeout=seconds).strip()


def wait_until(folder, database, query, seconds):
    """Returns when a query finds a row."""
    ask(folder, database, UNTIL.format(query), seconds)


def usage(pid):
    """Seconds on a core of all threads there were, and the most memory there ever was in bytes."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    peak = int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) * 1024
    return (int(fields[11]) + int(fields[12])) / TICKS, peak


@contextlib.contextmanager
def serving(folder, database, archive, cores):
    """The service on some cores; its process and its address."""
    environment = {"PATH": os.environ["PATH"], "TALLY_DATABASE_URL": url(folder, database),
                   "TALLY_MIGRATION_DATABASE_URL": url(folder, database),
                   "TALLY_RPC_LISTEN": "127.0.0.1:0", "TALLY_ADMIN_LISTEN": "127.0.0.1:0",
                   "TALLY_SOURCES": "archive", "TALLY_ARCHIVE": str(archive),
                   "TALLY_ADDRESS_FILE": str(folder / f"{database}.address")}
    run([PROGRAM, "migrate"], env=environment)
    process = subprocess.Popen(["taskset", "-c", cores, PROGRAM, "serve"], env=environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process, wait_for(lambda: address(environment["TALLY_ADDRESS_FILE"]), START_SECONDS)
    finally:
        end(process)


def address(path):
    with contextlib.suppress(FileNotFoundError, ValueError):
        return json.loads(pathlib.Path(path).read_text())["rpc"]
    return None


def wait_for(look, seconds):
    until = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > until:
            raise SystemExit("the service did not get there in time")
        time.sleep(0.02)
    return found


def scrape(folder, name, archive, day, repository, cores):
    """Reads one day of a repository into a fresh database; what it took and what it counted."""
    run(["createdb", "-h", folder, "-U", "tally", name])
    ask(folder, name, f"create schema ingest; alter database {name} set search_path = ingest")
    with serving(folder, name, archive, cores) as (process, where):
        run([PROGRAM, "probe", "scrape", repository, "--since", day, "--until", day,
             "--source", "archive", "--addr", where])
        start, (cpu, _) = time.monotonic(), usage(process.pid)
        events = ask(folder, name, STORED, SCAN_SECONDS)
        seconds, (used, peak) = time.monotonic() - start, usage(process.pid)
    return {"seconds": seconds, "cpu": used - cpu, "peak": peak, "events": int(events)}
