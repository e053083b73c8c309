"""Formulas, links, opt-outs, other windows and the checks, over HTTP and by the probes."""
import csv
import io
import json
import time

import counting
import pytest
from counting import COUNTERS, window_days
from tally import rows

REPOSITORIES = {"tide/harbor": 101, "tide/lantern": 102, "moss/bracken": 103}


@pytest.fixture
def tally(start, written):
    tally = start(written.folder)
    tally.load(list(REPOSITORIES), *written.range)
    return tally


def wait(check, seconds=60):
    """The first true answer of a check, within a time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = check()
        if answer:
            return answer
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def put(tally, path, body=None):
    status, _, answer = tally.get("/api/v1" + path, method="PUT", body=body)
    assert status in (200, 202, 204), answer
    return answer


def verified(tally):
    """Every invariant of every service holds; what is stored has been looked at."""
    for service in ("ingest", "scoring", "ranking"):
        done = tally.probe(service, "verify")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "holds" in done.stdout and "BROKEN" not in done.stdout


def formula(**weights):
    usual = dict(zip(COUNTERS, [10, 15, 25, 20, 8, 5, 3, 30, 0.01, 0.005]))
    return {"name": "fair", "weights": usual | weights, "cap": 1000}


def test_flt_26_a_formula_moves_every_board_and_a_preview_says_how(tally, counted, monkeypatch):
    """FLT-26: a formula moves every board and a preview says how."""
    _, before = tally.board("global")
    document = formula(commits=0, comments=50)
    status, _, body = tally.get("/api/v1/config/scoring/preview?limit=1000", method="POST",
                                body=document)
    assert status == 200, body
    preview = json.loads(body)
    assert tally.board("global")[1] == before
    put(tally, "/config/scoring", document)
    board = wait(lambda: (b := tally.board("global"))[0]["formula"]["name"] == "fair" and b)
    monkeypatch.setitem(counting.WEIGHTS, "commits", 0)
    monkeypatch.setitem(counting.WEIGHTS, "comments", 50_000)
    assert rows(board[1]) == counted.board()
    for scope, number in REPOSITORIES.items():
        assert rows(tally.board(scope)[1]) == counted.board(number)
    now = {e["user"]["id"]: e["rank"] for e in board[1]}
    moved = {e["user"]["id"]: now[e["user"]["id"]] for e in before
             if now[e["user"]["id"]] != e["rank"]}
    assert {c["user"]["id"]: c["new_rank"] for c in preview["changes"]} == moved
    assert preview["changed"] == len(moved)
    # The former version is computed for whoever asks for it.
    assert rows(tally.board("global", formula="default")[1]) == rows(before)
    states = {f["name"]: f["state"] for f in tally.json("/api/v1/config/scoring")["formulas"]}
    assert states == {"default": "stored", "fair": "active"}
    verified(tally)


@pytest.mark.parametrize("change, word", [
    ({"weights": {}}, "weights"), ({"cap": -1}, "cap"), ({"name": "a/b"}, "name"),
    ({"colour": 1}, "colour"), ({"version": 0}, "version"),
    ({"weights": formula(commits=10**12)["weights"]}, "weights.commits"),
    ({"weights": formula(commits=0.0001)["weights"]}, "weights.commits"),
    ({"weights": formula(commits=-1)["weights"]}, "weights.commits"),
    ({"weights": formula(commits="NaN")["weights"]}, "weights.commits"),
])
def test_bad_13_a_formula_that_is_none_is_refused_and_the_active_one_stays(loaded, change, word):
    """BAD-13: a formula that is none is refused and the active one stays."""
    for method, path in (("PUT", ""), ("POST", "/preview")):
        status, _, body = loaded.get("/api/v1/config/scoring" + path, method=method,
                                     body=formula() | change)
        problem = json.loads(body)
        assert (status, problem["code"]) == (400, "invalid_parameter")
        assert problem["detail"].startswith(word)
    active = [f for f in loaded.json("/api/v1/config/scoring")["formulas"] if f["active"]]
    assert [f["name"] for f in active] == ["default"]


def test_flt_25_linked_accounts_are_one_person_and_unlinked_as_before(tally):
    """FLT-25: linked accounts are one person and unlinked as before."""
    _, before = tally.board("global")
    first, second = (e["user"]["username"] for e in before[:2])
    answer = json.loads(put(tally, f"/contributors/{first}/links/{second}",
                            {"author": "meg", "reason": "one person"}))
    assert answer["linked_usernames"] == [second]
    linked = wait(lambda: len(b := tally.board("global")[1]) == len(before) - 1 and b)
    assert linked[0]["user"]["username"] == first
    assert [linked[0]["counts"][c] for c in COUNTERS] \
        == [sum(e["counts"][c] for e in before[:2]) for c in COUNTERS]
    assert tally.json(f"/api/v1/contributors/{second}")["user"]["username"] == first
    done = tally.probe("scoring", "decisions", second)
    assert "meg" in done.stdout and "one person" in done.stdout
    verified(tally)
    status, _, _ = tally.get(f"/api/v1/contributors/{first}/links/{second}", method="DELETE")
    assert status == 200
    wait(lambda: rows(tally.board("global")[1]) == rows(before))


def test_flt_27_who_opts_out_is_gone_everywhere_and_back_again(tally):
    """FLT-27: who opts out is gone everywhere and back again."""
    board, before = tally.board("global")
    person = before[0]["user"]["username"]
    pinned = board["generation"]
    put(tally, f"/contributors/{person}/opt-out", {"reason": "asked by mail"})
    after = wait(lambda: len(b := tally.board("global")[1]) == len(before) - 1 and b)
    assert [(e["user"]["id"], e["counts"], e["total_score"]) for e in after] \
        == [(e["user"]["id"], e["counts"], e["total_score"]) for e in before[1:]]
    base = "/api/v1/leaderboard/"
    for scope in ["global", *REPOSITORIES]:
        for query in ("", "?bots=include", "?window=7d", f"?q={person}"):
            assert person.encode() not in tally.get(f"{base}{scope}{query}")[2]
        for form in ("csv", "jsonl"):
            lines = tally.get(f"{base}{scope}.{form}")[2].decode()
            assert f",{person}," not in lines and f'"{person}"' not in lines
    assert f'"{person}"'.encode() not in tally.get(f"{base}global?generation={pinned}")[2]
    for path in ("", "/repositories", "/activity", "/explain"):
        assert tally.get(f"/api/v1/contributors/{person}{path}")[0] == 404
    for service in ("ingest", "scoring", "ranking"):
        words = tally.probe(service, "logs").stdout.replace('"', " ").split()
        assert person not in words
    verified(tally)
    assert tally.get(f"/api/v1/contributors/{person}/opt-out", method="DELETE")[0] == 204
    wait(lambda: rows(tally.board("global")[1]) == rows(before))


def test_boards_of_any_days_are_what_the_events_give(loaded, counted, written):
    first, last = written.range
    ranges = [f"{first}..{last}", f"{last}..{last}", last[:4], last[:7],
              f"{last[:4]}-Q{(int(last[5:7]) + 2) // 3}"]
    for window in ranges:
        since, until = days_of(window)
        for scope in ["global", *REPOSITORIES]:
            board, entries = loaded.board(scope, window=window)
            assert rows(entries) == counted.board(REPOSITORIES.get(scope), since, until)
            assert (board["window"], board["since"], board["until"]) == (window, since, until)
    _, entries = loaded.board("global", window="7d", as_of=last)
    since, until = window_days("7d", __import__("datetime").date.fromisoformat(last))
    assert rows(entries) == counted.board(None, since, until)


def days_of(window):
    if ".." in window:
        return tuple(window.split(".."))
    year = window[:4]
    if len(window) == 4:
        return f"{year}-01-01", f"{year}-12-31"
    months = [int(window[5:])] if window[5] != "Q" else range(
        3 * int(window[6]) - 2, 3 * int(window[6]) + 1)
    import calendar
    last = calendar.monthrange(int(year), max(months))[1]
    return f"{year}-{min(months):02}-01", f"{year}-{max(months):02}-{last}"


@pytest.mark.parametrize("query, word", [
    ("window=2025-Q5", "window"), ("window=2025-02-02..2025-02-01", "window"),
    ("window=8d", "window"), ("as_of=2025-02-30", "as_of"), ("formula=a/b/c", "formula"),
    ("window=2025&as_of=2025-01-01", "as_of"),
])
def test_bad_06_a_board_that_cannot_be_is_refused_by_name(loaded, query, word):
    """BAD-06: a board that cannot be is refused by name."""
    status, _, body = loaded.get(f"/api/v1/leaderboard/global?{query}")
    assert status == 400
    assert word in json.loads(body)["detail"]


def test_a_generation_that_is_not_kept_and_a_formula_that_is_not_stored_are_said_so(loaded):
    status, _, body = loaded.get("/api/v1/leaderboard/global?generation=99999")
    assert (status, json.loads(body)["code"]) == (410, "generation_gone")
    status, _, body = loaded.get("/api/v1/leaderboard/global?window=2024&generation=1")
    assert (status, json.loads(body)["code"]) == (410, "generation_gone")
    status, _, body = loaded.get("/api/v1/leaderboard/global?formula=nobody")
    assert (status, json.loads(body)["code"]) == (404, "formula_not_found")


def test_boards_side_by_side_share_who_stands_on_two(loaded):
    names = list(REPOSITORIES)
    answer = loaded.json("/api/v1/leaderboard/compare?limit=5&repositories=" + ",".join(names))
    boards = {name: loaded.board(name)[1] for name in names}
    for name, part in zip(names, answer["boards"]):
        assert part["board"]["repository"] == name
        assert part["entries"] == boards[name][:5]
    places = {}
    for name in names:
        for entry in boards[name]:
            places.setdefault(entry["user"]["id"], []).append((name, entry["rank"]))
    shared = {number: p for number, p in places.items() if len(p) > 1}
    assert answer["shared_total"] == len(shared)
    for person in answer["shared"]:
        assert [(p["repository"], p["rank"]) for p in person["places"]] \
            == shared[person["user"]["id"]]
    for query, status in (("", 400), ("?repositories=a/b", 400), ("?repositories=a/b,a/b", 400),
                          ("?repositories=a/b,c/d", 404)):
        assert loaded.get("/api/v1/leaderboard/compare" + query)[0] == status


def test_an_export_is_the_whole_board_in_order(loaded):
    for query in ("", "?window=2020-01-01..2030-12-31", "?bots=include"):
        status, _, body = loaded.get(f"/api/v1/leaderboard/global.csv{query}")
        lines = list(csv.DictReader(io.StringIO(body.decode())))
        options = dict(p.split("=") for p in query.lstrip("?").split("&") if p)
        _, entries = loaded.board("global", **options)
        assert [(int(line["rank"]), line["username"]) for line in lines] \
            == [(e["rank"], e["user"]["username"]) for e in entries]


def test_bad_08_who_and_why_are_text_and_have_limits(loaded):
    """BAD-08: who and why are text and have limits."""
    person = loaded.board("global")[1][0]["user"]["username"]
    for body in ({"author": "x" * 101}, {"reason": "x" * 501}, {"author": 5}, {"colour": "red"}):
        status, _, answer = loaded.get(f"/api/v1/contributors/{person}/opt-out", method="PUT",
                                       body=body)
        assert status == 400
        assert list(body)[0] in json.loads(answer)["detail"]
    for path in (f"/contributors/{person}/links/{person}", f"/contributors/nobody-0/opt-out",
                 f"/contributors/{person}/links/nobody-0"):
        assert loaded.get("/api/v1" + path, method="PUT")[0] in (400, 404)


def test_a_rebuild_from_nothing_finds_nothing_to_change(loaded):
    done = loaded.probe("ranking", "rebuild")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == "0"
    verified(loaded)


def test_flt_35_boards_are_compared_with_scores_and_a_neighbour_away_is_no_alarm(tally):
    """FLT-35: what a service holds is compared with its neighbour's, at the same number."""
    done = tally.probe("ranking", "verify", "--json")
    assert done.returncode == 0, done.stderr
    compared = json.loads(done.stdout.splitlines()[-1])
    assert "scoring" in compared["promise"] and compared["checked"] >= 2 + len(REPOSITORIES)
    tally.kill("scoring")
    done = tally.probe("ranking", "verify")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "unknown" in done.stdout and "BROKEN" not in done.stdout
    assert "could not compare: scoring answers UNAVAILABLE" in done.stderr
    tally.up()
    verified(tally)
