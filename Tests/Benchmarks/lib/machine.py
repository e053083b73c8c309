"""What the benchmark runs on, and what it needs there."""
import datetime
import os
import pathlib
import platform
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
HERE = ROOT / "Tests" / "Benchmarks"
BUILT = ROOT / ".build-benchmarks"


def description():
    """One line: date, processor, cores, kernel and how busy the machine is."""
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    load = os.getloadavg()[0]
    return (f"{datetime.date.today()}, {model}, {os.cpu_count()} cores, "
            f"Linux {platform.release()}, load {load:.1f} at the start")


def run(command, **options):
    """Runs a command; what it said is shown only when it fails."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{done.stdout}")
    return done.stdout


def release(product):
    """Builds one of our programs as `deploy/up` does."""
    run(["swift", "build", "-c", "release", "--static-swift-stdlib", "--scratch-path",
         ROOT / ".build", "--product", product], cwd=ROOT)


def need(tools, packages):
    """Installs Debian packages when one of the tools or headers is missing."""
    if all(shutil.which(tool) or os.path.exists(tool) for tool in tools):
        return
    if os.geteuid() != 0:
        raise SystemExit(f"please install: apt-get install {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-q"], env=environment)
    run(["apt-get", "install", "-y", "--no-install-recommends", *packages], env=environment)


def is_stale(target, sources):
    """Whether a target is missing or older than one of its sources."""
    if not target.exists():
        return True
    return any(source.stat().st_mtime > target.stat().st_mtime for source in sources)
