"""Each service's port, spoken to by a client that shares no code with the project."""
import hashlib
import json
import os
import signal
import struct
import subprocess

import pytest
from plain_rpc import (ACK, GOAWAY, HELLO, NO_MESSAGE, END, PING, PREFACE, REQUEST, STATUS, Client,
                       fields, frame, text, varint)
from supervisor import until
from tally import ROOT, SERVICES

PROTOCOL, FRAME_SIZE, HANDSHAKE, VERSION = 1, 2, 4, 5


@pytest.fixture(params=SERVICES)
def address(request, loaded):
    return loaded.answer["services"][request.param]["address"]


def goaway(data):
    """The code of the GOAWAY with which the bytes end."""
    position, code = (8, None) if data.startswith(PREFACE[:6]) else (0, None)
    while position + 12 <= len(data):
        length, kind, _, header, _ = struct.unpack(">IBBHI", data[position:position + 12])
        if kind == GOAWAY:
            code = dict(fields(data[position + 12:position + 12 + header])).get(2, 0)
        position += 12 + length
    return code


def test_health_answers_a_plain_socket(address):
    client = Client(address)
    client.handshake()
    code, message = client.call("/tally.health.v1.Health/Check")
    assert (code, dict(fields(message))) == (0, {1: 1})


@pytest.fixture(scope="session")
def declared(tmp_path_factory):
    """SHA-256 of what the .proto files declare, by protoc: its files by their names."""
    output = tmp_path_factory.mktemp("schema") / "set.bin"
    names = sorted(str(path.relative_to(ROOT / "proto")) for path in (ROOT / "proto/tally").rglob(
        "*.proto") if path.parts[-3:-1] != ("rpc", "v1"))
    subprocess.run(["protoc", "-I", ROOT / "proto", f"--descriptor_set_out={output}", *names],
                   check=True)
    files = {dict(fields(file))[1]: file for _, file in fields(output.read_bytes())}
    return hashlib.sha256(b"".join(
        varint(1 << 3 | 2) + varint(len(file)) + file for _, file in sorted(files.items()))).digest()


def test_RPC_52_every_service_says_what_it_was_built_from(address, declared):
    """RPC-52: the schema digest of HELLO is that of the .proto files."""
    assert Client(address).handshake()[12] == declared


def test_RPC_13_an_unknown_method_is_unimplemented_and_named(address):
    """RPC-13: an unknown method is unimplemented and named."""
    client = Client(address)
    client.handshake()
    client.send(frame(REQUEST, END, 1, text(1, "/tally.health.v1.Health/Nothing")))
    _, flags, _, header, _ = client.frame()
    status = dict(fields(header))
    assert status[1] == 12 and b"Nothing" in status[2] and flags & NO_MESSAGE


def test_a_ping_comes_back_with_its_bytes(address):
    client = Client(address)
    client.handshake()
    client.send(frame(PING, 0, 0, b"", b"12345678"))
    assert client.frame() == (PING, ACK, 0, b"", b"12345678")


@pytest.mark.parametrize("first", [
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"\x00" * 40])
def test_RPC_46_other_protocols_are_closed(address, first):
    """RPC-46: other protocols are closed."""
    client = Client(address)
    client.send(first)
    assert len(client.rest()) < 400


@pytest.mark.parametrize("bad, code", [
    (struct.pack(">IBBHI", 0xFFFFFFFF, REQUEST, 0, 0, 1), FRAME_SIZE),
    (struct.pack(">IBBHI", 16 << 20, REQUEST, 0, 0, 1), FRAME_SIZE),
    (struct.pack(">IBBHI", 4, REQUEST, 0, 5, 1) + b"abcd", FRAME_SIZE),
    (frame(0, 0, 0), PROTOCOL),
    (frame(0x90, 0, 0), PROTOCOL),
    (frame(REQUEST, 0x80, 1), PROTOCOL),
    (frame(REQUEST, END, 0), PROTOCOL),
    (frame(PING, 0, 0, b"", b"1"), FRAME_SIZE),
    (frame(HELLO, 0, 0), HANDSHAKE),
])
def test_RPC_53_to_58_a_broken_frame_ends_the_connection_with_its_code(address, bad, code):
    """BAD-01, RPC-53 to 58: a broken frame ends the connection with its code."""
    client = Client(address)
    client.handshake()
    client.send(bad)
    assert goaway(client.rest()) == code


def test_RPC_47_a_higher_major_version_is_refused_with_both(address):
    """RPC-47: a higher major version is refused with both."""
    client = Client(address)
    client.send(b"\xf1TALLY\x02\x00")
    data = client.rest()
    assert data.startswith(PREFACE)
    assert goaway(data) == VERSION


def test_after_all_that_a_good_client_is_served(address):
    for _ in range(20):
        broken = Client(address)
        broken.send(PREFACE + b"\xff" * 500)
        broken.rest()
    client = Client(address)
    client.handshake()
    assert client.call("/tally.health.v1.Health/Check")[0] == 0


MORE, UNAVAILABLE = 2, 14


@pytest.fixture
def stuck(tmp_path):
    """Starts a gateway alone, which needs no database, with a call on it that never ends: its
    request is half sent. Gives the process and the client."""
    processes = []

    def start(grace):
        path = tmp_path / "address"
        ports = {f"TALLY_{kind}_LISTEN": "127.0.0.1:0" for kind in ("RPC", "ADMIN", "HTTP")}
        process = subprocess.Popen(
            [ROOT / ".build/release/tally-gateway", "serve"], stderr=subprocess.DEVNULL,
            env={**os.environ, **ports, "TALLY_ADDRESS_FILE": str(path),
                 "TALLY_DRAIN_GRACE": grace})
        processes.append(process)
        assert until(path.exists)
        client = Client(json.loads(path.read_text())["rpc"])
        client.handshake()
        client.send(frame(REQUEST, MORE, 1, text(1, "/tally.health.v1.Health/Check"), b"\x0a"))
        # An answer to a ping says that the request has come.
        client.send(frame(PING, 0, 0, b"", bytes(8)))
        assert client.frame()[0] == PING
        process.send_signal(signal.SIGTERM)
        assert client.frame()[0] == GOAWAY
        return process, client

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_RPC_76_a_stuck_call_ends_with_the_grace_and_the_process_exits(stuck):
    """RPC-76: ends by the grace limit with UNAVAILABLE; the process exits."""
    process, client = stuck("1s")
    kind = None
    while kind != STATUS:
        kind, _, stream, header, _ = client.frame()
    assert (stream, dict(fields(header))[1]) == (1, UNAVAILABLE)
    assert b"DRAINING" in header
    assert process.wait(timeout=20) == 0


def test_RPC_76_a_second_signal_ends_the_process_at_once(stuck):
    """RPC-76: second signal: exits at once."""
    process, _ = stuck("600s")
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)
