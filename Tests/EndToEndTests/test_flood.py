"""Spoiled sessions by the thousand against each running program: none of them leaves a trace."""
import os
import pathlib
import random
import re
import socket
import struct
import time

import pytest
from plain_rpc import (END, HELLO, MESSAGE, NO_MESSAGE, PING, PREFACE, REQUEST, Client, fields,
                       frame, number, text)
from tally import SERVICES

CANCEL, WINDOW, MORE = 6, 7, 2
SESSIONS = 4_000
SEED = int(os.environ.get("TALLY_FLOOD_SEED", "20261127"))


@pytest.fixture(params=SERVICES)
def program(request, loaded):
    """Its name, its address and the number of its process."""
    address = loaded.answer["services"][request.param]["address"]
    return request.param, address, loaded.pid(request.param)


def good_session():
    """What a client may say: an introduction, calls of two kinds, a ping, credit, a farewell."""
    hello = text(1, "flood/1") + number(3, 65536) + number(7, 262144)
    health = "/tally.health.v1.Health/"
    return [
        PREFACE, frame(HELLO, 0, 0, hello),
        frame(REQUEST, END, 1, text(1, health + "Check") + number(2, 1_000_000)),
        frame(REQUEST, END, 2, text(1, health + "Watch")),
        frame(WINDOW, 0, 2, b"", struct.pack(">I", 131072)),
        frame(PING, 0, 0, b"", b"12345678"),
        frame(REQUEST, NO_MESSAGE, 3, text(1, "/tally.admin.v1.Admin/Nothing")),
        frame(MESSAGE, END, 3, b"", b"\x0a\x03abc"),
        frame(CANCEL, 0, 2, number(1, 1)),
    ]


def spoiled(chance):
    """The bytes of a session that went wrong somewhere."""
    parts = good_session()
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(parts))
        kind = chance.randrange(6)
        if kind == 0:
            parts.insert(place, parts[chance.randrange(len(parts))])
        elif kind == 1:
            parts.insert(place, chance.randbytes(chance.randint(1, 200)))
        elif kind == 2:
            parts[place] = parts[place][:chance.randrange(len(parts[place]) + 1)]
        elif kind == 3 and len(parts) > 1:
            del parts[place]
        elif parts[place]:
            data = bytearray(parts[place])
            # Often in the head, where lengths, types and ids stand.
            end = min(12, len(data)) if kind == 4 else len(data)
            data[chance.randrange(end)] = chance.randrange(256)
            parts[place] = bytes(data)
    return b"".join(parts)


def play(address, chance):
    """One session: sent in one piece or more, and ended in one of the ways that there are."""
    host, port = address.rsplit(":", 1)
    data = spoiled(chance)
    with socket.create_connection((host, int(port)), timeout=10) as line:
        try:
            for piece in range(0, len(data), size := chance.choice([1 << 20, 64, 17])):
                line.sendall(data[piece:piece + size])
            end = chance.randrange(3)
            if end == 0:
                line.shutdown(socket.SHUT_WR)
                while line.recv(65536):
                    pass
            elif end == 1:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except TimeoutError:
            raise
        except OSError:
            pass  # The program closed first.


def descriptors(pid):
    return len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))


def resident(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) * 1024


def ticks(pid):
    values = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(values[11]) + int(values[12])


def settled(pid, most):
    """Waits until the program has no more descriptors than that."""
    until = time.monotonic() + 20
    while descriptors(pid) > most and time.monotonic() < until:
        time.sleep(0.05)
    return descriptors(pid)


# Pieces of a message; and what one connection may hold in messages that nobody has taken, with as
# much again for what the allocator and the rest of the program need meanwhile.
PIECE, BUDGET = 64_000, 64 << 20


def fill(address, calls, last):
    """Requests of 4 MB each whose last piece has these flags: their ends never come."""
    host, port = address.rsplit(":", 1)
    line = socket.create_connection((host, int(port)), timeout=10)
    hello = text(1, "filler/1") + number(3, 65536) + number(7, 262144)
    line.sendall(PREFACE + frame(HELLO, 0, 0, hello))
    path = text(1, "/tally.health.v1.Health/Check")
    for stream in range(1, calls + 1):
        line.sendall(frame(REQUEST, MORE, stream, path, bytes(PIECE)))
        for piece in range(62):
            line.sendall(frame(MESSAGE, MORE if piece < 61 else last, stream, b"", bytes(PIECE)))
    return line


@pytest.mark.parametrize("last", [0, MORE], ids=["whole", "unfinished"])
def test_rpc_72_a_gigabyte_of_requests_without_end_is_refused_and_given_back(
        program, loaded, last):
    name, address, pid = program
    before = resident(pid)
    line = fill(address, 256, last)
    assert resident(pid) - before < 2 * BUDGET
    line.close()
    until = time.monotonic() + 20
    while resident(pid) - before > 16 << 20 and time.monotonic() < until:
        time.sleep(0.05)
    assert resident(pid) - before <= 16 << 20
    assert loaded.pid(name) == pid, f"{name} was started anew"


def test_a_flood_of_spoiled_sessions_leaves_nothing_behind(program, loaded):
    name, address, pid = program
    before = descriptors(pid)
    memory = []
    for wave in range(3):
        chance = random.Random(f"{SEED} {name} {wave}")
        for _ in range(SESSIONS):
            play(address, chance)
        # A spare connection of the other services may have come meanwhile.
        assert settled(pid, before + 2) <= before + 2, f"seed {SEED}"
        memory.append(resident(pid))
    assert loaded.pid(name) == pid, f"{name} was started anew; seed {SEED}"
    # The first wave fills tables that are kept; the others find them there.
    assert memory[2] - memory[0] < 4 << 20, f"{memory}, seed {SEED}"
    # That nothing is going on can only be seen by looking on for a while.
    used = ticks(pid)
    time.sleep(1)
    assert ticks(pid) - used < 0.3 * os.sysconf("SC_CLK_TCK"), "busy with nothing"
    client = Client(address)
    client.handshake()
    code, message = client.call("/tally.health.v1.Health/Check")
    assert (code, dict(fields(message))) == (0, {1: 1})
