"""Each service's command line against the running services."""
import json

import pytest
from tally import ROOT, SERVICES
import subprocess


@pytest.mark.parametrize("service", SERVICES)
def test_health_ready_and_ping(loaded, service):
    health = loaded.probe(service, "health")
    assert (health.returncode, health.stdout.strip()) == (0, "status: SERVING")
    assert loaded.probe(service, "ready", "--wait", "5s").returncode == 0
    assert loaded.probe(service, "ping", "-c", "2").returncode == 0


@pytest.mark.parametrize("service", SERVICES)
def test_list_and_describe(loaded, service):
    listed = loaded.probe(service, "list")
    assert "/tally.health.v1.Health/Check" in listed.stdout
    assert listed.stdout.splitlines() == sorted(listed.stdout.splitlines())
    described = loaded.probe(service, "describe", "tally.health.v1.Health")
    assert "rpc Check" in described.stdout


def test_call_speaks_json(loaded):
    done = loaded.probe("ingest", "call", "/tally.ingest.v1.Ingest/GetRepository",
                        "-d", '{"owner":"tide","name":"harbor"}')
    assert json.loads(done.stdout)["id"] == "101"
    missing = loaded.probe("ingest", "call", "/tally.ingest.v1.Ingest/GetRepository",
                           "-d", '{"owner":"tide","name":"nothing"}')
    assert (missing.returncode, missing.stdout) == (64 + 5, "")
    wrong = loaded.probe("ingest", "call", "/tally.ingest.v1.Ingest/GetRepository",
                         "-d", '{"colour":1}')
    assert wrong.returncode == 2 and "colour" in wrong.stderr


def test_top_shows_the_board(loaded):
    done = loaded.probe("ranking", "top", "-n", "3", "--json")
    assert done.returncode == 0
    names = [e["user"]["username"] for e in loaded.answer["top"][:3]]
    for name in names:
        assert name in done.stdout


def test_logs_are_numbered_lines(loaded):
    done = loaded.probe("ingest", "logs", "--json")
    numbers = [int(json.loads(line)["seq"]) for line in done.stdout.splitlines()]
    assert numbers == sorted(set(numbers)) and numbers


def test_BAD_11_unknown_verbs_and_flags_show_usage_on_stderr(loaded):
    for arguments in [["dance"], ["health", "--colour", "red"], ["call"]]:
        done = loaded.probe("ingest", *arguments)
        assert done.returncode in (1, 2)
        assert done.stdout == "" and "usage" in done.stderr.lower()


def test_health_of_nobody_says_connection_failed():
    done = subprocess.run([ROOT / ".build/release/tally-ingest", "probe", "health",
                           "--addr", "127.0.0.1:1"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    assert done.stdout == ""
