"""Real recorded events, where they lie beside the checkout."""
import collections
import csv
import subprocess
import sys

import pytest
from counting import COUNTERS, Count
from tally import rows


@pytest.mark.parametrize("repository, number, since, until", [
    ("duckdb/duckdb", 138754790, "2023-04-01", "2023-04-30"),
])
def test_a_month_of_a_real_repository(start, shared, repository, number, since, until):
    hours = shared / "data/gharchive/hours"
    tally = start(hours)
    tally.load([repository], since, until)
    for bots in ["exclude", "include"]:
        expected = Count(hours).board(number, since, until, bots == "include")
        assert rows(tally.board(repository, bots=bots)[1]) == expected


@pytest.mark.parametrize("day, until", [
    ("2012-02-15", "2012-02-15"), ("2018-01-01", "2018-01-01"), ("2022-03-20", "2022-03-20"),
    ("2026-05-01", "2026-05-31"),
])
def test_the_busiest_repositories_of_each_era(start, shared, day, until):
    hours = shared / "data/gharchive/hours"
    count = Count(hours)
    busy = collections.Counter()
    for (number, _, at), counts in count.counts.items():
        if number and day <= at <= until:
            busy[number] += sum(counts[name] for name in COUNTERS if "lines" not in name)
    numbers = [number for number, _ in busy.most_common(10)]
    assert numbers
    tally = start(hours)
    tally.load([count.names[number] for number in numbers], day, until)
    for number in numbers:
        expected = count.board(number, day, until, bots=True)
        shown = tally.board(count.names[number], bots="include")[1]
        assert rows(shown) == expected, count.names[number]


def test_a_made_archive_gives_the_counts_its_maker_states(start, shared, tmp_path):
    folder, expect = tmp_path / "made", tmp_path / "expect.csv"
    subprocess.run([sys.executable, shared / "tools/make_archive.py", "--out", folder,
                    "--expect", expect, "--start", "2025-10-06-0", "--switch", "2025-10-07-0",
                    "--hours", "48", "--events", "1500", "--repos", "12", "--contributors", "150",
                    "--bots", "4", "--renames", "3", "--duplicates", "0.03", "--bad", "5"],
                   check=True, capture_output=True)
    with open(expect, newline="") as file:
        stated = list(csv.DictReader(file))
    names = {row["repo_id"]: row["repo_name"] for row in stated}
    tally = start(folder)
    tally.load(names.values(), "2025-10-06", "2025-10-07")
    for number, name in names.items():
        shown = {e["user"]["id"]: e["counts"] for e in tally.board(name, bots="include")[1]}
        assert shown == {int(row["actor_id"]): in_our_terms(row) for row in stated
                         if row["repo_id"] == number and counts_something(row)}, name


def in_our_terms(row):
    return {"commits": int(row["commits"]), "prs_opened": int(row["prs_opened"]),
            "prs_merged": int(row["prs_merged"]), "prs_reviewed": int(row["reviews"]),
            "issues_opened": int(row["issues_opened"]), "issues_closed": int(row["issues_closed"]),
            "comments": int(row["comments"]), "releases": int(row["releases"]),
            "lines_added": int(row["additions"]), "lines_deleted": int(row["deletions"])}


def counts_something(row):
    return int(row["actor_id"]) != 0 and any(in_our_terms(row).values())
