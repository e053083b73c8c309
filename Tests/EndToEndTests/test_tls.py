"""The four services with mutual TLS, one of them off loopback: boards, roles, new certificates."""
import json
import os
import signal
import subprocess
import time

import pytest
from certificates import Authority
from tally import ROOT, SERVICES, Tally, rows

PROGRAMS = ROOT / ".build/release"


class SecuredTally(Tally):
    """An installation of deploy/up whose services were stopped and started again by hand."""

    def secure(self, authority):
        self.authority, self.children = authority, {}
        given = {service: self.settings(service) for service in SERVICES}
        for service in SERVICES:
            self.stop(self.pid(service))
        for service in SERVICES:
            environment = given[service] | authority.variables(service)
            if service == "ingest":
                port = environment["TALLY_RPC_LISTEN"].rpartition(":")[2]
                environment["TALLY_RPC_LISTEN"] = f"0.0.0.0:{port}"
            self.spawn(service, environment)

    def settings(self, service):
        """What deploy/up gave to a service, with the ports that it got."""
        text = open(f"/proc/{self.pid(service)}/environ").read()
        environment = dict(pair.split("=", 1) for pair in text.split("\0") if pair)
        bound = json.loads((self.home / f"run/{service}.json").read_text())
        environment["TALLY_RPC_LISTEN"] = bound["rpc"]
        environment["TALLY_ADMIN_LISTEN"] = bound["admin"]
        if service == "gateway":
            environment["TALLY_HTTP_LISTEN"] = bound["http"]
        return environment

    def spawn(self, service, environment):
        file = self.home / f"run/{service}.json"
        file.unlink(missing_ok=True)
        log = open(self.home / f"log/{service}.log", "ab")
        self.children[service] = subprocess.Popen(
            [PROGRAMS / f"tally-{service}", "serve"], env=environment, stdout=log, stderr=log,
            stdin=subprocess.DEVNULL)
        wait_until(lambda: file.exists() and file.stat().st_size)
        assert self.ask(service, "ready", "--wait", "60s").returncode == 0

    def stop(self, pid):
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not os.path.exists(f"/proc/{pid}/exe")
                   or open(f"/proc/{pid}/stat").read().split(") ")[1][0] == "Z")

    def stop_all(self):
        for child in getattr(self, "children", {}).values():
            child.terminate()
        for child in getattr(self, "children", {}).values():
            child.wait(timeout=60)

    def ask(self, service, *arguments, name="operator", more=None):
        """A probe of somebody with a certificate of that name; None: without any."""
        environment = {"PATH": os.environ["PATH"]}
        environment |= self.authority.variables(name) if name else {}
        return subprocess.run(
            [PROGRAMS / f"tally-{service}", "probe", *arguments, "--addr",
             self.answer["services"][service]["address"], *(more or [])],
            env=environment, capture_output=True, text=True, timeout=90)

    def log(self, service):
        return (self.home / f"log/{service}.log").read_text()


def wait_until(fits, limit=60):
    end = time.monotonic() + limit
    while not fits():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def secured(tmp_path_factory, written):
    folder = tmp_path_factory.mktemp("tls")
    tally = SecuredTally(folder / "home", written.folder)
    tally.load(["tide/harbor"], *written.range)
    tally.secure(Authority(folder / "certificates"))
    yield tally
    tally.stop_all()
    tally.down("--erase")


def test_a_scrape_goes_through_all_services_over_mutual_tls(secured, written, counted):
    done = secured.ask("ingest", "scrape", "tide/lantern", "--since", written.range[0],
                       "--until", written.range[1], "--follow")
    assert done.returncode == 0, done.stderr
    assert rows(secured.board("tide/lantern")[1]) == counted.board(102)
    connections = secured.ask("ingest", "conns", "--json")
    assert "(scoring)" in connections.stdout and "(gateway)" in connections.stdout


def test_only_who_has_the_role_may_call(secured):
    assert secured.ask("ingest", "jobs", name="ranking").returncode == 0
    order = secured.ask("ingest", "scrape", "tide/harbor", name="ranking")
    assert order.returncode == 64 + 7 and "ranking may not call" in order.stderr
    follow = ["call", "/tally.ingest.v1.Activity/Follow", "-d", "{}"]
    assert secured.ask("ingest", *follow, name="ranking").returncode == 64 + 7
    assert secured.ask("ingest", "jobs", name="stranger").returncode == 64 + 7


def test_FLT_40_who_shows_nothing_or_the_wrong_thing_is_refused_with_words(secured, tmp_path):
    """FLT-40: who shows nothing or the wrong thing is refused with words."""
    plain = secured.ask("scoring", "health", name=None)
    assert plain.returncode == 2 and "this port takes TLS alone" in plain.stderr
    ca = ["--tls-ca", str(secured.authority.file)]
    nobody = secured.ask("scoring", "health", name=None, more=ca)
    assert nobody.returncode == 2 and "TLS_FAILED" in nobody.stderr
    assert "it wants a certificate" in nobody.stderr
    stranger = Authority(tmp_path / "other").variables("operator")
    flags = ["--tls-cert", stranger["TALLY_RPC_TLS_CERT_FILE"],
             "--tls-key", stranger["TALLY_RPC_TLS_KEY_FILE"]]
    foreign = secured.ask("scoring", "health", name=None, more=ca + flags)
    assert foreign.returncode == 2
    assert "it does not know who signed our certificate" in foreign.stderr
    wrong_name = secured.ask("scoring", "health", more=["--tls-name", "elsewhere.example"])
    assert wrong_name.returncode == 2 and "does not hold elsewhere.example" in wrong_name.stderr
    wait_until(lambda: "unable to get local issuer certificate" in secured.log("scoring"))
    assert "the client shows no certificate" in secured.log("scoring")


def test_FLT_40_a_new_certificate_is_taken_by_SIGHUP_without_a_restart(secured):
    """FLT-40: a new certificate is taken by SIGHUP without a restart."""
    pid = secured.children["ranking"].pid
    taken = secured.log("ranking").count("certificates taken")
    secured.authority.issue("ranking")
    secured.children["ranking"].send_signal(signal.SIGHUP)
    wait_until(lambda: secured.log("ranking").count("certificates taken") > taken)
    assert secured.ask("ranking", "health").returncode == 0
    assert f":{pid}:" in secured.ask("ranking", "status").stdout
    # One that has expired is not taken; the good one stays in use.
    secured.authority.issue("ranking", days=-1)
    wait_until(lambda: "has expired; put a new one" in secured.log("ranking"))
    assert secured.ask("ranking", "health").returncode == 0


def test_the_id_of_a_request_is_the_trace_of_every_call_behind_it(secured):
    request = "6d5b2f6e-2f0e-4f8e-9c77-0d6f3d1f5a10"
    status, headers, _ = secured.get("/api/v1/stats", {"X-Request-Id": request})
    assert status == 200 and headers["X-Request-Id"] == request
    for service in ["ingest", "scoring"]:
        calls = secured.ask(service, "rpcz", "--json").stdout
        assert request.replace("-", "") in calls, service
