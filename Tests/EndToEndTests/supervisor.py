"""Ends and starts the services of a home one at a time, at the addresses they had, and looks into
their database: what an operator could do, and what crashes do."""
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import threading
import time

from tally import ROOT, SERVICES

PG_BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
NEIGHBOURS = {"ingest": [], "scoring": ["ingest"], "ranking": ["scoring"],
              "gateway": ["ingest", "scoring", "ranking"]}


def until(condition, seconds=60, pause=0.05):
    """Waits for a condition; its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(pause)


class Supervisor:
    def __init__(self, tally):
        self.tally, self.home = tally, tally.home
        self.children = {}
        self.ends = {name: self._run_file(name) for name in SERVICES}

    def _run_file(self, service):
        return json.loads((self.home / "run" / f"{service}.json").read_text())

    def environment(self, service):
        port = (self.home / "postgres-port").read_text()
        ends = self.ends[service]
        variables = {
            "PATH": os.environ["PATH"], "TALLY_RPC_LISTEN": ends["rpc"],
            "TALLY_ADMIN_LISTEN": ends["admin"], "TALLY_LOG_FORMAT": "json",
            "TALLY_ADDRESS_FILE": str(self.home / "run" / f"{service}.json")}
        if service == "gateway":
            variables["TALLY_HTTP_LISTEN"] = ends["http"]
        else:
            variables["TALLY_DATABASE_URL"] = f"postgresql://tally_{service}@127.0.0.1:{port}/tally"
            variables["TALLY_DATABASE_PASSWORD_FILE"] = str(
                self.home / "secrets" / f"tally_{service}")
        if service == "ingest":
            variables["TALLY_ARCHIVE"] = (self.home / "archive").read_text()
        for name in NEIGHBOURS[service]:
            variables[f"TALLY_{name.upper()}_ADDR"] = self.ends[name]["rpc"]
        return variables

    def kill(self, service, number=signal.SIGKILL):
        """Ends a service that this home started and waits until it is gone."""
        pid = self.tally.pid(service)
        os.kill(pid, number)
        child = self.children.pop(service, None)
        if child:
            child.wait(timeout=60)
        until(lambda: not self._runs(pid))

    @staticmethod
    def _runs(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except FileNotFoundError:
            return False

    def start(self, service, **variables):
        """Starts a service that was ended, with some variables of its environment changed."""
        file = self.home / "run" / f"{service}.json"
        file.unlink(missing_ok=True)
        # A preloaded library may move the environment before the program looks for its arguments
        # beside it; in a process that env has become, it has done so already.
        wrapper = ["/usr/bin/env"] if "LD_PRELOAD" in variables else []
        with open(self.home / "log" / f"{service}.log", "ab") as log:
            child = subprocess.Popen(
                [*wrapper, ROOT / ".build/release" / f"tally-{service}", "serve"],
                env={**self.environment(service), **variables}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True)
        until(lambda: file.exists() and file.stat().st_size > 0, 30, 0.01)
        self.children[service] = child
        self.tally.answer["services"][service]["pid"] = child.pid

    def restart(self, service, **variables):
        self.kill(service)
        self.start(service, **variables)

    def ready(self):
        for service in SERVICES:
            done = self.tally.probe(service, "ready", "--wait", "60s")
            assert done.returncode == 0, (service, done.stderr)

    def memory_peak(self, service):
        """Most resident bytes that the process ever had."""
        text = pathlib.Path(f"/proc/{self.tally.pid(service)}/status").read_text()
        line = next(line for line in text.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    # The database

    def sql(self, text, check=True):
        """Rows as lists of text, as the cluster's own administrator."""
        done = subprocess.run(
            ["psql", "-XqAt", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p",
             (self.home / "postgres-port").read_text(), "-U", "tally_admin", "-d", "tally"],
            input=text, env={**os.environ,
                             "PGPASSWORD": (self.home / "secrets/tally_admin").read_text()},
            capture_output=True, text=True, timeout=300)
        assert not check or done.returncode == 0, done.stderr
        return [line.split("\x1f") for line in done.stdout.splitlines()]

    def postgres(self, *arguments):
        """pg_ctl of the private cluster."""
        folder = (self.home / "cluster").read_text()
        own = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        port = (self.home / "postgres-port").read_text()
        subprocess.run([*own, PG_BIN / "pg_ctl", "-D", folder, "-w", "-t", "60", "-l",
                        f"{folder}/server.log", "-o", f"-p {port}", *arguments],
                       check=True, capture_output=True, timeout=120)

    # Work

    def scrape(self, name, since, until_day, force=True):
        """Asks for a scrape over HTTP; the job's id, or nothing while the gateway is away."""
        try:
            status, _, body = self.tally.get(
                f"/api/v1/repositories/{name}/scrape", method="POST",
                body={"since": since, "until": until_day, "force": force})
        except OSError:
            return None
        return json.loads(body)["task_id"] if status in (200, 202) else None

    def finished(self, names):
        """Whether no job of these repositories is under way; jobs that failed are an error."""
        rows = self.sql("select status, coalesce(error_code, '') from ingest.scrape_jobs")
        assert not [row for row in rows if row[0] == "failed"], rows
        return all(row[0] == "completed" for row in rows)

    def wait(self, names, seconds=120):
        until(lambda: self.finished(names), seconds, 0.2)


def invariants(supervisor):
    """What must hold whatever happened (I4, I5, I6): nothing found."""
    wrong = supervisor.sql("""
        select 'job without a lease', id::text from ingest.scrape_jobs
          where phase in ('planning', 'fetching') and lease_until < now()
        union all
        select 'two active jobs', repository_id::text from ingest.scrape_jobs
          where status in ('queued', 'running') group by repository_id having count(*) > 1
        union all
        select 'scoring is ahead of ingest', change::text from scoring.cursors
          where change > (select last_change from ingest.activity_feed)
        union all
        select 'ranking is ahead of scoring', change::text from ranking.cursors
          where change > (select last_change from scoring.score_feed)""")
    for schema in ["ingest", "scoring", "ranking"]:
        wrong += supervisor.sql(f"""
            select '{schema}: log numbers with a hole', count(*)::text from {schema}.log_lines
            having count(*) <> coalesce(max(seq) - min(seq) + 1, 0)
              or coalesce(max(seq), 0) > (select last_seq from {schema}.log_numbers)""")
    return wrong


class BoardReader:
    """Reads a board all the while, as a dashboard would, and writes down what nobody may see."""

    def __init__(self, tally, scope="global"):
        self.tally, self.scope = tally, scope
        self.wrong, self.read, self.generation = [], 0, 0
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()

    def _run(self):
        while not self.stop.wait(0.02):
            try:
                status, headers, body = self.tally.get(
                    f"/api/v1/leaderboard/{self.scope}?page_size=1000")
            except OSError:
                continue  # the gateway itself is away
            if status == 200:
                self._look(json.loads(body))
            elif status != 503 or not headers.get("Retry-After"):
                self.wrong.append((status, body[:300]))

    def _look(self, page):
        self.read += 1
        board, entries = page["board"], page["entries"]
        if board["generation"] < self.generation:
            self.wrong.append(("an older generation", board["generation"], self.generation))
        if self.generation and not entries:
            self.wrong.append(("an empty board", board["generation"]))
        self.generation = max(self.generation, board["generation"])
        scores = [entry["total_score"] for entry in entries]
        if scores != sorted(scores, reverse=True) or len(entries) != page["total"]:
            self.wrong.append(("a board out of order", board["generation"]))
        if board["formula"]["version"] != 1:
            self.wrong.append(("another formula", board["formula"]))


class Wire:
    """A TCP proxy for one neighbour: it passes, holds everything without a word, or cuts each
    connection after so many bytes."""

    def __init__(self, target):
        host, port = target.rsplit(":", 1)
        self.target = (host, int(port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.open = threading.Event()
        self.open.set()
        self.cut_after, self.passed, self.connections = None, 0, 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client):
        self.open.wait()
        try:
            server = socket.create_connection(self.target)
        except OSError:
            client.close()
            return
        budget = [self.cut_after]
        for a, b in [(client, server), (server, client)]:
            threading.Thread(target=self._copy, args=(a, b, budget), daemon=True).start()

    def _copy(self, source, sink, budget):
        try:
            while data := source.recv(65536):
                # Nothing goes on and nobody is told, as when a cable is pulled.
                self.open.wait()
                if budget[0] is not None:
                    data, budget[0] = data[:max(0, budget[0])], budget[0] - len(data)
                sink.sendall(data)
                self.passed += len(data)
                if budget[0] is not None and budget[0] <= 0:
                    break
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.open.set()
        self.listener.close()


def dice(name):
    """Random choices of a test; the seed is shown when it fails and may be given."""
    seed = int(os.environ.get("TALLY_SEED", random.randrange(1 << 32)))
    print(f"{name}: TALLY_SEED={seed}")
    return random.Random(seed)
