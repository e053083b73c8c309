"""Boards against counts made by other means, entry by entry."""
import pytest
from counting import window_days
from tally import rows

REPOSITORIES = {"tide/harbor": 101, "tide/lantern": 102, "moss/bracken": 103}


@pytest.mark.parametrize("bots", ["exclude", "include"])
@pytest.mark.parametrize("window", ["all", "7d", "30d", "730d"])
@pytest.mark.parametrize("scope", ["global", *REPOSITORIES])
def test_every_entry_of_a_board_is_what_the_events_give(loaded, counted, scope, window, bots):
    _, entries = loaded.board(scope, window=window, bots=bots)
    since, until = window_days(window)
    expected = counted.board(REPOSITORIES.get(scope), since, until, bots == "include")
    assert rows(entries) == expected


def test_a_renamed_person_and_repository_keep_their_numbers_under_the_new_name(loaded):
    board, entries = loaded.board("moss/bracken")
    assert board["repository"] == "moss/bracken"
    assert {e["user"]["username"] for e in entries if e["user"]["id"] == 1005} <= {"person-five"}


def test_the_old_name_of_a_renamed_repository_redirects(loaded):
    import urllib.request

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    opener = urllib.request.build_opener(Stay)
    try:
        status = opener.open(loaded.answer["gateway"] + "/api/v1/repositories/moss/fern").status
    except urllib.error.HTTPError as error:
        status, location = error.code, error.headers["Location"]
        assert location.endswith("/api/v1/repositories/moss/bracken")
    assert status == 301


def test_a_score_is_explained_by_terms_that_add_up(loaded):
    _, entries = loaded.board("global")
    name = entries[0]["user"]["username"]
    explained = loaded.json(f"/api/v1/contributors/{name}/explain")
    total = 0
    for repository in explained["repositories"]:
        terms = [t for t in repository["terms"] if not t["counter"].startswith("lines_")]
        for term in terms:
            assert round(term["points"] * 1000) == round(term["count"] * term["weight"] * 1000)
        points = sum(round(t["points"] * 1000) for t in terms)
        assert points + round(repository["line_bonus"] * 1000) \
            == round(repository["total_score"] * 1000)
        total += round(repository["total_score"] * 1000)
    assert total == round(entries[0]["total_score"] * 1000)


def test_pages_of_one_generation_join_to_the_whole_board(loaded):
    board, entries = loaded.board("global")
    joined = []
    for page in range(1, 1 + -(-len(entries) // 7)):
        answer = loaded.json(f"/api/v1/leaderboard/global?page={page}&page_size=7"
                             f"&generation={board['generation']}")
        joined += answer["entries"]
    assert joined == entries
