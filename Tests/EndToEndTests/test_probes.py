"""Each service's command line against the running services."""
import contextlib
import json
import os
import signal
import socket
import subprocess
import threading

import plain_rpc
import pytest
from plain_rpc import (
    END, HELLO, MESSAGE, NO_MESSAGE, PREFACE, REQUEST, STATUS, frame, number, text)
from tally import ROOT, SERVICES


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
    """BAD-11: unknown verbs and flags show usage on stderr."""
    for arguments in [["dance"], ["health", "--colour", "red"], ["call"]]:
        done = loaded.probe("ingest", *arguments)
        assert done.returncode in (1, 2)
        assert done.stdout == "" and "usage" in done.stderr.lower()


def test_health_of_nobody_says_connection_failed():
    done = subprocess.run([ROOT / ".build/release/tally-ingest", "probe", "health",
                           "--addr", "127.0.0.1:1"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    assert done.stdout == ""


GET = "/tally.ingest.v1.Ingest/GetRepository"
HARBOR = '{"owner":"tide","name":"harbor"}'


def test_call_writes_messages_as_json_lines_text_or_one_envelope(loaded):
    def call(*options):
        return loaded.probe("ingest", "call", GET, "-d", HARBOR, *options)
    line = call("--format", "jsonl").stdout
    assert json.loads(line)["name"] == "tide/harbor" and line.count("\n") == 1
    assert 'name: "tide/harbor"' in call("--format", "text").stdout
    envelope = json.loads(call("--envelope").stdout)
    assert envelope["status"]["code"] == "OK" and envelope["messages"][0]["id"] == "101"
    assert call("--format", "xml").returncode == 2
    assert "OK after" in call("-v").stderr


def test_failures_are_json_where_data_is(loaded):
    done = loaded.probe("ingest", "call", GET, "-d", '{"owner":"tide","name":"no"}', "--json")
    failure = json.loads(done.stderr)
    assert set(failure) == {"code", "number", "message", "reason", "details", "peer", "elapsed_ms"}
    assert (failure["code"], failure["number"]) == ("NOT_FOUND", 5)
    usage = loaded.probe("ingest", "call", "/no/Method", "--json")
    assert usage.returncode == 2 and json.loads(usage.stderr)["reason"] == "USAGE"


@pytest.mark.parametrize("arguments", [
    ["list"], ["status"], ["vars"], ["rpcz"], ["conns"], ["limits"], ["health"],
    ["ping", "-c", "1"],
])
def test_what_is_shown_in_tables_is_there_as_json(loaded, arguments):
    done = loaded.probe("ranking", *arguments, "--json")
    assert done.returncode == 0 and done.stdout
    for line in done.stdout.splitlines():
        assert isinstance(json.loads(line), dict)


def test_watch_ends_when_the_state_is_there_and_when_the_time_is_over(loaded):
    done = loaded.probe("scoring", "watch", "--until", "SERVING")
    assert (done.returncode, done.stdout) == (0, "status: SERVING\n")
    done = loaded.probe("scoring", "watch", "--until", "NOT_SERVING", "--max-time", "300ms")
    assert done.returncode == 4
    assert loaded.probe("scoring", "watch", "--until", "HAPPY").returncode == 2
    nobody = subprocess.run([ROOT / ".build/release/tally-ingest", "probe", "watch",
                             "--addr", "127.0.0.1:1"], capture_output=True, timeout=20)
    assert nobody.returncode == 2


def test_an_interrupt_cancels_the_call_at_the_service_and_exits_with_130(loaded):
    program = ROOT / ".build/release/tally-ranking"
    running = subprocess.Popen(
        [program, "probe", "watch", "--addr", loaded.answer["services"]["ranking"]["address"]],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout.readline() == "status: SERVING\n"
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=20) == 130
    calls = [json.loads(line) for line in
             loaded.probe("ranking", "rpcz", "-n", "20", "--json").stdout.splitlines()]
    watched = [call["code"] for call in calls if call["method"].endswith("Health/Watch")]
    assert watched[0] == "CANCELLED"


def test_a_reader_that_leaves_early_is_no_failure(loaded):
    address = loaded.answer["services"]["ingest"]["address"]
    done = subprocess.run(
        f"{ROOT}/.build/release/tally-ingest probe list --addr {address} | head -n 1",
        shell=True, capture_output=True, text=True, timeout=20)
    assert done.stderr == "" and done.stdout.startswith("/tally.")


def test_bench_counts_its_calls_and_misses_thresholds(loaded):
    def bench(*options):
        return loaded.probe("scoring", "bench", "/tally.health.v1.Health/Check", "-n", "200",
                            "-c", "4", *options)
    result = json.loads(bench("--json", "--connections", "2").stdout)
    assert (result["calls"], result["codes"]) == (200, {"OK": 200})
    rows = bench("-O", "csv").stdout.splitlines()
    assert rows[0] == "from_us,to_us,calls"
    assert sum(int(row.split(",")[2]) for row in rows[1:]) == 200
    assert bench("--max-p99", "0ms").returncode == 3
    assert bench("--connections", "0").returncode == 2


@pytest.mark.parametrize("service", SERVICES)
def test_completion_is_a_script_that_knows_the_commands(service):
    program = ROOT / ".build/release" / f"tally-{service}"
    script = subprocess.run([program, "completion", "bash"], capture_output=True, text=True,
                            check=True).stdout
    words = subprocess.run(
        ["bash", "-c", script + f"""
COMP_WORDS=(tally-{service} probe he); COMP_CWORD=2; _tally_{service}; echo "${{COMPREPLY[@]}}"
COMP_WORDS=(tally-{service} probe call /tally.health.v1.Health/Ch); COMP_CWORD=3
_tally_{service}; echo "${{COMPREPLY[@]}}"
"""], capture_output=True, text=True, check=True).stdout.splitlines()
    assert words == ["health", "/tally.health.v1.Health/Check"]
    assert subprocess.run([program, "completion", "tcsh"], capture_output=True).returncode == 2


def test_drain_waits_until_the_service_has_stopped(loaded):
    pid = loaded.pid("scoring")
    done = loaded.probe("scoring", "drain", "--grace", "5s")
    assert done.returncode == 0 and "stopped" in done.stderr
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    loaded.up()


def test_get_shows_what_http_answers(loaded):
    done = loaded.probe("gateway", "get", "/api/v1/stats")
    assert done.returncode == 0 and json.loads(done.stdout)["repositories"] >= 3
    missing = loaded.probe("gateway", "get", "/api/v1/leaderboard/no/body")
    assert missing.returncode == 1 and json.loads(missing.stdout)["status"] == 404
    assert loaded.probe("gateway", "get", "stats").returncode == 2


def test_ws_logs_follows_the_relay_until_it_is_interrupted(loaded):
    program = ROOT / ".build/release/tally-gateway"
    running = subprocess.Popen(
        [program, "probe", "ws-logs", "service=ingest", "--addr",
         loaded.answer["services"]["gateway"]["address"]],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert json.loads(running.stdout.readline())["type"] == "hello"
    assert json.loads(running.stdout.readline())["service"] == "ingest"
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=20) == 130
    refused = loaded.probe("gateway", "ws-logs", "cursor=nonsense")
    assert refused.returncode == 1 and "400" in refused.stderr


def test_a_probe_ends_with_its_code_while_its_connection_is_being_closed(loaded):
    for _ in range(60):
        refused = loaded.probe("gateway", "ws-logs", "cursor=nonsense")
        assert refused.returncode == 1


def test_bench_ends_in_time_and_says_what_never_began(loaded):
    def bench(rate, *options):
        done = loaded.probe("scoring", "bench", "/tally.health.v1.Health/Check", "--rps", rate,
                            "-z", "1s", "--json", *options)
        return done.returncode, json.loads(done.stdout)
    code, result = bench("50", "-c", "4", "--max-p99", "10s")
    assert (code, result["calls"], result["not_begun"]) == (0, 50, 0)
    # One caller can never make a million calls in a second: what it did not begin is told, and no
    # percentile of the rest is believed.
    code, result = bench("1000000", "-c", "1", "--max-p99", "10s")
    assert result["not_begun"] > 0 and result["calls"] + result["not_begun"] == 1_000_000
    assert code == 3


def test_conns_show_streams_and_channels(loaded):
    def conns(service, *options):
        done = loaded.probe(service, "conns", "--json", *options)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]
    # Ranking follows scoring: a stream that is always open.
    own = [c for c in conns("ranking") if c["side"] == "client"]
    assert [c["channel"] for c in own] == ["scoring"]
    assert own[0]["breaker"] == "closed" and own[0]["state"] == "open"
    streams = [s for s in conns("ranking", "--streams") if s["side"] == "client"]
    assert [s["kind"] for s in streams] == ["bidirectional"]
    assert streams[0]["method"].startswith("/tally.scoring.v1.Scores/")
    assert streams[0]["receive_credit"] > 0
    theirs = [s for s in conns("scoring", "--streams")
              if s["side"] == "server" and s["method"] == streams[0]["method"]]
    assert len(theirs) == 1 and theirs[0]["send_credit"] > 0
    channels = conns("gateway", "--channels")
    assert {c["channel"] for c in channels} >= {"ingest", "scoring", "ranking"}
    assert all(c["balancing"] == "power_of_two" and c["retry_tokens"] <= 100 for c in channels)
    table = loaded.probe("ranking", "conns").stdout.splitlines()
    assert table[0].split() == [
        "side", "channel", "peer", "agent", "state", "age_s", "calls", "queued", "sent", "breaker",
        "latency_us", "retry_ms", "last_error"]


def test_metrics_are_the_same_from_probe_and_page(loaded):
    def names(lines):
        return {line.split("{")[0].split(" ")[0] for line in lines if not line.startswith("#")}
    page = loaded.get("/metrics")[2].decode().splitlines()
    shown = names(page)
    assert shown >= {
        "rpc_client_call_duration_seconds_count", "rpc_client_queue_duration_seconds_count",
        "rpc_client_attempts_total", "rpc_client_connections", "rpc_client_breakers",
        "rpc_client_retry_tokens", "rpc_client_calls_in_flight", "rpc_client_sent_bytes_total",
        "rpc_client_received_bytes_total", "rpc_client_stalls_total",
        "rpc_server_connections", "rpc_server_calls_in_flight", "rpc_server_sent_bytes_total",
        "rpc_server_other_schemas_total", "process_resident_memory_bytes", "health_serving"}
    probed = names(loaded.probe("gateway", "vars").stdout.splitlines())
    assert shown <= probed
    # The page is for everybody: where the services are is not.
    assert not any("127.0.0.1" in line for line in page)


# Probes of nobody, and of services that answer what they should not

CHECK = "/tally.health.v1.Health/Check"
FAILURE = {"code", "number", "message", "reason", "details", "peer", "elapsed_ms"}


def alone(*arguments, address="127.0.0.1:1", **options):
    """Runs a probe of an address at which nobody listens, unless another one is given."""
    return subprocess.run(
        [ROOT / ".build/release/tally-ingest", "probe", *arguments, "--addr", address],
        **{"stdout": subprocess.PIPE, **options}, stderr=subprocess.PIPE, text=True, timeout=30)


def failure(done):
    """The one JSON object that a probe wrote to standard error."""
    parsed = json.loads(done.stderr)
    assert set(parsed) == FAILURE
    return parsed


class Caller(plain_rpc.Client):
    """The other end of a connection that was accepted."""

    def __init__(self, accepted):
        self.socket = accepted

    def serve(self, flags, header, body):
        self.read(len(PREFACE))
        limits = {3: 65536, 4: 16384, 5: 4 << 20, 6: 256, 7: 262144}
        hello = text(1, "odd/1") + b"".join(number(*limit) for limit in limits.items())
        self.send(PREFACE + frame(HELLO, 0, 0, hello))
        while True:
            kind, _, stream, _, _ = self.frame()
            if kind == REQUEST:
                self.send(frame(STATUS, END | flags, stream, header, body))


@contextlib.contextmanager
def answering(body=b"", code=0):
    """A service that answers each call alike, and no PING; its address."""
    flags, header = (NO_MESSAGE, number(1, code) + text(2, "no")) if code else (0, b"")

    def serve(accepted):
        with accepted, contextlib.suppress(OSError, EOFError):
            Caller(accepted).serve(flags, header, body)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(
                    target=serve, args=[listener.accept()[0]], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield "127.0.0.1:%d" % listener.getsockname()[1]


def test_ready_and_watch_say_whether_nobody_was_there_or_nobody_serves():
    for verb in [["ready", "--wait", "200ms"], ["watch"]]:
        done = alone(*verb, "--json")
        assert (done.returncode, done.stdout) == (2, "")
        assert failure(done)["reason"] == "CONNECT_REFUSED"
        words = alone(*verb)
        assert words.returncode == 2 and words.stderr.startswith("UNAVAILABLE")
    ready = ["ready", "--wait", "200ms"]
    with answering(code=13) as address:
        done = alone(*ready, "--json", address=address)
        assert (done.returncode, failure(done)["code"]) == (3, "INTERNAL")
    with answering(number(1, 2)) as address:
        done = alone(*ready, "--json", address=address)
        assert (done.returncode, failure(done)["reason"]) == (4, "NOT_SERVING")
        assert alone(*ready, address=address).stderr.startswith("not ready")


@pytest.mark.parametrize("arguments, code", [
    (["dance"], 2), ([], 2), (["health", "--colour", "red"], 1), (["call"], 2),
    (["describe", "no.Message"], 2), (["bench", GET, "-c", "0"], 2), (["ping", "-c", "x"], 2),
    (["list", "extra"], 2), (["health", "--grace", "5s"], 1),
    (["conns", "--streams", "--channels"], 2),
])
def test_wrong_usage_is_json_where_data_is(arguments, code):
    done = alone(*arguments, "--json")
    assert (done.returncode, done.stdout) == (code, "")
    assert (failure(done)["reason"], failure(done)["number"]) == ("USAGE", 3)
    words = alone(*arguments)
    assert (words.returncode, words.stdout) == (code, "") and "usage: " in words.stderr


def described(*symbol):
    done = alone("describe", *symbol, "--json")
    assert done.returncode == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_describe_gives_one_object_a_symbol():
    [service] = described("tally.health.v1.Health")
    assert (service["name"], service["kind"]) == ("tally.health.v1.Health", "service")
    [method] = described(CHECK)
    assert method == {
        "name": CHECK, "kind": "method", "request": "tally.health.v1.HealthCheckRequest",
        "response": "tally.health.v1.HealthCheckResponse", "streams_requests": False,
        "streams_responses": False, "idempotency": "noSideEffects"}
    assert method in service["methods"]
    assert [m["streams_responses"] for m in service["methods"]] == [False, True, False]
    [message] = described("tally.health.v1.HealthCheckResponse")
    assert message["kind"] == "message"
    status = message["fields"][0]
    assert status == {
        "number": 1, "name": "status", "json_name": "status", "repeated": False, "oneof": None,
        "type": "tally.health.v1.HealthCheckResponse.ServingStatus"}
    [known] = described(status["type"])
    assert known["kind"] == "enum" and {"number": 1, "name": "SERVING"} in known["values"]
    everything = described()
    assert service in everything and len(everything) > 1
    assert json.loads(alone("describe", CHECK, "--template", "--json").stdout) == {"service": ""}


@pytest.mark.parametrize("options", [
    [], ["--format", "jsonl"], ["--format", "text"], ["--envelope"],
])
@pytest.mark.parametrize("method", [GET, "/tally.health.v1.Health/Watch"])
def test_a_reply_that_does_not_parse_is_an_internal_error(method, options):
    with answering(b"\x0a\xff") as address:
        done = alone("call", method, *options, "--json", address=address)
        words = alone("call", method, *options, address=address)
    assert (done.returncode, words.returncode) == (64 + 13, 64 + 13)
    assert failure(done)["code"] == "INTERNAL" and failure(done)["peer"] == address
    assert words.stderr.startswith("INTERNAL")
    if "--envelope" in options:
        assert json.loads(done.stdout)["status"]["code"] == "INTERNAL"
    else:
        assert done.stdout == ""


def test_ping_limits_bench_and_drain_end_with_1_when_nobody_answers():
    for verb in [["ping"], ["limits"], ["bench", CHECK], ["drain"]]:
        done = alone(*verb, "--json")
        assert (done.returncode, done.stdout) == (1, ""), verb
        assert failure(done)["reason"] == "CONNECT_REFUSED"
    with answering(code=13) as address:
        silent = alone("ping", "-c", "1", "--max-time", "200ms", "--json", address=address)
        assert (silent.returncode, failure(silent)["code"]) == (1, "DEADLINE_EXCEEDED")
        failed = alone("bench", CHECK, "-n", "20", "--json", address=address)
        assert (failed.returncode, json.loads(failed.stdout)["codes"]) == (1, {"INTERNAL": 20})


@pytest.mark.parametrize("capture", [
    frame(HELLO, 0, 0, text(1, "cut"))[:-1], frame(HELLO, 0, 0, text(1, "x")) + b"\0" * 12,
], ids=["cut", "broken"])
def test_a_capture_that_is_cut_or_broken_is_told_of_as_json(tmp_path, capture):
    file = tmp_path / "capture"
    file.write_bytes(PREFACE + capture)
    for flag in ["--json", "--jsonl"]:
        done = alone("decode", file, flag)
        assert done.returncode == 1
        assert json.loads(done.stdout.splitlines()[0])["type"] == "PREFACE"
        assert failure(done)["code"] == "DATA_LOSS" and "at " in failure(done)["message"]
        assert failure(done)["peer"] == ""
        assert failure(alone("decode", tmp_path / "absent", flag))["reason"] == "USAGE"
    assert alone("decode", file).stderr.startswith("at ")


def test_captures_and_bodies_may_be_megabytes(tmp_path):
    capture, body = tmp_path / "capture", tmp_path / "body"
    capture.write_bytes(PREFACE + frame(MESSAGE, 0, 1, b"", bytes(60_000)) * 90)
    done = alone("decode", capture, "--json")
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 91
    body.write_text(json.dumps({"service": "a" * 3_000_000}))
    with answering(number(1, 1)) as address:
        assert alone("call", CHECK, "-d", f"@{body}", address=address).returncode == 0


def test_bench_says_that_nothing_came_after_the_warm_up():
    with answering() as address:
        done = alone("bench", CHECK, "-n", "20", "--warmup", "5s", address=address)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("no call came after the warm-up")


def test_bench_names_missed_thresholds_in_its_result():
    with answering() as address:
        def bench(*options):
            return alone("bench", CHECK, "-n", "20", *options, address=address)
        held = bench("--json", "--max-p99", "20s")
        assert (held.returncode, json.loads(held.stdout)["missed"]) == (0, [])
        missed = bench("--json", "--max-p99", "0ms")
        assert (missed.returncode, missed.stderr) == (3, "")
        [words] = json.loads(missed.stdout)["missed"]
        assert words.startswith("p99 is ")
        assert "missed: p99 is " in bench("--max-p99", "0ms").stderr
        # Rows have no place for it.
        rows = bench("--json", "-O", "csv", "--max-p99", "0ms")
        assert (rows.returncode, failure(rows)["reason"]) == (3, "THRESHOLD_MISSED")


@pytest.mark.parametrize("arguments", [
    ["list"], ["describe", CHECK], ["list", "--help"], ["--help"],
])
def test_output_that_cannot_be_written_is_a_failure(arguments):
    with open("/dev/full", "w") as full:
        done = alone(*arguments, "--json", stdout=full)
        words = alone(*arguments, stdout=full)
    assert (done.returncode, failure(done)["reason"]) == (1, "OUTPUT")
    assert words.returncode == 1 and "No space left on device" in words.stderr


def test_a_reader_that_has_gone_is_no_failure():
    # With the signal for it, and in a process where nobody gets it.
    for signalled in [True, False]:
        reading, writing = os.pipe()
        os.close(reading)
        done = alone("list", "--json", stdout=writing, restore_signals=signalled)
        os.close(writing)
        assert done.stderr == "" and done.returncode == (-signal.SIGPIPE if signalled else 0)


def test_drain_and_verify_write_failures_alone_to_standard_error_where_data_is_json():
    # This process is asked to stop, and does not; elsewhere its port alone can be watched.
    for host, still in [(socket.gethostname(), "process "), ("elsewhere", "127.0.0.1:")]:
        with answering(text(3, f"{host}:{os.getpid()}:1")) as address:
            done = alone("drain", "--grace", "0s", "--json", address=address)
            assert (done.returncode, failure(done)["reason"]) == (4, "GRACE")
            words = alone("drain", "--grace", "0s", address=address).stderr.splitlines()
        assert words[0].startswith("draining")
        assert words[-1].startswith(f"the grace has passed, and {still}")
    broken = text(1, "I1") + text(5, "row 7") + text(6, "scoring is away")
    finding = plain_rpc.varint(1 << 3 | 2) + plain_rpc.varint(len(broken)) + broken
    with answering(finding) as address:
        done = alone("verify", "--json", address=address)
        assert (done.returncode, done.stderr) == (1, "")
        assert json.loads(done.stdout)["violations"] == ["row 7"]
        assert "I1: row 7" in alone("verify", address=address).stderr
