import os
import pathlib
import sys

import pytest
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "EndToEndTests"))

from conftest_shared import counted, loaded, start, written  # noqa: E402, F401


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium; its sandbox cannot work as root."""
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def fresh(start, written):  # noqa: F811
    """A Tally of this test's own with nothing loaded."""
    tally = start(written.folder)
    tally.up()
    return tally


@pytest.fixture(scope="session")
def shots(tmp_path_factory):
    """Where screenshots go: TALLY_SHOTS, or a temporary folder."""
    folder = pathlib.Path(os.environ.get("TALLY_SHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
