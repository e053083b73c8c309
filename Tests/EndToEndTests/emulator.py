"""BigQuery on this machine: an emulator that answers its REST interface over real SQL."""
import collections
import glob
import gzip
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from counting import parse

STARTS_WITHIN = 60
ROWS_AT_ONCE = 500


def field(name, kind, fields=None):
    return {"name": name, "type": kind, "mode": "NULLABLE"} | ({"fields": fields} if fields else {})


USER = [field("id", "INTEGER")] + [
    field(name, "STRING") for name in ["login", "gravatar_id", "avatar_url", "url"]]
# As GH Archive loads its tables.
SCHEMA = [
    field("type", "STRING"), field("public", "BOOLEAN"), field("payload", "STRING"),
    field("repo", "RECORD", [field("id", "INTEGER"), field("name", "STRING"),
                             field("url", "STRING")]),
    field("actor", "RECORD", USER), field("org", "RECORD", USER),
    field("created_at", "TIMESTAMP"), field("id", "STRING"), field("other", "STRING")]


class Emulator:
    def __init__(self, log):
        ports = [free_port(), free_port()]
        self.url = f"http://127.0.0.1:{ports[0]}"
        program = pathlib.Path(sys.executable).parent / "bqemulator"
        self.log = open(log, "wb")
        self.process = subprocess.Popen(
            [str(program), "start", "--rest-port", str(ports[0]), "--grpc-port", str(ports[1]),
             "--ephemeral"], stdout=self.log, stderr=subprocess.STDOUT)
        end = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            assert self.process.poll() is None, pathlib.Path(log).read_text()[-2000:]
            assert time.monotonic() < end, "the emulator does not start"
            time.sleep(0.2)

    def answers(self):
        try:
            self.call("GET", "/bigquery/v2/projects/githubarchive/datasets")
            return True
        except OSError:
            return False

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def load(self, folder):
        """Each hour file goes into the table of its day, as GH Archive loads them."""
        self.call("POST", "/bigquery/v2/projects/githubarchive/datasets",
                  {"datasetReference": {"projectId": "githubarchive", "datasetId": "day"}})
        tables = collections.defaultdict(list)
        for path in sorted(glob.glob(os.path.join(folder, "*.json.gz"))):
            day = re.match(r"(\d+)-(\d+)-(\d+)-", os.path.basename(path))
            with gzip.open(path, "rb") as file:
                tables["".join(day.groups())] += [row for row in map(as_row, file) if row]
        dataset = "/bigquery/v2/projects/githubarchive/datasets/day/tables"
        for table, rows in tables.items():
            self.call("POST", dataset, {
                "tableReference": {"projectId": "githubarchive", "datasetId": "day",
                                   "tableId": table}, "schema": {"fields": SCHEMA}})
            for start in range(0, len(rows), ROWS_AT_ONCE):
                answer = self.call("POST", f"{dataset}/{table}/insertAll", {
                    "rows": [{"json": row} for row in rows[start:start + ROWS_AT_ONCE]]})
                assert not answer.get("insertErrors"), answer


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def as_row(line):
    """An event as a row of a day's table; nothing for a line that no reader counts."""
    event = parse(line)
    if event is None:
        return None
    return {"type": event["type"], "public": event.get("public", True),
            "payload": json.dumps(event["payload"]), "created_at": event["created_at"],
            "id": event["id"],
            "repo": {key: event["repo"].get(key) for key in ["id", "name"]},
            "actor": {key: event["actor"].get(key) for key in ["id", "login"]}}
