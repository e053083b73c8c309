"""The archive's hours as BigQuery's day tables: the same activity, from one query."""
import concurrent.futures
import datetime
import json
import time

import pytest
from archive import REPOSITORIES, Writer
from counting import Count
from emulator import Emulator
from tally import Tally, rows

# Ten repositories; one of them once had a name that would break out of any text it is pasted into.
QUOTED = "tide/o'harbor\"`--@x\\"
NAMED = REPOSITORIES + [(200 + n, f"reef/part-{n}") for n in range(7)]
WAITS_FOR = 120


@pytest.fixture(scope="module")
def hours(tmp_path_factory):
    today = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=2)
    return Writer(tmp_path_factory.mktemp("hours"), today, days=4, events_an_hour=70, seed=7,
                  repositories=NAMED, asides={101: QUOTED}).write()


@pytest.fixture(scope="module")
def emulator(tmp_path_factory, hours):
    emulator = Emulator(tmp_path_factory.mktemp("emulator") / "log")
    emulator.load(hours.folder)
    yield emulator
    emulator.close()


@pytest.fixture(scope="module")
def tally(tmp_path_factory, hours, emulator):
    """One Tally for both tests: the first of them starts nothing."""
    tally = Tally(tmp_path_factory.mktemp("bigquery") / "home", hours.folder,
                  {"TALLY_BIGQUERY_URL": emulator.url, "TALLY_BIGQUERY_PROJECT": "payer"})
    tally.up()
    yield tally
    tally.down("--erase")


def post(tally, path, body):
    status, _, answer = tally.get(path, method="POST", body=body)
    assert status in (200, 201, 202), (status, answer)
    return json.loads(answer)


def scrape(tally, names, since, until, source):
    """Scrapes all of them at once; the jobs when they have ended."""
    body = {"since": since, "until": until, "source": source, "force": True}
    with concurrent.futures.ThreadPoolExecutor(len(names)) as pool:
        jobs = list(pool.map(
            lambda name: post(tally, f"/api/v1/repositories/{name}/scrape", body), names))
    end = time.monotonic() + WAITS_FOR
    ended = []
    for job in jobs:
        while (now := tally.json(f"/api/v1/jobs/{job['task_id']}"))["status"] != "completed":
            assert now["status"] in ("queued", "running"), now
            assert time.monotonic() < end, now
            time.sleep(0.2)
        ended.append(now)
    return ended


def asked(tally):
    """The queries that were sent, as ingest's log tells of them."""
    lines = (tally.home / "log/ingest.log").read_text().splitlines()
    records = [json.loads(line) for line in lines if line.startswith("{")]
    return [r for r in records if r.get("message") == "BigQuery is asked"]


def path(tally, name):
    return {"moss/fern": "moss/bracken"}.get(name, name)


def board(tally, name):
    return tally.board(path(tally, name), bots="include")[1]


def test_an_estimate_starts_nothing(tally, hours):
    since, until = hours.range
    plan = tally.json(
        f"/api/v1/repositories/reef/part-0/estimate?since={since}&until={until}&source=bigquery")
    assert (plan["source"], plan["days_missing"], plan["allowed"]) == ("bigquery", 4, True)
    # Five tables of 10 MiB at least: one query reads the day behind, too.
    assert plan["bytes"] == 5 * 10 * 2**20 and 0 < plan["usd"] < 0.001
    assert asked(tally) == []
    printed = tally.probe("ingest", "budget")
    assert printed.returncode == 0 and "month" in printed.stdout
    printed = tally.probe("ingest", "estimate", "reef/part-0", "--source", "bigquery")
    assert printed.returncode == 0 and "bigquery" in printed.stdout, printed.stderr


def test_src_20_src_21_day_tables_give_what_the_hours_give(tally, hours):
    """SRC-20 and SRC-21: day tables give what the hours give."""
    names = [name for _, name in NAMED]
    for name in names:
        post(tally, "/api/v1/repositories", {"repository": name, "scrape": False})
    jobs = scrape(tally, names, *hours.range, "bigquery")

    # SRC-21: ten repositories, one range of days, one query; the quoted name is a value in it.
    queries = asked(tally)
    assert [query["repositories"] for query in queries] == ["10"], queries
    assert {job["source"] for job in jobs} == {"bigquery"}
    assert {line.split(":")[0] for job in jobs for line in job["plan"]} == {"4 days from bigquery"}

    # SRC-20: against a count made by other means, row by row.
    count = Count(hours.folder)
    for number, name in NAMED:
        expected = count.board(number, *hours.range, bots=True)
        assert expected and rows(board(tally, name)) == expected, name
    fetched = {name: tally.json(f"/api/v1/repositories/{path(tally, name)}")["coverage"]
               for _, name in NAMED}

    # The archive reads the same days again: not one of them is different.
    for job in scrape(tally, names, *hours.range, "archive"):
        assert job["progress"]["days_done"] == 4 and job["source"] == "archive"
        log = tally.json(f"/api/v1/jobs/{job['id']}/logs")
        assert "completed: nothing changed on the boards" in json.dumps(log), log
    for name, coverage in fetched.items():
        assert tally.json(f"/api/v1/repositories/{path(tally, name)}")["coverage"] == coverage

    # The name with quotes is among the repository's names by now, and goes with the next query.
    again = scrape(tally, ["tide/harbor"], *hours.range, "bigquery")
    assert again[0]["status"] == "completed" and len(asked(tally)) == 2
    assert rows(board(tally, "tide/harbor")) == count.board(101, *hours.range, bots=True)

    budget = tally.json("/api/v1/budget")
    assert budget["configured"] and budget["day"]["queries"] == 2
    assert budget["queued"]["jobs"] == 0 and budget["promised"]["bytes"] == 0
