"""Coverage, comparison, formula, accounts and budget in a real Chromium, from the archive alone."""
import fnmatch
import json
import os
import re
import subprocess
import time

import pytest
from playwright.sync_api import expect
from tally import ROOT, Tally

REPOSITORIES = ["tide/harbor", "tide/lantern", "moss/bracken"]
SOMETHING = re.compile(r"\d")


def show(page, tally, place):
    page.goto(tally.answer["gateway"] + "/" + place)
    expect(page.locator("main h1, main h2").first).to_be_visible()
    expect(page.locator("main .spinner")).to_have_count(0)


def thousandths(text):
    return round(float(text.replace(",", "")) * 1000)


@pytest.fixture(scope="module")
def own(tmp_path_factory, written):
    """A loaded Tally that these tests may change."""
    tally = Tally(tmp_path_factory.mktemp("own") / "home", written.folder)
    tally.load(REPOSITORIES, *written.range)
    yield tally
    tally.down("--erase")


# MARK: Coverage

def test_the_calendar_has_a_cell_for_every_day_and_tells_its_numbers(page, loaded):
    coverage = loaded.json("/api/v1/repositories/tide/harbor/coverage")
    show(page, loaded, "#/coverage/tide/harbor")
    cells = page.locator(".heatmap rect.day")
    expect(cells).to_have_count(len(coverage["days"]))
    for cell, day in zip(cells.all(), coverage["days"]):
        assert cell.get_attribute("aria-label").startswith(day["day"])
    last, before = coverage["days"][-1], coverage["days"][-2]
    page.locator(".heatmap rect[tabindex='0']").focus()
    expect(page.locator(".day-details")).to_contain_text(last["day"])
    page.keyboard.press("ArrowUp")
    expect(page.locator(".day-details")).to_contain_text(before["day"])
    rows = page.locator(".day-details tbody tr")
    expect(rows).to_have_count(len(before["items"]))
    for row, item in zip(rows.all(), before["items"]):
        assert row.locator("td").nth(0).inner_text() == item["source"]
        assert row.locator("td").nth(1).inner_text() == f"{item['counted']:,}"


def test_SRC_43_no_day_of_a_lossy_archive_looks_whole(page, loaded):
    """SRC-43: no day of a lossy archive looks whole."""
    show(page, loaded, "#/coverage/tide/harbor")
    for counter in ("", "commits", "comments"):
        page.locator("#counter").select_option(counter)
        expect(page.locator(".heatmap rect.day").first).to_be_visible()
        expect(page.locator(".heatmap rect.whole")).to_have_count(0)


def test_coverage_says_the_reasons_in_words_and_of_one_counter(page, loaded):
    coverage = loaded.json("/api/v1/repositories/tide/harbor/coverage")
    show(page, loaded, "#/coverage/tide/harbor")
    expect(page.locator(".gaps")).to_contain_text("some hours are not in the archive")
    page.locator("#counter").select_option("releases")
    expect(page).to_have_url(re.compile("counter=releases"))
    items = [i for i in coverage["days"][0]["items"] if i["item"] == "releases"]
    page.locator(".heatmap rect.day").first.hover()
    expect(page.locator(".day-details tbody tr")).to_have_count(len(items))
    page.reload()
    expect(page.locator("#counter")).to_have_value("releases")


def test_coverage_of_a_range_and_of_what_is_not_tracked(page, loaded, written):
    show(page, loaded, "#/coverage/tide/harbor")
    page.locator("input[name=since]").fill(written.range[1])
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".heatmap rect.day")).to_have_count(1)
    show(page, loaded, "#/coverage/no/such")
    expect(page.locator("main")).to_contain_text("no/such is not tracked")


# MARK: Scrapes and the budget

ESTIMATE = {
    "source": "bigquery", "since": "2024-01-01", "until": "2025-12-30", "days_asked": 730,
    "days_missing": 412, "requests": 14, "bytes": 2 ** 40, "usd": 6.25, "allowed": True,
    "refusal": None, "notes": ["not from github: no token is configured"],
    "legs": [{"source": "bigquery", "days": 412, "reason": "one query within the budget"}],
    "considered": [
        {"source": "bigquery", "usable": True, "days_missing": 412, "requests": 14,
         "bytes": 2 ** 40, "usd": 6.25, "hours_missing": 0, "refusal": None},
        {"source": "archive", "usable": True, "days_missing": 412, "requests": 9888, "bytes": 1,
         "usd": 0, "hours_missing": 3, "refusal": None}]}


def answers(page, path, body, status=200, **headers):
    """Lets the page see an answer that this installation, which pays nobody, does not give."""
    page.route(lambda url: fnmatch.fnmatchcase(url, "*/api/v1" + path), lambda route: route.fulfill(
        status=status, content_type="application/json", body=json.dumps(body), headers=headers))


def test_a_scrape_says_what_it_takes_and_starts_only_when_confirmed(page, loaded):
    jobs = loaded.json("/api/v1/jobs")["total"]
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    answers(page, "/repositories/tide/harbor/estimate*", ESTIMATE)
    show(page, loaded, "#/repositories")
    page.locator(".repositories li", has_text="tide/harbor").get_by_role(
        "button", name="Scrape again").click()
    dialog = page.locator("dialog")
    for words in ("412 of 730", "1.0 TiB", "$6.25", "The budget allows it", "9,888",
                  "412 days from bigquery: one query", "no token is configured",
                  "3 hours are not there"):
        expect(dialog).to_contain_text(words)
    dialog.locator("select[name=source]").select_option("archive")
    expect(dialog.get_by_role("button", name="Start")).to_be_enabled()
    assert any(url.endswith("/estimate?source=archive") for url in asked)
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert loaded.json("/api/v1/jobs")["total"] == jobs


def test_what_the_budget_does_not_allow_cannot_be_started(page, loaded):
    answers(page, "/repositories/tide/harbor/estimate*",
            ESTIMATE | {"allowed": False, "refusal": "6.25 USD is more than one job may cost"})
    show(page, loaded, "#/repositories")
    page.locator(".repositories li", has_text="tide/harbor").get_by_role(
        "button", name="Scrape again").click()
    expect(page.locator("dialog")).to_contain_text("6.25 USD is more than one job may cost")
    expect(page.get_by_role("button", name="Start")).to_be_disabled()


def test_a_source_that_is_not_reached_is_said_with_the_time_to_wait(page, loaded):
    show(page, loaded, "#/repositories")
    page.get_by_label("Repository", exact=True).fill("tide/unseen")
    page.get_by_role("button", name="Add…").click()
    problem = {"status": 503, "code": "source_failed", "detail": "GitHub is not reached"}
    page.route("**/api/v1/repositories", lambda route: route.fulfill(
        status=503, body=json.dumps(problem), headers={"Retry-After": "40"}))
    page.get_by_role("button", name="Only add").click()
    expect(page.locator("dialog form > .form-message")).to_have_text(
        "GitHub is not reached. Worth another try in 40 seconds.")


def test_a_tracked_repository_is_scraped_again_not_added(page, loaded):
    show(page, loaded, "#/repositories")
    page.get_by_label("Repository", exact=True).fill("moss/fern")
    page.get_by_role("button", name="Add…").click()
    expect(page.locator("dialog h2")).to_have_text(
        "moss/fern is now called moss/bracken, and tracked already")


@pytest.mark.parametrize("configured", [True, False])
def test_the_budget_shows_only_where_bigquery_is_configured(page, loaded, configured):
    spent = {"bytes": 2 ** 40, "usd": 6.25, "queries": 3, "cap_usd": 50}
    answers(page, "/budget", {
        "configured": configured, "day": spent | {"cap_usd": 6.5}, "month": spent,
        "job": {"cap_usd": 5}, "promised": {"bytes": 0, "usd": 0},
        "queued": {"jobs": 2, "bytes": 1, "usd": 0.5}})
    with page.expect_response("**/api/v1/budget"):
        show(page, loaded, "#/repositories")
    if configured:
        for words in ("$6.25 of $6.50", "$6.25 of $50.00", "1.0 TiB read by 3 queries", "$0.50"):
            expect(page.locator(".budget")).to_contain_text(words)
    else:
        expect(page.locator(".repositories li").first).to_be_visible()
        expect(page.locator(".budget")).to_have_count(0)


# MARK: Boards

def test_a_year_and_a_range_are_boards_too(page, loaded, written):
    show(page, loaded, "#/board/tide/harbor")
    year = written.range[1][:4]
    page.locator("#other-days").select_option(year)
    expect(page).to_have_url(re.compile(f"window={year}"))
    total = loaded.json(f"/api/v1/leaderboard/tide/harbor?window={year}")["total"]
    expect(page.locator("table.board tbody tr")).to_have_count(total)
    page.locator("#other-days").select_option("range")
    page.locator("input[name=first]").fill(written.range[1])
    page.locator("input[name=last]").fill(written.range[1])
    page.get_by_role("button", name="Show").click()
    name = f"{written.range[1]}..{written.range[1]}"
    answer = loaded.json(f"/api/v1/leaderboard/tide/harbor?window={name}")
    rows = page.locator("table.board tbody tr")
    expect(rows).to_have_count(answer["total"])
    assert thousandths(rows.first.locator(".score").inner_text()) \
        == round(answer["entries"][0]["total_score"] * 1000)


def test_boards_stand_side_by_side(page, loaded):
    show(page, loaded, "#/compare?repositories=tide/harbor")
    page.get_by_label("tide/lantern").click()
    expect(page.locator(".columns section")).to_have_count(2)
    answer = loaded.json("/api/v1/leaderboard/compare?repositories=tide/harbor,tide/lantern")
    for column, side in zip(page.locator(".columns section").all(), answer["boards"]):
        expect(column.locator("tbody tr")).to_have_count(len(side["entries"]))
        expect(column.locator("tbody tr a").first).to_have_text(
            side["entries"][0]["user"]["username"])
    expect(page.locator("main > div > section tbody tr")).to_have_count(len(answer["shared"]))


# MARK: Formula

def test_BAD_13_a_wrong_number_is_told_at_its_field_and_not_sent(page, loaded):
    """BAD-13: a wrong number is told at its field and not sent."""
    show(page, loaded, "#/formula")
    expect(page.locator(".preview")).to_contain_text(SOMETHING)
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    for key, text, words in (("weights.commits", "0.0001", "three decimals"),
                             ("weights.comments", "-1", "A number"),
                             ("weights.releases", "1000001", "At most 1,000,000"),
                             ("cap", "much", "A number"), ("name", "a/b", "Letters")):
        field = page.locator(f"[id='formula-{key}']")
        field.fill(text)
        expect(page.locator(f"[id='fault-{key}']")).to_contain_text(words)
        expect(field).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(":focus")).to_have_attribute("aria-invalid", "true")
    assert "POST" not in sent and "PUT" not in sent


def test_a_formula_is_previewed_then_saved_and_moves_the_boards(page, own):
    show(page, own, "#/formula")
    page.locator("[id='formula-weights.commits']").fill("0")
    page.locator("[id='formula-weights.comments']").fill("50.125")
    page.locator("#formula-name").fill("fair")
    weights = {**own.json("/api/v1/config/scoring")["formulas"][0]["weights"], "commits": 0,
               "comments": 50.125}
    _, _, body = own.get("/api/v1/config/scoring/preview?limit=25", method="POST",
                         body={"name": "fair", "weights": weights, "cap": 1000})
    expected = json.loads(body)
    rows = page.locator(".preview tbody tr")
    expect(page.locator(".preview")).to_contain_text(
        f"{expected['changed']} of {expected['total']} ranks would change")
    expect(rows).to_have_count(len(expected["changes"]))
    expect(rows.first).to_contain_text(expected["changes"][0]["user"]["username"])
    page.get_by_role("button", name="Save").click()
    expect(page.locator("dialog")).to_contain_text("Commits: 10 → 0")
    page.locator("dialog").get_by_role("button", name="Save").click()
    expect(page.locator(".total")).to_contain_text("fair version 1", timeout=60000)
    show(page, own, "#/board")
    expect(page.locator("table.board caption")).to_contain_text("formula fair v1", timeout=30000)


def test_a_slider_and_its_number_say_the_same(page, loaded):
    show(page, loaded, "#/formula")
    slider = page.get_by_label("Reviews, slider")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.locator("[id='formula-weights.prs_reviewed']")).to_have_value("20.5")
    page.locator("[id='formula-weights.prs_reviewed']").fill("3")
    expect(slider).to_have_value("3")


# MARK: People

def test_the_terms_of_a_score_add_up_and_lead_to_github(page, loaded):
    person = loaded.answer["top"][0]["user"]["username"]
    show(page, loaded, f"#/contributor/{person}")
    tables = page.locator("table.terms")
    answer = loaded.json(f"/api/v1/contributors/{person}/explain")
    expect(tables).to_have_count(len(answer["repositories"]))
    for table, part in zip(tables.all(), answer["repositories"]):
        points = [thousandths(cell) for cell in
                  table.locator("tbody td:last-child").all_inner_texts()]
        assert sum(points) == thousandths(table.locator("tfoot td").inner_text())
        assert sum(points) == round(part["total_score"] * 1000)
        commits = table.locator("tbody a", has_text="Commits").get_attribute("href")
        assert commits == f"https://github.com/{part['repository']}/commits?author={person}"


def test_accounts_are_linked_unlinked_taken_off_and_put_back(page, own):
    first, second = (entry["user"]["username"] for entry in own.answer["top"][:2])
    show(page, own, f"#/contributor/{first}")
    page.get_by_role("button", name="Link an account").click()
    page.get_by_label("Other account").fill(second)
    page.get_by_label("Reason").fill("one person")
    page.locator("dialog").get_by_role("button", name="Link").click()
    expect(page.locator(".linked li")).to_contain_text(second)
    page.get_by_role("button", name="Unlink").click()
    page.locator("dialog").get_by_role("button", name="Unlink").click()
    expect(page.locator("main")).to_contain_text("No other account is linked")
    page.get_by_role("button", name="Take off every board").click()
    page.locator("dialog").get_by_role("button", name="Take off").click()
    expect(page.locator(".state h2")).to_have_text(f"Nobody called {first} is on the boards")
    page.get_by_role("button", name="Put back on the boards").click()
    page.locator("dialog").get_by_role("button", name="Put back").click()
    expect(page.locator("main h1")).to_contain_text(first)


@pytest.fixture
def guarded(own, tmp_path):
    """The address of a second gateway that takes changes only with the token "open sesame"."""
    token = tmp_path / "token"
    token.write_text("open sesame\n")
    token.chmod(0o600)
    file = tmp_path / "gateway.json"
    neighbours = {f"TALLY_{name.upper()}_ADDR": own.answer["services"][name]["address"]
                  for name in ("ingest", "scoring", "ranking")}
    gateway = subprocess.Popen(
        [ROOT / ".build/release/tally-gateway", "serve"], stdin=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "TALLY_HTTP_LISTEN": "127.0.0.1:0",
             "TALLY_RPC_LISTEN": "127.0.0.1:0", "TALLY_ADMIN_LISTEN": "127.0.0.1:0",
             "TALLY_ADDRESS_FILE": str(file), "TALLY_ADMIN_TOKEN_FILE": str(token),
             **neighbours}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not (file.exists() and file.stat().st_size > 0):
            assert time.monotonic() < deadline and gateway.poll() is None
            time.sleep(0.05)
        yield "http://" + json.loads(file.read_text())["http"]
    finally:
        gateway.terminate()
        gateway.wait(timeout=60)


def test_changes_ask_for_the_token_where_one_is_needed(page, own, guarded):
    person = own.answer["top"][2]["user"]["username"]
    page.goto(f"{guarded}/#/contributor/{person}")
    page.get_by_role("button", name="Take off every board").click()
    page.get_by_role("button", name="Take off", exact=True).click()
    page.get_by_label("Token", exact=True).fill("guessed")
    page.get_by_role("button", name="Use it").click()
    expect(page.locator("dialog .form-message").first).to_contain_text("Writes need")
    page.get_by_role("button", name="Take off", exact=True).click()
    page.get_by_label("Token", exact=True).fill("open sesame")
    page.get_by_role("button", name="Use it").click()
    expect(page.locator(".state h2")).to_have_text(f"Nobody called {person} is on the boards")


# MARK: Away

@pytest.mark.parametrize("place, path", [
    ("#/coverage/tide/harbor", "/repositories/tide/harbor/coverage*"),
    ("#/formula", "/config/scoring"), ("#/compare?repositories=a/b,c/d", "/leaderboard/compare*"),
    ("#/contributor/somebody", "/contributors/somebody*"), ("#/repositories", "/repositories?*"),
])
def test_a_page_whose_service_is_away_says_so(page, loaded, place, path):
    answers(page, path, {"status": 503, "detail": "The service is away; try again soon."}, 503)
    show(page, loaded, place)
    expect(page.locator(".state.error")).to_contain_text("A service is away")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
