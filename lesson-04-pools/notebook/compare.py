#!/usr/bin/env python3
"""Runs the five programs of this folder and the lessons' five headline demos in turn, and prints how they compare.

    cargo build --release --workspace
    python3 lesson-04-pools/notebook/compare.py [--runs 5] [--target target/release] [--json]

Wall and CPU time are of the whole program with all its processes, from start to end. Peak memory is the sum of the most
that each of its processes has had (`VmHWM`, looked at every 10 ms; what they share counts more than once). The ideal is
what the waits alone need. Linux only, because of /proc.
"""

import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parents[1] / "target")) / "release"
CORES = len(os.sched_getaffinity(0))
# Our program, its demo, and the seconds that its waits need at least.
PROGRAMS = {
    "threads.py": ("lesson-01-threads", "spawn", 5 * 0.5),
    "processes.py": ("lesson-02-processes", "workers", 6 * 0.01),
    "gather.py": ("lesson-03-async", "gather", 2.0),
    "downloads.py": ("lesson-04-pools", "downloads", 2.0),
    "chunks.py": ("lesson-04-pools", "chunks", math.ceil(4 / CORES) * 1.0),
}


def interpreter():
    """This Python's version, and whether its threads share one lock."""
    version = f"{sys.implementation.name} {sys.version.split()[0]}"
    locked = getattr(sys, "_is_gil_enabled", lambda: True)()
    return f"{version}, GIL {'on' if locked else 'off'}"


def descendants(pid):
    """A process and all that it has started."""
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in task.read_text().split():
                found += descendants(int(child))
        except OSError:
            pass  # It ended in between.
    return found


def peak(pid):
    """The most memory that a process has had so far, in bytes; nothing if it has ended."""
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def measure(command):
    """Runs a command once: wall seconds, CPU seconds, bytes of memory."""
    peaks, over = {}, threading.Event()
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def watch():
        while not over.wait(0.01):
            for pid in descendants(process.pid):
                peaks[pid] = max(peaks.get(pid, 0), peak(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    over.set()
    watcher.join()
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed with {process.returncode}")
    return {"wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime, "memory_bytes": sum(peaks.values())}


def summary(runs, key):
    values = sorted(run[key] for run in runs)
    return {"median": statistics.median(values), "least": values[0], "most": values[-1]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of each program [default: 5]")
    parser.add_argument("--target", type=pathlib.Path, default=TARGET)
    parser.add_argument("--pace", type=float, default=1.0, help="scale every wait")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs: at least 1")
    results = {}
    for script, (lesson, demo, ideal) in PROGRAMS.items():
        program = options.target / lesson
        if not program.exists():
            sys.exit(f"{program} is not there: cargo build --release --workspace, or name the folder with --target")
        pace = str(options.pace)
        commands = {
            "python": [sys.executable, HERE / script, pace],
            "ours": [program, demo, "--pace", pace],
        }
        runs = {name: [] for name in commands}
        for _ in range(options.runs):
            for name, command in commands.items():
                runs[name].append(measure(command))
        for of_one in runs.values():
            for run in of_one:
                run["overhead_s"] = run["wall_s"] - ideal * options.pace
        keys = ["wall_s", "overhead_s", "cpu_s", "memory_bytes"]
        results[demo] = {name: {key: summary(of_one, key) for key in keys} for name, of_one in runs.items()}
        results[demo]["ideal_s"] = ideal * options.pace
    if options.json:
        print(json.dumps({"python": interpreter(), "runs": options.runs, "cores": CORES, "programs": results}))
        return
    load = os.getloadavg()[0]
    print(interpreter())
    print(f"{options.runs} runs of each in turn, {CORES} cores, load {load:.1f} at the end; median (least to most)")
    units = {"wall_s": (1, "s", 3), "overhead_s": (1e3, "ms", 1), "cpu_s": (1e3, "ms", 0), "memory_bytes": (1e-6, "MB", 1)}
    names = {"wall_s": "wall", "overhead_s": "above the ideal", "cpu_s": "CPU", "memory_bytes": "peak memory"}
    for demo, result in results.items():
        print(f"\n{demo} (ideal {result['ideal_s']:.3f} s)")
        print(f"  {'':16} {'Python':>28} {'ours':>28}  ours / Python")
        for key, (factor, unit, digits) in units.items():
            def shown(one):
                low, middle, high = (one[part] * factor for part in ("least", "median", "most"))
                return f"{middle:.{digits}f} {unit} ({low:.{digits}f} to {high:.{digits}f})"

            python, ours = result["python"][key], result["ours"][key]
            ratio = ours["median"] / python["median"] if python["median"] > 0 else float("nan")
            print(f"  {names[key]:16} {shown(python):>28} {shown(ours):>28}  {ratio:.2f}")


main()
