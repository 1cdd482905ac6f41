# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Run tests and linters: `make check`, `make check QUICK=1`, `make check-all`.

A step (check_steps.py) is a command with an id and a sentence. Its output goes to a log file
and is searched for counts: our own `N passed, N failed`, pytest's and cmocka's closing lines,
TAP. A step that prints none of them counts as one test. As many steps run at a time as there
are processors, each in folders of its own. Progress is estimated from the time that the steps
took in the last run here, or else in the run that docs/tests.md shows. At the end stand what was
skipped and what failed, and as the last line the sum.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time

from check_steps import all_steps
import test_index

SHOWN_LINES = 40
LINE_WIDTH = 200  # of what is said of a failed test at the end
UNKNOWN_SECONDS = 60  # of a step that never ran
RUNNING = set()  # process groups, to be ended with this process

Counts = collections.namedtuple("Counts", "passed failed skipped")
Result = collections.namedtuple("Result", "counts skipped failed")  # counts, and lines that say which and why


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


def failed_tests(text):
    """Lines that name a failed test, in any of the formats; else the last line."""
    found = re.findall(r"^(?:(?:FAILED|ERROR|FAIL ) .*|not ok \d+.*|\[\s*FAILED\s*\] (?!\d+ test).*)$", text, re.M)
    return [line[:LINE_WIDTH] for line in dict.fromkeys(found or text.strip().splitlines()[-1:])]


# How long it takes ---------------------------------------------------------------

def known_seconds(out):
    """{step: seconds} of the last time, here or in the last runs that were saved."""
    found = {}
    for key in sorted(test_index.results(), key=lambda key: "," not in key):  # an idle host's count
        data = test_index.results()[key]
        found.update({step: row["seconds"] for step, row in data["steps"].items()})
    if os.path.exists(f"{out}/seconds.json"):
        with open(f"{out}/seconds.json", encoding="utf-8") as file:
            found.update(json.load(file))
    return found


class Progress:
    """Estimates how far a run is; each step reports its end to it."""

    def __init__(self, steps, lanes, known):
        self.expected = {step.id: known.get(step.id, UNKNOWN_SECONDS) for step in steps}
        self.total, self.lanes, self.done = len(steps), lanes, {}
        self.start, self.lock = time.time(), threading.Lock()

    def whole(self):
        """Seconds that the run is expected to take."""
        return max([sum(self.expected.values()) / self.lanes, *self.expected.values()], default=0)

    def end(self, step, seconds):
        """Note that a step has ended; returns the progress of the run in words."""
        with self.lock:
            self.done[step.id] = seconds
            expected = sum(self.expected[name] for name in self.done)
            left = sum(self.expected.values()) - expected
            # This host may be faster or slower than the one that the figures come from.
            pace = (time.time() - self.start) * self.lanes / expected if expected > 30 else 1
            return f"{len(self.done)} of {self.total}, {minutes(left * pace / self.lanes)} left"


def minutes(seconds):
    """A time that is not known exactly, in words."""
    return f"about {seconds / 60:.0f} min" if seconds >= 90 else "about a minute"


def in_order(steps, known):
    """Quick steps first, then the longest first, so that no long step is left at the end."""
    return sorted(steps, key=lambda step: (not step.first, 0 if step.first else
                                           -known.get(step.id, UNKNOWN_SECONDS)))


# Running -------------------------------------------------------------------------

def run_step(step, logs, progress):
    """Run one step, print its result, return its Result."""
    if step.needs and not os.path.exists(step.needs):
        print(f"[ skip ] {step.id}: {step.sentence}: there is no {step.needs}", flush=True)
        return Result(Counts(0, 0, 1), [f"{step.id}: there is no {step.needs}"], [])
    print(f"[ .... ] {step.id}: {step.sentence}", flush=True)
    log = os.path.join(logs, step.id + ".log")
    start = time.time()
    with open(log, "w", encoding="utf-8") as file:
        file.write(f"$ {step.command}\n")
        file.flush()
        status = run_command(step, file)
    with open(log, encoding="utf-8", errors="replace") as file:
        text = file.read()
    counts = count(text, status)
    seconds = round(time.time() - start)
    lines = [f"[ {'FAIL' if counts.failed else ' ok '} ] {step.id}: {counts.passed} passed, "
             f"{counts.failed} failed, {counts.skipped} skipped, {seconds} s   ({progress.end(step, seconds)})"]
    if counts.failed:
        lines += ["         | " + line for line in text.splitlines()[-SHOWN_LINES:]]
        lines.append(f"         whole output: {log}; again: make check T={step.id}")
    print("\n".join(lines), flush=True)
    return Result(counts, [f"{step.id}: {line}" for line in skip_reasons(text)],
                  [f"{step.id}: {line}" for line in failed_tests(text)] if counts.failed else [])


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


def run_all(steps, logs, progress):
    """Run the steps, some at a time; results in the order of the steps."""
    with concurrent.futures.ThreadPoolExecutor(progress.lanes) as pool:
        futures = [pool.submit(run_step, step, logs, progress) for step in steps]
        try:
            return [future.result() for future in futures]
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for group in list(RUNNING):
                os.killpg(group, signal.SIGKILL)
            sys.exit("\ncheck: interrupted")


def matches(step, words):
    """Whether a step's id or sentence contains one of the words."""
    return any(word.lower() in f"{step.id} {step.sentence}".lower() for word in words)


def chosen_steps(out, run, words):
    """The steps of a run; with words, those that have one of them."""
    return [step for step in all_steps(out)
            if test_index.is_in(step.key, run) and (not words or matches(step, words))]


def set_environment(run):
    """Steps choose their own output folders and configurations; tests know the run."""
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "O", "T"):
        os.environ.pop(name, None)
    if not os.environ.get("SEED"):
        os.environ.pop("SEED", None)
    os.environ["MULLION_RUN"] = run


def save(run, host, steps, results, progress):
    """Save the result, with its commit, for docs/tests.md to show; @host: what else this host did."""
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], check=True,
                            capture_output=True, text=True).stdout.strip()
    rows = {step.id: {"passed": counts.passed, "failed": counts.failed, "skipped": counts.skipped,
                      "seconds": progress.done.get(step.id, 0)}
            for step, (counts, *_) in zip(steps, results)}
    data = {"commit": commit, "lanes": progress.lanes, "seconds": round(time.time() - progress.start),
            "steps": rows}
    saved = {**test_index.results(), test_index.key_of_run(run, host): data}
    with open(test_index.RESULTS, "w", encoding="utf-8") as file:
        json.dump(saved, file, indent=1, sort_keys=True)
        file.write("\n")


def remember(out, known, progress):
    """Save the times of the steps, for the next run in this folder."""
    with open(f"{out}/seconds.json", "w", encoding="utf-8") as file:
        json.dump({**known, **progress.done}, file)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", default="build/check", help="folder for builds and logs")
    parser.add_argument("--run", choices=test_index.RUNS, default="check", help="how much")
    parser.add_argument("--list", action="store_true", help="only name the steps")
    parser.add_argument("--save", metavar="1|HOST",
                        help="renew test/results.json; HOST: what else this host does, as 'two busy loops'")
    parser.add_argument("--lanes", type=int, default=os.cpu_count() or 1,
                        help="steps that run at the same time")
    parser.add_argument("words", nargs="*", help="run only steps that match one of these")
    arguments = parser.parse_args()
    if arguments.save and arguments.words:
        parser.error("SAVE=1 is for a whole run: leave T= out")
    known = known_seconds(arguments.out)
    steps = in_order(chosen_steps(arguments.out, arguments.run, arguments.words), known)
    if arguments.list:
        print("\n".join(f"{step.id:<24}{step.sentence}" for step in steps))
        return
    logs = os.path.join(arguments.out, "logs")
    os.makedirs(logs, exist_ok=True)
    set_environment(arguments.run)
    progress = Progress(steps, arguments.lanes, known)
    print(f"{len(steps)} steps, {arguments.lanes} at a time: {minutes(progress.whole())}", flush=True)
    results = run_all(steps, logs, progress)
    remember(arguments.out, known, progress)
    total = add(result.counts for result in results)
    if arguments.save:
        save(arguments.run, arguments.save.removeprefix("1"), steps, results, progress)
    for title, lines in (("Skipped", [line for result in results for line in result.skipped]),
                         ("Failed", [line for result in results for line in result.failed])):
        if lines:
            print(f"{title}:\n" + "\n".join("  " + line for line in lines))
    print(f"Took {time.time() - progress.start:.0f} s.")
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}")
    sys.exit(1 if total.failed or not total.passed else 0)


if __name__ == "__main__":
    main()
