"""Crashes, restarts, cuts, slow and full disks: the same numbers, and no board that is half of one.

A case's number is that of the list of faults; behind each the invariants are looked at.
"""
import datetime
import json
import os
import resource
import socket
import subprocess
import time

import pytest
from plain_rpc import MESSAGE, NO_MESSAGE, REQUEST, Client, frame, number, text, varint
from supervisor import BoardReader, Supervisor, Wire, dice, invariants, until
from tally import SERVICES, Tally, rows

NAMES = ["tide/harbor", "tide/lantern", "moss/bracken"]


@pytest.fixture
def fresh(start, written):
    """Four services on the written archive, with nothing loaded yet."""
    tally = start(written.folder)
    tally.up()
    return Supervisor(tally)


@pytest.fixture(scope="module")
def running(tmp_path_factory, written):
    """The same for the cases that need no empty database, one after the other."""
    tally = Tally(tmp_path_factory.mktemp("faults") / "home", written.folder)
    tally.load(NAMES, *written.range)
    yield Supervisor(tally)
    tally.down("--erase")


def load(running, written, names=NAMES):
    for name in names:
        done = running.tally.probe("ingest", "scrape", name, "--since", written.range[0],
                                   "--until", written.range[1], "--force", "--json")
        assert done.returncode == 0, done.stderr


def expect_exact(running, counted, names=NAMES):
    running.wait(names)
    assert rows(running.tally.board("global")[1]) == counted.board()
    assert invariants(running) == []


def test_FLT_06_a_hundred_kills_at_random_moments_leave_exact_numbers(fresh, written, counted):
    """FLT-06: a hundred kills at random moments leave exact numbers."""
    rng = dice("a hundred kills")
    kills = int(os.environ.get("TALLY_KILLS", "100"))
    load(fresh, written)
    with BoardReader(fresh.tally) as reader:
        for turn in range(kills):
            if turn % 4 == 0:
                fresh.scrape(rng.choice(NAMES), *written.range)
            fresh.restart(rng.choice(SERVICES))
            time.sleep(rng.uniform(0, 0.1))
        fresh.ready()
        fresh.wait(NAMES)
    assert reader.wrong == [] and reader.read > 0
    expect_exact(fresh, counted)


def test_FLT_09_postgres_restarted_in_the_middle_of_everything(fresh, written, counted):
    """FLT-09: postgres restarted in the middle of everything."""
    load(fresh, written)
    with BoardReader(fresh.tally) as reader:
        for _ in range(3):
            fresh.scrape(NAMES[0], *written.range)
            fresh.postgres("restart", "-m", "immediate")
            time.sleep(0.3)
        fresh.ready()
        fresh.wait(NAMES)
    assert reader.wrong == [] and reader.read > 0
    expect_exact(fresh, counted)


def test_FLT_11_a_database_that_only_reads_refuses_writes_and_recovers(running, written, counted):
    """FLT-11: a database that only reads refuses writes and recovers."""
    load(running, written)
    running.wait(NAMES)
    running.sql("alter system set default_transaction_read_only = on; select pg_reload_conf()")
    until(lambda: running.scrape(NAMES[0], *written.range) is None)
    status, headers, body = running.tally.get(
        f"/api/v1/repositories/{NAMES[0]}/scrape", method="POST", body={})
    assert (status, json.loads(body)["code"]) == (503, "service_unavailable")
    assert int(headers["Retry-After"]) >= 1
    assert rows(running.tally.board("global")[1]) == counted.board()
    sessions = "select sessions from pg_stat_database where datname = 'tally'"
    before = int(running.sql(sessions)[0][0])
    time.sleep(3)
    # Three services may look again a few times a second, not as fast as they can.
    assert int(running.sql(sessions)[0][0]) - before < 60
    running.sql("set default_transaction_read_only = off; "
                "alter system reset default_transaction_read_only; select pg_reload_conf()")
    until(lambda: running.scrape(NAMES[0], *written.range))
    expect_exact(running, counted)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of some megabytes that Postgres may use."""
    if os.geteuid() != 0:
        pytest.skip("only root mounts a small disk")
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=0777", "tmpfs", place], check=True)
    data = place / "data"
    data.mkdir()
    subprocess.run(["chown", "postgres:", data], check=True)
    for folder in [tmp_path, *list(tmp_path.parents)[:3]]:
        folder.chmod(folder.stat().st_mode | 0o011)
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_FLT_12_a_full_disk_pauses_the_job_and_room_lets_it_go_on(
        running, written, counted, small_disk):
    """FLT-12: a full disk pauses the job and room lets it go on."""
    running.sql(f"create tablespace small location '{small_disk}/data';")
    for table in ["activity", "coverage_days", "coverage", "pull_facts", "scrape_jobs"]:
        running.sql(f"alter table ingest.{table} set tablespace small")
    with open(small_disk / "ballast", "wb") as file:
        try:
            while True:
                file.write(bytes(65536))
                file.flush()
        except OSError:
            pass
    for name in NAMES:
        running.tally.probe("ingest", "scrape", name, "--since", written.range[0],
                            "--until", written.range[1])
    time.sleep(3)
    assert running.tally.probe("ingest", "status").returncode == 0
    (small_disk / "ballast").unlink()
    for name in NAMES:
        until(lambda: running.tally.probe(
            "ingest", "scrape", name, "--since", written.range[0],
            "--until", written.range[1]).returncode == 0)
    expect_exact(running, counted)
    for table in ["activity", "coverage_days", "coverage", "pull_facts", "scrape_jobs"]:
        running.sql(f"alter table ingest.{table} set tablespace pg_default")


def test_FLT_13_no_connection_to_be_had_and_statements_that_take_too_long(
        running, written, counted):
    """FLT-13: no connection to be had and statements that take too long."""
    load(running, written)
    for role in ["tally_ingest", "tally_scoring", "tally_ranking"]:
        running.sql(f"alter role {role} connection limit 0; select pg_terminate_backend(pid) "
                    f"from pg_stat_activity where usename = '{role}'")
    until(lambda: running.tally.get("/readyz")[0] == 503)
    assert running.tally.get("/healthz")[0] == 200
    for role in ["tally_ingest", "tally_scoring", "tally_ranking"]:
        running.sql(f"alter role {role} connection limit -1")
    running.ready()
    running.sql("alter role tally_scoring set statement_timeout = '1ms'; select "
                "pg_terminate_backend(pid) from pg_stat_activity where usename = 'tally_scoring'")
    running.scrape(NAMES[0], *written.range)
    time.sleep(2)
    running.sql("alter role tally_scoring reset statement_timeout; select "
                "pg_terminate_backend(pid) from pg_stat_activity where usename = 'tally_scoring'")
    expect_exact(running, counted)


def slow_commits(running, seconds):
    running.sql(f"""
        create or replace function ingest.tarry() returns trigger language plpgsql as $$
          begin perform pg_sleep({seconds}); return null; end $$;
        create constraint trigger tarry after insert or update on ingest.coverage_days
          deferrable initially deferred for each row execute function ingest.tarry()""")


def test_FLT_14_commits_of_two_seconds_lose_no_lease(running, written, counted):
    """FLT-14: commits of two seconds lose no lease."""
    slow_commits(running, 2)
    load(running, written, NAMES[:1])
    running.wait(NAMES[:1], 120)
    attempts = "select attempt from ingest.scrape_jobs order by created_at desc limit 1"
    assert running.sql(attempts) == [["1"]]
    assert running.memory_peak("ingest") < 256 << 20
    running.sql("drop trigger tarry on ingest.coverage_days")
    expect_exact(running, counted)


def test_FLT_31_a_source_faster_than_the_database_is_held(running, written, counted):
    """FLT-31: a source faster than the database is held."""
    slow_commits(running, 0.2)
    load(running, written)
    seen = []
    while not running.finished(NAMES):
        jobs = running.tally.json("/api/v1/jobs?page_size=3")["jobs"]
        seen.append(sum(job["progress"]["days_done"] for job in jobs))
        time.sleep(0.1)
    assert seen == sorted(seen) and len(set(seen)) > 3
    assert running.memory_peak("ingest") < 256 << 20
    running.sql("drop trigger tarry on ingest.coverage_days")
    expect_exact(running, counted)


def test_FLT_15_a_partition_without_a_word_is_found_and_healed(fresh, written, counted):
    """FLT-15: a partition without a word is found and healed."""
    wire = Wire(fresh.ends["ingest"]["rpc"])
    fresh.restart("scoring", TALLY_INGEST_ADDR=wire.address)
    fresh.ready()
    load(fresh, written, NAMES[:1])
    fresh.wait(NAMES[:1])
    wire.open.clear()
    load(fresh, written, NAMES[1:])
    before = wire.connections
    # Keepalive: silence of 30 s, and 10 s for an answer; then it connects anew.
    until(lambda: wire.connections > before, 90)
    assert not fresh.finished(NAMES)
    wire.open.set()
    expect_exact(fresh, counted)
    wire.close()


def test_FLT_16_a_feed_cut_at_ever_later_bytes_is_applied_once(fresh, written, counted):
    """FLT-16: a feed cut at ever later bytes is applied once."""
    rng = dice("cuts")
    wire = Wire(fresh.ends["ingest"]["rpc"])
    wire.cut_after = 0
    fresh.restart("scoring", TALLY_INGEST_ADDR=wire.address)
    load(fresh, written)
    until(lambda: fresh.sql("select count(*) from ingest.scrape_jobs where phase = 'scoring'")
          == [["3"]])
    end = time.monotonic() + 60
    while not fresh.finished(NAMES) and time.monotonic() < end:
        # Each connection carries a little more than the one before it.
        wire.cut_after += rng.randrange(1, 400)
        seen = wire.connections
        fresh.restart("scoring", TALLY_INGEST_ADDR=wire.address)
        until(lambda: wire.connections > seen or fresh.finished(NAMES), 20, 0.01)
        time.sleep(0.05)
    wire.cut_after = None
    fresh.restart("scoring", TALLY_INGEST_ADDR=wire.address)
    expect_exact(fresh, counted)
    wire.close()


def counters(commits):
    return number(1, commits)


def block(contributor, login, commits):
    """A tally.ingest.v1.ActivityBlock of one contributor."""
    def nested(field, data):
        return varint(field << 3 | 2) + varint(len(data)) + data
    person = number(1, contributor) + text(2, login) + nested(4, counters(commits))
    return nested(1, person)


def test_FLT_17_a_hundred_thousand_waiting_changes_are_caught_up_with_bounded_memory(fresh):
    """FLT-17: a hundred thousand waiting changes are caught up with bounded memory."""
    fresh.kill("scoring")
    content = block(4242, "patient", 1).hex()
    repositories, days = 100, 1000
    fresh.sql(f"""
        begin;
        insert into ingest.repositories (id, name, change)
          select 900000 + n, 'far/away-' || n, n from generate_series(1, {repositories}) n;
        insert into ingest.activity
            (repository_id, day, block, digest, contributors, sources, change)
          select 900000 + n, date '2020-01-01' + d, decode('{content}', 'hex'),
                 sha256(decode('{content}', 'hex')), 1, '{{}}', {repositories} + n * {days} + d
          from generate_series(0, {days - 1}) d, generate_series(1, {repositories}) n;
        update ingest.activity_feed set last_change = {repositories} + ({repositories} + 1) * {days};
        commit""")
    fresh.start("scoring")
    started = time.monotonic()
    until(lambda: fresh.tally.board("global")[1], 240, 0.5)
    until(lambda: fresh.tally.board("global")[1][0]["counts"]["commits"] == repositories * days,
          240, 0.5)
    print(f"caught up in {time.monotonic() - started:.0f} s, "
          f"{fresh.memory_peak('scoring') >> 20} MiB")
    assert fresh.memory_peak("scoring") < 256 << 20
    assert fresh.memory_peak("ingest") < 256 << 20
    assert fresh.tally.board("global")[1][0]["total_score"] == repositories * days * 10


def test_FLT_18_a_follower_that_does_not_read_slows_nobody(running, written, counted):
    """FLT-18: a follower that does not read slows nobody."""
    slow = Client(running.ends["ingest"]["rpc"])
    slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.handshake()
    start = text(1, "scoring") + text(2, "test")
    slow.send(frame(REQUEST, NO_MESSAGE, 1, text(1, "/tally.ingest.v1.Activity/Follow")))
    slow.send(frame(MESSAGE, 0, 1, body=varint(1 << 3 | 2) + varint(len(start)) + start))
    load(running, written)
    expect_exact(running, counted)
    # It may go on whenever it likes: the first batch waits for it.
    kind, _, stream, _, body = slow.frame()
    assert (kind, stream) == (MESSAGE, 1) and body
    slow.close()


def faketime():
    found = [path for path in ["/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
                               "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"]
             if os.path.exists(path)]
    assert found, "install the package faketime"
    return found[0]


@pytest.mark.parametrize("shift", ["+1d", "-1d"])
def test_FLT_28_a_service_whose_clock_is_a_day_off_changes_nothing(
        running, written, counted, shift):
    """FLT-28: a service whose clock is a day off changes nothing."""
    wrong = {"LD_PRELOAD": faketime(), "FAKETIME": shift, "DONT_FAKE_MONOTONIC": "1"}
    for service in SERVICES:
        running.restart(service, **wrong)
    running.ready()
    load(running, written)
    expect_exact(running, counted)
    board = running.tally.json("/api/v1/leaderboard/global?window=7d")["board"]
    today = running.sql("select (now() at time zone 'UTC')::date")[0][0]
    assert board["until"] == today
    assert board["since"] == str(datetime.date.fromisoformat(today) - datetime.timedelta(days=6))
    for service in SERVICES:
        running.restart(service)
    running.ready()


def test_FLT_36_used_up_descriptors_refuse_new_work_and_nothing_else(running, written, counted):
    """FLT-36: used up descriptors refuse new work and nothing else."""
    load(running, written)
    running.wait(NAMES)
    for service, address in [("gateway", running.ends["gateway"]["http"]),
                             ("ranking", running.ends["ranking"]["rpc"])]:
        pid = running.tally.pid(service)
        used = len(os.listdir(f"/proc/{pid}/fd"))
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + 20, before[1]))
        host, port = address.rsplit(":", 1)
        crowd = [socket.create_connection((host, int(port))) for _ in range(60)]
        time.sleep(1)
        busy = cpu(pid)
        time.sleep(2)
        # It waits for room; it does not spin.
        assert cpu(pid) - busy < 1.0
        for one in crowd:
            one.close()
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        running.ready()
        assert rows(running.tally.board("global")[1]) == counted.board()
    assert invariants(running) == []


def cpu(pid):
    """Seconds of processor time that a process has used."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
