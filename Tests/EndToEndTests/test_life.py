"""Started twice, killed, started again: the same numbers."""
import json
import os
import subprocess
import threading

import pytest
from tally import SERVICES, rows

NAMES = ["tide/harbor", "tide/lantern", "moss/bracken"]


def test_a_second_up_leaves_what_runs_alone(loaded):
    before = dict(loaded.answer["services"])
    assert loaded.up()["services"] == before


def test_the_answer_names_the_gateway_the_services_and_the_top(loaded):
    answer = loaded.answer
    assert answer["gateway"].startswith("http://127.0.0.1:")
    assert set(answer["services"]) == set(SERVICES)
    for service in answer["services"].values():
        assert set(service) == {"address", "pid"}
    assert [entry["rank"] for entry in answer["top"]][0] == 1


def test_an_archive_without_a_repository_loads_nothing(start, written):
    answer = start(written.folder).up()
    assert answer["top"] == []


def test_the_same_days_scraped_again_give_the_same_board_and_no_new_generation(loaded, written):
    before = loaded.board("tide/harbor")
    loaded.load(["tide/harbor"], *written.range)
    assert loaded.board("tide/harbor") == before


@pytest.mark.parametrize("service", SERVICES)
def test_FLT_06_a_killed_service_comes_back_with_the_same_boards(loaded, service):
    """FLT-06: a killed service comes back with the same boards."""
    before = {name: rows(loaded.board(name)[1]) for name in ["global", *NAMES]}
    loaded.kill(service)
    loaded.up()
    assert {name: rows(loaded.board(name)[1]) for name in before} == before


def test_FLT_06_all_services_killed_in_the_middle_of_a_scrape_end_with_exact_numbers(
        start, written, counted):
    """FLT-06: all services killed in the middle of a scrape end with exact numbers."""
    tally = start(written.folder)
    tally.up()
    for name in NAMES:
        tally.probe("ingest", "scrape", name, "--since", written.range[0],
                    "--until", written.range[1])
    for service in SERVICES:
        tally.kill(service)
    tally.load(NAMES, *written.range)
    assert rows(tally.board("global")[1]) == counted.board()


def test_a_wrong_option_is_refused_with_words_and_starts_nothing(start, written, tmp_path):
    done = start(written.folder).up("--repository", "no-slash", check=False)
    assert done.returncode == 2
    assert "OWNER/NAME" in done.stderr
    assert not (tmp_path / "home0").exists()


def test_a_repository_that_the_archive_does_not_know_is_refused_by_name(loaded):
    done = loaded.up("--repository", "nobody/nothing", check=False)
    assert done.returncode == 1
    assert "nobody/nothing" in done.stderr


def test_no_role_reads_another_schema(loaded):
    home = loaded.home
    port = (home / "postgres-port").read_text()
    for role, other in [("ingest", "scoring"), ("scoring", "ranking"), ("ranking", "ingest")]:
        password = (home / "secrets" / f"tally_{role}").read_text()
        done = subprocess.run(
            ["psql", "-XAt", "-h", "127.0.0.1", "-p", port, "-U", f"tally_{role}", "-d", "tally",
             "-c", f"select * from {other}.log_lines limit 1"],
            env={**os.environ, "PGPASSWORD": password}, capture_output=True, text=True)
        assert "permission denied for schema" in done.stderr


def test_a_token_that_others_may_read_is_refused_before_anything_starts(start, written, tmp_path):
    token = tmp_path / "token"
    token.write_text("secret")
    token.chmod(0o644)
    done = start(written.folder).up("--github-token-file", str(token), check=False)
    assert done.returncode == 2
    assert "chmod 600" in done.stderr and "secret" not in done.stderr
    assert not (tmp_path / "home0").exists()
