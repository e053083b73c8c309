"""Real recorded events, where they lie beside the checkout."""
import csv
import subprocess
import sys

import pytest
from counting import Count
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


def test_the_trimmed_payloads_of_2026(start, shared):
    hours = shared / "data/gharchive/hours"
    count = Count(hours)
    recent = {number for number, _, day in count.counts if day.startswith("2026-05")}
    names = [count.names[number] for number in sorted(recent)]
    tally = start(hours)
    tally.load(names, "2026-05-01", "2026-05-31")
    for number in sorted(recent):
        expected = count.board(number, "2026-05-01", "2026-05-31")
        assert rows(tally.board(count.names[number])[1]) == expected, count.names[number]


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
