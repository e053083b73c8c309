"""Conventions of the HTTP interface on the running gateway."""
import gzip
import json


def test_a_page_seen_before_is_answered_with_304(loaded):
    status, headers, _ = loaded.get("/api/v1/leaderboard/global")
    assert status == 200
    again, _, body = loaded.get("/api/v1/leaderboard/global",
                                headers={"If-None-Match": headers["ETag"]})
    assert (again, body) == (304, b"")


def test_errors_are_problems_with_a_stable_code(loaded):
    for path, status, code in [
            ("/api/v1/repositories/nobody/nothing", 404, "repository_not_found"),
            ("/api/v1/leaderboard/nobody/nothing", 404, "repository_not_found"),
            ("/api/v1/leaderboard/global?colour=red", 400, "invalid_parameter"),
            ("/api/v1/leaderboard/global?page=-1", 400, "invalid_parameter"),
            ("/api/v1/leaderboard/global?window=fortnight", 400, "invalid_parameter")]:
        got, headers, body = loaded.get(path)
        problem = json.loads(body)
        assert (got, problem["code"], problem["status"]) == (status, code, status), path
        assert headers["Content-Type"].startswith("application/problem+json")
        assert headers["X-Request-Id"]


def test_BAD_06_an_unknown_parameter_is_named(loaded):
    """BAD-06: an unknown parameter is named."""
    _, _, body = loaded.get("/api/v1/leaderboard/global?colour=red")
    assert "colour" in json.loads(body)["detail"]


def test_a_wrong_method_lists_the_allowed_ones(loaded):
    status, headers, _ = loaded.get("/api/v1/jobs", method="DELETE")
    assert status == 405
    assert "GET" in headers["Allow"]


def test_large_answers_come_compressed_when_asked(loaded):
    _, headers, body = loaded.get("/api/v1/leaderboard/global",
                                  headers={"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(body)) == loaded.json("/api/v1/leaderboard/global")


def test_the_unprefixed_paths_answer_like_the_others(loaded):
    for path in ["/leaderboard/global", "/leaderboard/tide/harbor", "/jobs"]:
        assert loaded.json(path) == loaded.json("/api/v1" + path)


def test_adding_a_tracked_repository_answers_200_with_it(loaded):
    status, _, body = loaded.get("/api/v1/repositories", method="POST",
                                 body={"repository": "tide/harbor", "scrape": False})
    assert status == 200
    assert json.loads(body)["repository"]["id"] == 101


def test_SRC_42_coverage_is_told_per_day_and_counter(loaded):
    """SRC-42: coverage is told per day and counter."""
    answer = loaded.json("/api/v1/repositories/tide/harbor/coverage")
    assert answer["repository"] == "tide/harbor"
    assert answer["days"] and {"day", "complete", "percent", "reasons", "items"} <= set(
        answer["days"][0])
    commits = next(item for item in answer["totals"] if item["item"] == "commits")
    assert commits["counted"] > 0 and commits["source"] == "archive"
    status, _, body = loaded.get("/api/v1/repositories/tide/harbor/coverage?since=yesterday")
    assert (status, json.loads(body)["code"]) == (400, "invalid_parameter")


def test_BAD_07_names_that_cannot_be_repositories_are_refused(loaded):
    """BAD-07: names that cannot be repositories are refused."""
    for name in ["..", "a/b/c", "a b/c", "a/" + "b" * 101, "https://evil.example/a/b", "a/.git"]:
        status, _, body = loaded.get("/api/v1/repositories", method="POST",
                                     body={"repository": name})
        assert status == 400, name
        assert json.loads(body)["code"] == "invalid_parameter"


def test_pages_load_nothing_from_another_host(loaded):
    _, headers, body = loaded.get("/")
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert b"//" not in body.replace(b"<!doctype", b"")


def test_health_and_metrics_answer(loaded):
    assert loaded.get("/healthz")[0] == 200
    assert loaded.get("/readyz")[0] == 200
    assert b"# TYPE" in loaded.get("/metrics")[2]
