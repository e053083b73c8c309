"""The log relay under a crowd: a killed gateway, a reader that does not read."""
import asyncio
import json
import socket
import time

import pytest
import websockets
from supervisor import Supervisor, until
from tally import Tally

CROWD = 1000


@pytest.fixture(scope="module")
def running(tmp_path_factory, written):
    tally = Tally(tmp_path_factory.mktemp("relay") / "home", written.folder)
    tally.up()
    yield Supervisor(tally)
    tally.down("--erase")


def write_lines(running, count, text="line", schema="ingest"):
    """Numbered lines of a service's log, as a transaction of its own would write them."""
    rows = running.sql(f"""
        with numbers as (
          update {schema}.log_numbers set last_seq = last_seq + {count} returning last_seq)
        insert into {schema}.log_lines (seq, time_us, level, message)
          select last_seq - {count} + n, (extract(epoch from now()) * 1000000)::bigint, 'info',
                 '{text} ' || n
          from numbers, generate_series(1, {count}) n returning seq""")
    return [int(row[0]) for row in rows]


class Reader:
    """One client of the relay: it comes back with its last cursor whenever it is cut off."""

    def __init__(self, url):
        self.url, self.cursor, self.seen, self.gaps = url, None, [], []
        self.live, self.arrived = asyncio.Event(), {}

    async def run(self):
        while True:
            query = f"?service=ingest&cursor={self.cursor}" if self.cursor else "?service=ingest"
            try:
                async with websockets.connect(
                        self.url + query, open_timeout=60, ping_interval=None) as wire:
                    async for text in wire:
                        self.take(json.loads(text))
            except (OSError, websockets.WebSocketException, TimeoutError):
                await asyncio.sleep(0.2)

    def take(self, message):
        if message["type"] == "hello":
            self.live.set()
        elif message["type"] == "log":
            self.cursor = message["cursor"]
            self.seen.append(message["seq"])
            self.arrived[message["seq"]] = time.monotonic()
        elif message["type"] == "gap":
            self.gaps.append((message["from"], message["to"]))


async def crowd(url, count):
    readers = [Reader(url) for _ in range(count)]
    tasks = []
    for start in range(0, count, 100):
        tasks += [asyncio.create_task(r.run()) for r in readers[start:start + 100]]
        await asyncio.gather(*(r.live.wait() for r in readers[start:start + 100]))
    return readers, tasks


async def everybody_has(readers, last, seconds=120):
    end = time.monotonic() + seconds
    while not all(r.seen and r.seen[-1] >= last for r in readers):
        assert time.monotonic() < end, sum(1 for r in readers if not r.seen or r.seen[-1] < last)
        await asyncio.sleep(0.05)


def test_FLT_05_a_thousand_sockets_outlive_their_gateway_and_miss_no_line(running):
    """FLT-05: a thousand sockets outlive their gateway and miss no line."""
    url = running.tally.answer["gateway"].replace("http", "ws") + "/ws/logs"

    async def run():
        readers, tasks = await crowd(url, CROWD)
        first = write_lines(running, 1)[0]
        await everybody_has(readers, first)
        running.kill("gateway")
        write_lines(running, 20)
        running.start("gateway")
        last = write_lines(running, 5)[-1]
        await everybody_has(readers, last)
        for task in tasks:
            task.cancel()
        for reader in readers:
            new = [seq for seq in reader.seen if seq >= first]
            assert new == list(range(first, last + 1)), new
            assert reader.gaps == []

    asyncio.run(run())


def stuck(url):
    """A socket that shakes hands and never reads."""
    host, port = url.split("//")[1].split("/")[0].rsplit(":", 1)
    wire = socket.socket()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.connect((host, int(port)))
    wire.sendall(b"GET /ws/logs?service=ingest HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                 b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                 b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    return wire


def test_FLT_38_a_reader_that_does_not_read_gets_a_gap_and_delays_nobody(running):
    """FLT-38: a reader that does not read gets a gap and delays nobody."""
    url = running.tally.answer["gateway"].replace("http", "ws") + "/ws/logs"

    async def run():
        slow = stuck(url)
        readers, tasks = await crowd(url, 5)
        # More than a socket's queue and the ring behind it hold: 24 MB.
        for _ in range(12):
            last = (await asyncio.to_thread(write_lines, running, 2000, "x" * 1000))[-1]
            # Those who read keep up; the one that does not falls behind all of it.
            await everybody_has(readers, last)
        # Those who read had everything, and a crowd that comes now is served as if all did.
        for reader in readers:
            assert reader.gaps == []
        more, more_tasks = await crowd(url, CROWD)
        for _ in range(5):
            written = time.monotonic()
            last = (await asyncio.to_thread(write_lines, running, 1))[-1]
            await everybody_has(readers + more, last)
            late = max(r.arrived[last] for r in readers + more) - written
            print(f"live after {late * 1000:.0f} ms")
        for task in tasks + more_tasks:
            task.cancel()
        return slow

    slow = asyncio.run(run())
    assert running.memory_peak("gateway") < 200 << 20
    # It wakes up: what it lost is named, then it goes on, or it was closed for its silence.
    slow.settimeout(60)
    got, deadline = b"", time.monotonic() + 60
    while time.monotonic() < deadline and b'"type":"gap"' not in got[-200_000:]:
        try:
            piece = slow.recv(1 << 20)
        except ConnectionResetError:
            piece = b""
        if not piece:
            break
        got += piece
    assert b'"type":"gap"' in got or not piece
    slow.close()
    until(lambda: running.tally.probe("gateway", "health").returncode == 0)
