"""A running Tally of the test's own: started by deploy/up, asked over HTTP."""
import json
import os
import pathlib
import signal
import subprocess
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVICES = ["ingest", "scoring", "ranking", "gateway"]


class Tally:
    def __init__(self, home, archive, environment=None):
        self.home, self.archive, self.answer = home, archive, None
        self.environment = {**os.environ, **(environment or {})}

    def up(self, *options, check=True):
        """deploy/up with this home and archive; the parsed answer."""
        command = [str(ROOT / "deploy/up"), "--no-build", "--json", "--home", str(self.home),
                   "--http-port", "0", *(["--archive", str(self.archive)] if self.archive else []),
                   *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300,
                              env=self.environment)
        if not check:
            return done
        assert done.returncode == 0, done.stderr[-4000:]
        self.answer = json.loads(done.stdout)
        return self.answer

    def load(self, repositories, since, until):
        options = [o for name in repositories for o in ("--repository", name)]
        return self.up(*options, "--since", since, "--until", until)

    def down(self, *options):
        subprocess.run([str(ROOT / "deploy/down"), "--home", str(self.home), *options], check=True,
                       capture_output=True, timeout=120)

    def pid(self, service):
        return self.answer["services"][service]["pid"]

    def kill(self, service):
        """Ends one service at once, as a crash would; only a process that this home started."""
        os.kill(self.pid(service), signal.SIGKILL)

    def get(self, path, headers=None, method="GET", body=None):
        """(status, headers, bytes) of a request to the gateway."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.answer["gateway"] + path, data=data, method=method,
                                         headers=headers or {})
        if data is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def json(self, path):
        status, _, body = self.get(path)
        assert status == 200, (path, status, body[:500])
        return json.loads(body)

    def board(self, scope="global", **parameters):
        """All entries of a board, page by page from one generation."""
        entries, page = [], 1
        query = "".join(f"&{k}={v}" for k, v in parameters.items())
        while True:
            answer = self.json(
                f"/api/v1/leaderboard/{scope}?page_size=1000&page={page}{query}")
            entries += answer["entries"]
            if len(entries) >= answer["total"] or not answer["entries"]:
                assert len(entries) == answer["total"]
                return answer["board"], entries
            page += 1

    def probe(self, service, *arguments, **options):
        """Runs a probe of a service; the finished process."""
        program = ROOT / ".build/release" / f"tally-{service}"
        command = [str(program), "probe", *arguments,
                   "--addr", self.answer["services"][service]["address"]]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)


def rows(entries):
    """Entries of a board in the form of counting.Count.board."""
    return [(e["rank"], e["user"]["id"], round(e["total_score"] * 1000), e["counts"])
            for e in entries]
