# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Run all tests and linters: `make check`.

A step is a command with an id and a sentence. Its output goes to a log file and
is searched for counts: our own `N passed, N failed`, pytest's and cmocka's
closing lines, TAP. A step that prints none of them counts as one test. Two
steps run at a time, each in folders of its own. The last line is the sum. `check.py --list` names the steps; words choose some of them.
"""

import argparse
import collections
import concurrent.futures
import glob
import os
import re
import signal
import subprocess
import sys
import time

PYTHON = sys.executable
JOBS = f"-j{os.cpu_count() or 1}"
REFERENCE = "vexpress-a9"  # the product for which the budgets are stated
SHOWCASE = "showcase_defconfig"
RANDOM_SEEDS = (1, 2, 3, 4, 5, 6)
SHOWN_LINES = 40
RUNNING = set()  # process groups, to be ended with this process

# Folders of pytest files: id, sentence, time limit in seconds.
PYTEST = {
    "test/unit": ("GEN", "Tests of the generators pass", 300),
    "test/syscc": ("SYC", "Tests of the system compiler pass", 600),
    "test/build": ("MAK", "Tests of the build pass", 1800),
    "test/docs": ("DOC", "The documents are true to the tree", 300),
    "test/plugin": ("PLG", "Tests of the counting plugin pass", 300),
    "test/bench": ("BEN", "Benchmarks give the same figures twice and keep their goals", 3600),
    "test/linux": ("LIN", "The port of Linux, its builds and the native kernel are sound", 3600),
    "test/system": ("SYS", "System tests in QEMU pass", 3000),
}

LONGEST = "test/linux"

Step = collections.namedtuple("Step", "id sentence command needs limit")
Counts = collections.namedtuple("Counts", "passed failed skipped")


# Steps ------------------------------------------------------------------------

def build_step(number, name, out, config_goal):
    """Configure and build one product in a folder of its own; run it if it is the demo."""
    make = f"make --no-print-directory O={out}/{name}"
    command = f"{make} {config_goal} && {make} {JOBS} all"
    sentence = f"{name} builds without a warning"
    if runs_demo(config_goal):
        sentence += ", and its demo passes"
        command += f" && {PYTHON} scripts/run-demo.py {out}/{name} $({make} -s print-qemu)"
    if name == REFERENCE:
        sentence += ", within its budgets"
        command += f" && {make} size"
    return Step(f"BLD{number:02}", sentence, command, "", 1800 if has_linux(config_goal) else 300)


def has_linux(config_goal):
    """Whether a product needs Linux, which may have to be compiled first."""
    path = f"configs/{config_goal}"
    if not os.path.exists(path):
        return False
    with open(path, encoding="utf-8") as file:
        return "CONFIG_GUEST_LINUX=y" in file.read()


def runs_demo(config_goal):
    """Whether a configuration is of a demo: of `make demo`'s, or the default, of native cells."""
    if config_goal == SHOWCASE:
        return True
    path = f"configs/{config_goal}"
    if not os.path.exists(path):
        return True
    with open(path, encoding="utf-8") as file:
        return "CONFIG_SYSTEM_DTS=" not in file.read()


def all_steps(out):
    """Every step, in the order in which they start: quick answers, then the longest beside the rest."""
    yield Step("LNT", "The sources pass all linters", f"{PYTHON} scripts/lint.py", "", 300)
    yield Step("UNI", "Unit tests of the microvisor on this machine pass",
               "make --no-print-directory unit", "test/unit/Makefile", 300)
    yield Step("MMU", "Tests of the page-table walk and the vTLB on this machine pass",
               "make --no-print-directory mmu-test", "test/mmu/Makefile", 300)
    yield pytest_step(LONGEST)
    names = sorted(os.path.basename(path) for path in glob.glob("configs/*_defconfig"))
    for number, name in enumerate(names, 1):
        yield build_step(number, name.replace("_defconfig", ""), out, name)
    for seed in RANDOM_SEEDS:
        yield build_step(50 + seed, f"random-{seed}", out, f"randconfig SEED={seed}")
    yield from (pytest_step(folder) for folder in PYTEST if folder != LONGEST)
    for number, path in enumerate(sorted(glob.glob("test/fuzz/*.sh")), 1):
        yield Step(f"FUZ{number}", f"A short run of {path} finds nothing", f"sh {path}", path, 300)


def pytest_step(folder):
    """Run the pytest files of a folder."""
    step, sentence, limit = PYTEST[folder]
    return Step(step, sentence, f"{PYTHON} -m pytest -q -rs -p no:cacheprovider {folder}", folder, limit)


# Counting ----------------------------------------------------------------------

def count_own(text):
    """Our own closing line: `N passed, N failed[, N skipped]`."""
    found = re.findall(r"^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", text, re.M)
    return add(Counts(int(p), int(f), int(s or 0)) for p, f, s in found)


def count_pytest(text):
    """pytest's closing line: `=== 3 failed, 4 passed, 1 skipped in 0.1s ===`."""
    lines = re.findall(r"^=* ?((?:\d+ \w+,? ?)+) in [\d.]+s.*$", text, re.M)
    result = []
    for line in lines:
        number = {word.rstrip("s"): int(count) for count, word in re.findall(r"(\d+) (\w+)", line)}
        result.append(Counts(number.get("passed", 0) + number.get("xfailed", 0),
                             number.get("failed", 0) + number.get("error", 0) +
                             number.get("xpassed", 0), number.get("skipped", 0)))
    return add(result)


def count_cmocka(text):
    """cmocka's closing lines, one group for each program."""
    return Counts(*(sum(int(n) for n in re.findall(rf"^\[\s*{word}\s*\] (\d+) test", text, re.M))
                    for word in ("PASSED", "FAILED", "SKIPPED")))


def count_tap(text):
    """Lines `ok N ...` and `not ok N ...`."""
    good = re.findall(r"^ok \d+(?!.*# SKIP)", text, re.M)
    skipped = re.findall(r"^ok \d+.*# SKIP", text, re.M)
    return Counts(len(good), len(re.findall(r"^not ok \d+", text, re.M)), len(skipped))


def add(counts):
    """Sum of several counts."""
    total = Counts(0, 0, 0)
    for one in counts:
        total = Counts(*(a + b for a, b in zip(total, one)))
    return total


def count(text, status):
    """Counts of a step, from the first format that appears in its output."""
    for parser in (count_own, count_pytest, count_cmocka, count_tap):
        counts = parser(text)
        if any(counts):
            break
    if status and not counts.failed:
        counts = counts._replace(failed=1)  # it broke off
    return counts if any(counts) else Counts(1, 0, 0)


def skip_reasons(text):
    """Lines that say why a test was skipped."""
    return re.findall(r"^(?:SKIPPED|SKIP ) .*$", text, re.M)


# Running -------------------------------------------------------------------------

def run_step(step, logs):
    """Run one step, print its result, return (counts, reasons for skips)."""
    if step.needs and not os.path.exists(step.needs):
        print(f"[ skip ] {step.id:<6}{step.sentence}: there is no {step.needs}", flush=True)
        return Counts(0, 0, 1), [f"{step.id}: there is no {step.needs}"]
    print(f"[ .... ] {step.id:<6}{step.sentence}", flush=True)
    log = os.path.join(logs, step.id + ".log")
    start = time.time()
    with open(log, "w", encoding="utf-8") as file:
        file.write(f"$ {step.command}\n")
        file.flush()
        status = run_command(step, file)
    with open(log, encoding="utf-8", errors="replace") as file:
        text = file.read()
    counts = count(text, status)
    lines = [f"[ {'FAIL' if counts.failed else ' ok '} ] {step.id:<6}{counts.passed} passed, "
             f"{counts.failed} failed, {counts.skipped} skipped, {time.time() - start:.0f} s"]
    if counts.failed:
        lines += ["         | " + line for line in text.splitlines()[-SHOWN_LINES:]]
        lines.append(f"         whole output: {log}; again: make check T={step.id}")
    print("\n".join(lines), flush=True)
    return counts, [f"{step.id}: {reason}" for reason in skip_reasons(text)]


def run_command(step, file):
    """Run in a process group of its own, so that a time-out ends all of it."""
    with subprocess.Popen(step.command, shell=True, stdout=file, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, start_new_session=True) as process:
        RUNNING.add(process.pid)
        try:
            return process.wait(timeout=step.limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            file.write(f"\nNot finished after {step.limit} s: stopped.\n")
            return 1
        finally:
            RUNNING.discard(process.pid)


def run_all(steps, logs, lanes):
    """Run the steps, some at a time; results in the order of the steps."""
    with concurrent.futures.ThreadPoolExecutor(lanes) as pool:
        futures = [pool.submit(run_step, step, logs) for step in steps]
        try:
            return [future.result() for future in futures]
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for group in list(RUNNING):
                os.killpg(group, signal.SIGKILL)
            sys.exit("\ncheck: interrupted")


def chosen_steps(out, words):
    """The steps whose id or sentence contains one of the words."""
    steps = list(all_steps(out))
    return [step for step in steps if not words or any(
        word.lower() in f"{step.id} {step.sentence}".lower() for word in words)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", default="build/check", help="folder for builds and logs")
    parser.add_argument("--list", action="store_true", help="only name the steps")
    parser.add_argument("--lanes", type=int, default=min(2, os.cpu_count() or 1),
                        help="steps that run at the same time")
    parser.add_argument("words", nargs="*", help="run only steps that match one of these")
    arguments = parser.parse_args()
    steps = chosen_steps(arguments.out, arguments.words)
    if arguments.list:
        print("\n".join(f"{step.id:<6}{step.sentence}" for step in steps))
        return
    logs = os.path.join(arguments.out, "logs")
    os.makedirs(logs, exist_ok=True)
    # Steps choose their own output folders and configurations.
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "O", "T"):
        os.environ.pop(name, None)
    if not os.environ.get("SEED"):
        os.environ.pop("SEED", None)
    start = time.time()
    results = run_all(steps, logs, arguments.lanes)
    total = add(counts for counts, _ in results)
    reasons = [reason for _, some in results for reason in some]
    if reasons:
        print("Skipped:\n" + "\n".join("  " + reason for reason in reasons))
    print(f"Took {time.time() - start:.0f} s.")
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}")
    sys.exit(1 if total.failed or not total.passed else 0)


if __name__ == "__main__":
    main()
