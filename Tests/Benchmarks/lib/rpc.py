"""Section rpc: calls over TCP loopback, beside an epoll server in C and gRPC C++."""
import contextlib

import programs
from relay import Relay
from table import row

KIB16 = 16 * 1024
# mode, connections, calls in flight, bytes
LOADS = [
    ("unary", 1, 1, 64), ("unary", 1, 16, 64), ("unary", 1, 64, 64), ("unary", 1, 256, 64),
    ("unary", 8, 16, 64), ("unary", 8, 64, 64), ("unary", 8, 256, 64),
    ("unary", 1, 64, KIB16), ("stream", 1, 1, 64), ("stream", 1, 1, KIB16),
]
# Which generator loads which server.
SIDES = {"floor": ("floor", "floor"), "peer": ("peer", "peer"), "server": ("floor", "ours"),
         "both": ("ours", "ours")}
IDLE = 10_000
# A channel of the peer costs so much in its client that fewer must do.
IDLE_PEER = 1_000


def measure(chosen):
    if not chosen.no_build:
        programs.build()
    runs = loads(chosen)
    rows = latency(runs) + throughput(runs) + streams(runs)
    with contextlib.ExitStack() as stack:
        servers = {kind: stack.enter_context(programs.Server(kind)) for kind in programs.SERVERS}
        rows += wire_bytes(servers) + system_calls(servers, chosen)
    return rows + allocations(chosen) + idle()


def loads(chosen):
    """All sides in turn, round by round, so that a busy minute hits all of them."""
    runs = {}
    with contextlib.ExitStack() as stack:
        servers = {kind: stack.enter_context(programs.Server(kind)) for kind in programs.SERVERS}
        for _ in range(chosen.rounds):
            for setting in LOADS:
                for side, (client, server) in SIDES.items():
                    result = programs.load(client, servers[server], *setting, chosen.seconds)
                    runs.setdefault((setting, side), []).append(result)
    return runs


def values(runs, setting, side, key):
    return [result[key] for result in runs[setting, side]]


def compared(runs, name, unit, setting, key, side, goal, met):
    return row(name, unit, values(runs, setting, side, key),
               values(runs, setting, "floor", key), values(runs, setting, "peer", key), goal, met)


def latency(runs):
    rows = []
    for side, who in (("server", "our server"), ("both", "our client and server")):
        for key in ("p50", "p99"):
            rows.append(compared(
                runs, f"one call at a time, {key}, {who}", "µs", LOADS[0], key, side,
                "≤ 1.25 floor, < peer", lambda _, floor, peer: floor <= 1.25 and peer < 1))
    return rows


def throughput(runs):
    rows = []
    floors = {(1, 64, 64, "server"): 0.6}
    peers = {(1, 64, 64, "server"): 10, (1, 64, KIB16, "server"): 2, (1, 64, KIB16, "both"): 2}
    for setting in LOADS[1:8]:
        _, connections, depth, size = setting
        for side, who in (("server", "our server"), ("both", "our client and server")):
            key = (*setting[1:], side)
            times, share = peers.get(key, 8), floors.get(key, 0)
            over = "one connection" if connections == 1 else f"{connections} connections"
            goal = f"≥ {times} peer" + (f", ≥ {share} floor" if share else "")
            judged = depth != 16 and (depth, connections) != (256, 8)
            rows.append(compared(
                runs, f"{depth} in flight, {over}, {size} B, {who}", "calls/s", setting, "rate",
                side, goal if judged else "", judged and (
                    lambda _, floor, peer, s=share, t=times: floor >= s and peer >= t)))
    rows.append(compared(
        runs, "server CPU a call, 64 in flight", "µs", LOADS[2], "server_cpu", "server",
        "≤ 2 floor, ≤ 1/8 peer", lambda _, floor, peer: floor <= 2 and peer <= 1 / 8))
    return rows


def streams(runs):
    rows = []
    for setting, times in ((LOADS[8], 20), (LOADS[9], 3)):
        for side, who in (("server", "our server"), ("both", "our client and server")):
            rows.append(compared(
                runs, f"server streaming, {setting[3]} B, {who}", "messages/s", setting, "rate",
                side, f"≥ {times} peer, ≥ 0.7 floor",
                lambda _, floor, peer, t=times: floor >= 0.7 and peer >= t))
    return rows


def wire_bytes(servers):
    """Both ways, without the kernel's headers; a relay counts."""
    counts = {}
    for kind, server in servers.items():
        relay = Relay(server.port)
        total = programs.load(kind, server, "unary", 1, 1, 64, 1.0, warmup=0,
                              port=relay.port)["total"]
        counts[kind] = [relay.bytes / total]
        relay.close()
    return [row("bytes a call of 64 B, both ways", "B", counts["ours"], counts["floor"],
                counts["peer"], "")]


def system_calls(servers, chosen):
    rows = []
    for depth, most in ((1, 2), (64, 0.2)):
        counts = {kind: programs.system_calls(kind, server, depth, chosen.seconds)
                  for kind, server in servers.items()}
        for side, index in (("server", 0), ("client", 1)):
            # Waking up when the other side was slower costs a little more than two.
            rows.append(row(
                f"system calls a call, {depth} in flight, {side}", "calls",
                *([counts[kind][index]] for kind in ("ours", "floor", "peer")), f"≤ {most}",
                lambda ours, *_, m=most: ours <= m * 1.02))
    return rows


def allocations(chosen):
    server, client = {}, {}
    for kind in programs.SERVERS:
        with programs.Server(kind, counted=True) as counted:
            server[kind] = [programs.load(kind, counted, "unary", 1, 16, 64, chosen.seconds)[
                "server_allocations"]]
            client[kind] = [programs.client_allocations(kind, counted, 16)]
    return [row(f"heap allocations a unary call, {side}", "calls", counts["ours"],
                counts["floor"], counts["peer"], "≤ 10", lambda ours, *_: ours <= 10)
            for side, counts in (("server", server), ("client", client))]


def idle():
    counts = {kind: [programs.idle_bytes(kind, IDLE_PEER if kind == "peer" else IDLE)]
              for kind in programs.SERVERS}
    return [row(f"memory a connection, {IDLE:,} of them idle", "B", counts["ours"],
                counts["floor"], counts["peer"], "≤ 2048", lambda ours, *_: ours <= 2048)]
