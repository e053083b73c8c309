"""Builds the three servers and their load generators, runs them pinned, and watches them."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import time

from machine import BUILT, HERE, ROOT, is_stale, need, release, run

SERVER_CORE, CLIENT_CORE = "0", "1"
OURS = ROOT / ".build" / "release" / "tally-bench"

SERVERS = {"floor": [BUILT / "floor-server"], "peer": [BUILT / "peer-server"],
           "ours": [OURS, "serve"]}
LOADS = {"floor": [BUILT / "floor-load"], "peer": [BUILT / "peer-load"], "ours": [OURS, "load"]}


def build():
    """Floor with gcc, peer with g++ against Debian's gRPC, ours as a release build."""
    need(["gcc", "g++", "protoc-c", "grpc_cpp_plugin", "/usr/include/grpcpp/grpcpp.h", "perf"],
         ["gcc", "g++", "pkg-config", "protobuf-compiler", "protobuf-c-compiler",
          "libprotobuf-c-dev", "libgrpc++-dev", "protobuf-compiler-grpc", "linux-perf"])
    BUILT.mkdir(exist_ok=True)
    schema = HERE / "bench.proto"
    if is_stale(BUILT / "bench.pb-c.c", [schema]):
        run(["protoc-c", f"--c_out={BUILT}", f"-I{HERE}", schema])
    if is_stale(BUILT / "bench.grpc.pb.cc", [schema]):
        run(["protoc", f"--cpp_out={BUILT}", f"--grpc_out={BUILT}", f"-I{HERE}", schema,
             f"--plugin=protoc-gen-grpc={shutil.which('grpc_cpp_plugin')}"])
    compile_floor()
    compile_peer()
    release("tally-bench")


def compile_floor():
    for name in ("server", "load"):
        target, source = BUILT / f"floor-{name}", HERE / "floor" / f"{name}.c"
        if is_stale(target, [source, HERE / "floor" / "wire.h", BUILT / "bench.pb-c.c"]):
            run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{BUILT}", "-o", target, source,
                 BUILT / "bench.pb-c.c", "-lprotobuf-c"])
    counter, source = BUILT / "counted.so", HERE / "floor" / "counted.c"
    if is_stale(counter, [source]):
        run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", counter,
             source])


def compile_peer():
    flags = run(["pkg-config", "--cflags", "--libs", "grpc++", "protobuf"]).split()
    generated = [BUILT / "bench.pb.cc", BUILT / "bench.grpc.pb.cc"]
    for name in ("server", "load"):
        target, source = BUILT / f"peer-{name}", HERE / "peer" / f"{name}.cc"
        if is_stale(target, [source, *generated]):
            run(["g++", "-O2", "-std=c++17", f"-I{BUILT}", "-o", target, source, *generated,
                 *flags])


class Server:
    """One of the three servers on its core; a context that ends with the process."""

    def __init__(self, kind, counted=False):
        self.kind, self.counter = kind, None
        environment = dict(os.environ)
        if counted:
            self.counter = Counter(f"server-{kind}")
            environment.update(self.counter.environment)
        self.process = subprocess.Popen(
            ["taskset", "-c", SERVER_CORE, *map(str, SERVERS[kind])], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env=environment)
        self.port = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self.process)

    @property
    def pid(self):
        return self.process.pid


class Counter:
    """The number of heap allocations of a process that preloads floor/counted.c."""

    def __init__(self, name):
        self.path = BUILT / f"{name}.allocations"
        self.path.write_bytes(bytes(8))
        self.environment = {"LD_PRELOAD": str(BUILT / "counted.so"),
                            "ALLOCATIONS": str(self.path)}

    def read(self):
        return struct.unpack("Q", self.path.read_bytes())[0]


def end(process):
    """Ends a process of ours, by force when it does not go."""
    process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(3)
    if process.poll() is None:
        process.kill()
        process.wait()


def cpu_seconds(pid):
    """Time on a core of all threads, from the scheduler's own account."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def anonymous_bytes(pid):
    """Memory of the process itself: neither files nor anything of the kernel."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) * 1024


def load(kind, server, mode, connections, depth, size, seconds, warmup=0.5, environment=None,
         port=None):
    """Loads a server and returns what the generator said, with the server's CPU beside it."""
    command = ["taskset", "-c", CLIENT_CORE, *map(str, LOADS[kind]), mode, port or server.port,
               connections, depth, size, warmup, seconds]
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True,
                               env={**os.environ, **(environment or {})})
    begun = process.stdout.readline()
    cpu, allocations = cpu_seconds(server.pid), server.counter and server.counter.read()
    line = process.stdout.readline()
    used = cpu_seconds(server.pid) - cpu
    if server.counter:
        allocations = server.counter.read() - allocations
    process.wait(20)
    if begun.strip() != "begin" or not line:
        raise SystemExit(f"{kind} load on {server.kind} {mode} failed")
    result = json.loads(line)
    result["rate"] = result["calls"] / result["seconds"]
    result["server_cpu"] = 1e6 * used / max(result["calls"], 1)
    if server.counter:
        result["server_allocations"] = allocations / max(result["calls"], 1)
    return result


def client_allocations(kind, server, depth):
    """Heap allocations a call in the client: the growth between a short and a longer run."""
    counter = Counter(f"client-{kind}")

    def ran(seconds):
        counter.path.write_bytes(bytes(8))
        total = load(kind, server, "unary", 1, depth, 64, seconds, warmup=0.1,
                     environment=counter.environment)["total"]
        return counter.read(), total

    (few, short), (many, long) = ran(0.2), ran(1.0)
    return (many - few) / (long - short)


def system_calls(kind, server, depth, seconds):
    """System calls a call of server and client, counted by the kernel's tracepoint."""
    counted = ["perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter"]
    output = [BUILT / "server.calls", BUILT / "client.calls"]
    watch = subprocess.Popen([*counted, "-o", output[0], "-p", str(server.pid)],
                             stderr=subprocess.DEVNULL)
    time.sleep(0.3)
    command = [*counted, "-o", output[1], "taskset", "-c", CLIENT_CORE, *LOADS[kind], "unary",
               server.port, 1, depth, 64, 0.1, seconds]
    said = run(command)
    watch.send_signal(signal.SIGINT)
    watch.wait()
    total = json.loads(said.splitlines()[-1])["total"]
    return [int(re.search(r"^(\d+),", path.read_text(), re.M).group(1)) / total
            for path in output]


def idle_bytes(kind, connections):
    """Memory of a server's own for each connection that was greeted and does nothing."""
    generator = "peer" if kind == "peer" else "floor"
    with Server(kind) as server:
        load(generator, server, "unary", 1, 1, 64, 0.2, warmup=0)
        before = anonymous_bytes(server.pid)
        command = [*LOADS[generator], "idle", server.port, connections, 0, 64, 0, 0]
        process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        time.sleep(0.5)
        after = anonymous_bytes(server.pid)
        process.stdin.write("\n")
        process.stdin.close()
        process.wait(20)
    return (after - before) / connections
