"""The dashboard in a real Chromium: each page, both widths, the flow from adding to the board."""
import json
import re

import pytest
from playwright.sync_api import expect

PAGES = {
    "board": "#/board",
    "repository": "#/board/tide/harbor?window=30d",
    "contributor": "#/contributor/{person}",
    "repositories": "#/repositories",
    "jobs": "#/jobs",
    "coverage": "#/coverage/tide/harbor",
    "compare": "#/compare?repositories=tide/harbor,tide/lantern",
    "formula": "#/formula",
    "log": "#/logs",
}


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_fits_and_loads_nothing_from_another_host(page, loaded, name, width, shots):
    person = loaded.answer["top"][0]["user"]["username"]
    foreign, faults = [], []
    page.on("request", lambda request: foreign.append(request.url)
            if not request.url.startswith((loaded.answer["gateway"], "data:")) else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(loaded.answer["gateway"] + "/" + PAGES[name].format(person=person))
    expect(page.locator("main h1").first).to_be_visible()
    expect(page.locator("main .spinner")).to_have_count(0)
    page.screenshot(path=shots / f"{name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (foreign, faults) == ([], [])


def test_the_board_shows_what_the_api_says(page, loaded):
    page.goto(loaded.answer["gateway"] + "/#/board")
    answer = loaded.json("/api/v1/leaderboard/global?page_size=50")
    rows = page.locator("table.board tbody tr")
    expect(rows).to_have_count(len(answer["entries"]))
    for index in (0, len(answer["entries"]) - 1):
        entry = answer["entries"][index]
        expect(rows.nth(index).locator(".person a")).to_have_text(entry["user"]["username"])
        expect(rows.nth(index).locator(".rank")).to_have_text(str(entry["rank"]))


def test_window_and_bots_stand_in_the_address(page, loaded):
    page.goto(loaded.answer["gateway"] + "/#/board")
    page.get_by_role("button", name="30 days").click()
    page.get_by_role("button", name="Only bots").click()
    expect(page).to_have_url(re.compile("window=30d"))
    assert "bots=only" in page.evaluate("location.hash")
    expect(page.locator(".tag", has_text="bot").first).to_be_visible()


def test_what_is_missing_is_said_in_words(page, loaded):
    page.goto(loaded.answer["gateway"] + "/#/board/tide/harbor")
    expect(page.locator(".coverage")).to_contain_text("missing")


def test_add_scrape_watch_board(page, fresh, written):
    page.goto(fresh.answer["gateway"] + "/#/repositories")
    ask_for(page, "nobody/nothing", written)
    page.get_by_role("button", name="Add and scrape").click()
    expect(page.locator("dialog form > .form-message")).to_contain_text("check the spelling")
    page.keyboard.press("Escape")
    ask_for(page, "https://github.com/tide/harbor", written)
    expect(page.locator("dialog .estimate .spinner")).to_have_count(0)
    assert fresh.json("/api/v1/repositories")["total"] == 0
    page.get_by_role("button", name="Add and scrape").click()
    expect(page.locator(".form-message.good")).to_contain_text("tide/harbor exists")
    page.locator(".form-message.good a").click()
    expect(page.locator("article.job")).to_be_visible()
    expect(page.locator("article.job .job-head .tag")).to_have_text("completed", timeout=60000)
    expect(page.locator("article.job .plan")).to_contain_text("archive")
    expect(page.locator("ol.log li").first).to_be_visible()
    page.locator("article.job h1 a").click()
    expect(page.locator("table.board tbody tr").first).to_be_visible()


def ask_for(page, repository, written):
    """Opens the question that a scrape starts with, and gives the days."""
    page.get_by_label("Repository", exact=True).fill(repository)
    page.get_by_role("button", name="Add…").click()
    page.locator("dialog input[name=since]").fill(written.range[0])
    page.locator("dialog input[name=until]").fill(written.range[1])


def test_FLT_05_the_log_survives_a_restart_of_the_gateway_without_loss_or_repeat(page, loaded):
    """FLT-05: the log survives a restart of the gateway without loss or repeat."""
    page.goto(loaded.answer["gateway"] + "/#/logs")
    lines = page.locator("ol.log li[data-seq]")
    expect(lines.first).to_be_visible()
    before = lines.evaluate_all("items => items.map(item => item.dataset.seq)")
    loaded.kill("gateway")
    loaded.up()
    loaded.load(["tide/harbor"], "2020-01-01", "2020-01-02")
    expect(page.locator("ol.log li.note").first).to_be_visible()
    expect(lines.nth(len(before))).to_be_attached(timeout=30000)
    after = lines.evaluate_all("items => items.map(item => item.dataset.seq)")
    assert after[:len(before)] == before
    assert len(set(after)) == len(after), json.dumps(after)
