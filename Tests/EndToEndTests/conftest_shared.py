import datetime
import os
import pathlib
import shutil

import pytest
from archive import Writer
from counting import Count
from tally import ROOT, Tally


def shared_folder():
    """The recorded data, when it lies beside the checkout (or where TALLY_SHARED says)."""
    named = os.environ.get("TALLY_SHARED")
    folder = pathlib.Path(named) if named else ROOT.parent / "shared"
    return folder if (folder / "data/gharchive/hours").is_dir() else None


@pytest.fixture(scope="session")
def shared():
    folder = shared_folder()
    if folder is None:
        pytest.skip("the recorded data is not beside this checkout")
    return folder


@pytest.fixture
def start(tmp_path):
    """Makes a Tally for one test; everything is stopped and erased behind it."""
    made = []

    def make(archive, environment=None):
        tally = Tally(tmp_path / f"home{len(made)}", archive, environment)
        made.append(tally)
        return tally

    yield make
    for tally in made:
        if tally.home.exists():
            tally.down("--erase")


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    today = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=1)
    return Writer(folder, today).write()


@pytest.fixture(scope="session")
def counted(written):
    return Count(written.folder)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory, written):
    """One Tally with the written archive on its boards, shared by the tests that only read."""
    tally = Tally(tmp_path_factory.mktemp("shared") / "home", written.folder)
    tally.load(["tide/harbor", "tide/lantern", "moss/bracken"], *written.range)
    yield tally
    tally.down("--erase")
    shutil.rmtree(tally.home, ignore_errors=True)
