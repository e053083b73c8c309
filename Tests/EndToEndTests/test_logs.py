"""The log relay over a real WebSocket."""
import asyncio
import json

import websockets


def read(loaded, query, until):
    async def run():
        url = loaded.answer["gateway"].replace("http", "ws") + "/ws/logs" + query
        messages = []
        async with asyncio.timeout(30):
            async with websockets.connect(url) as socket:
                while not until(messages):
                    messages.append(json.loads(await socket.recv()))
        return messages
    return asyncio.run(run())


def lines(messages):
    return [(m["service"], m["seq"]) for m in messages if m["type"] == "log"]


def test_a_reader_that_comes_back_with_its_cursor_gets_every_line_once(loaded):
    first = read(loaded, "", lambda got: len(lines(got)) >= 4)
    assert first[0]["type"] == "hello"
    assert set(first[0]["services"]) == {"ingest", "scoring", "ranking"}
    cut = first[-3]["cursor"]
    wanted = lines(first[-2:])
    again = read(loaded, f"?cursor={cut}", lambda got: set(wanted) <= set(lines(got)))
    assert len(set(lines(again))) == len(lines(again))
    for service in {service for service, _ in wanted}:
        numbers = [seq for name, seq in lines(again) if name == service]
        assert numbers == sorted(numbers)


def test_BAD_09_a_cursor_of_nonsense_is_refused_before_the_upgrade(loaded):
    """BAD-09: a cursor of nonsense is refused before the upgrade."""
    status, _, body = loaded.get("/ws/logs?cursor=%00nonsense", headers={
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="})
    assert (status, json.loads(body)["code"]) == (400, "invalid_parameter")


def test_BAD_09_a_foreign_origin_is_refused_before_the_upgrade(loaded):
    """BAD-09: a foreign origin is refused before the upgrade."""
    status, _, _ = loaded.get("/ws/logs", headers={
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": "https://evil.example"})
    assert status == 403
