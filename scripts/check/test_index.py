# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""All tests of the tree: id, sentence, place, and the run they are in (docs/tests.md).

An id is three capital letters and a number, in unit tests with a word between hyphens; no two
tests of the tree have the same id. Ids stand in TEST() of the host programs, in docstrings of
pytest functions and of linters, in tables of checks in test cells and in programs on Linux, in
verdicts of a cell, in `promise` lines of shell scripts, and in the first paragraph of a
fuzzer's script. test/runs.yaml decides which run a test is in.
"""

import collections
import functools
import glob
import json
import os
import re

import yaml

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RUNS = ("quick", "check", "all")
RESULTS = f"{TOP}/test/results.json"  # of the last run of each size that was saved, with its commit
ID = r"[A-Z]{3}(?:-[A-Z]+-)?\d+"
TEXT = r'"((?:[^"\\]|\\.)*)"'

Test = collections.namedtuple("Test", "id sentence path line name")

ROW = rf'{{ "[^"]*",\s*{TEXT},\s*\w+ }}'

# (files, what an id and its sentence look like there, how each test begins there)
PATTERNS = (
    ("test/*/*.c", rf'^TEST(?:_UNBOOTED)?\((\w+),\s*"({ID})",\s*{TEXT}', r'^TEST\w*\('),
    ("test/cells/*/*.c", rf'\{{ (())?"({ID})",\s*{TEXT}', ROW),
    ("test/cells/*/*.c", rf'\bverdict\((())?"({ID})",[^";]*{TEXT}', r'\bverdict\("'),
    ("guests/linux/user/*/*.c", rf'\{{ (())?"({ID})",\s*{TEXT}', ROW),
    ("guests/linux/rootfs/*.sh", rf'^promise (())?({ID}) {TEXT}', r'^promise '),
    ("test/fuzz/*.sh", rf'^#\n# (())?({ID}) ([^.]*\.)', r'^#\n'),
    ("scripts/check/lint.py", rf'^def (\w+)\(.*\n    """({ID}) ([^"]*?)"""', r'^def lint_'),
    ("test/*/*.py", rf'^def (test_\w+)\(.*(?:\n        .*)*\n    """({ID}):? ((?:[^"]|"(?!""))*?)"""',
     r'^ *def test_'),
)


def key_of_run(run, host):
    """Under which a run is saved: one of each size for each state of the host."""
    return f"{run}, {host}" if host else run


def results():
    """{run: its commit, duration and steps}, of the last of each kind that was saved."""
    if not os.path.exists(RESULTS):
        return {}
    with open(RESULTS, encoding="utf-8") as file:
        return json.load(file)


def read(path):
    """The text of a file."""
    with open(path, encoding="utf-8") as file:
        return file.read()


def tests_in(path, pattern):
    """The tests that a file has."""
    text = read(path)
    for match in re.finditer(pattern, text, re.M):
        name, sentence = match[1] or "", " ".join(match[match.lastindex].replace("\n#", "").split())
        number = match[match.lastindex - 1]
        yield Test(number, sentence, path, text.count("\n", 0, match.start()) + 1, name)


def all_tests():
    """Every test, by place."""
    for files, pattern, _ in PATTERNS:
        for path in sorted(glob.glob(files)):
            yield from tests_in(path, pattern)


def without_id():
    """(path, line) of every test that has no id and sentence."""
    for files, pattern, beginning in PATTERNS:
        for path in sorted(glob.glob(files)):
            text = read(path)
            known = {match.start() for match in re.finditer(pattern, text, re.M)}
            for match in re.finditer(beginning, text, re.M):
                if match.start() not in known:
                    yield path, text.count("\n", 0, match.start()) + 1


# Runs -----------------------------------------------------------------------------

@functools.lru_cache
def entries():
    """The entries of test/runs.yaml, their patterns compiled."""
    with open(f"{TOP}/test/runs.yaml", encoding="utf-8") as file:
        found = yaml.safe_load(file)
    for entry in found:
        if set(entry) != {"tests", "run", "why"} or entry["run"] not in RUNS:
            raise ValueError(f"test/runs.yaml: {entry}: an entry has tests, run (one of "
                             f"{', '.join(RUNS)}) and why")
    return [(re.compile(entry["tests"]), entry) for entry in found]


def entry_of(name):
    """The entry of a step or a pytest test; None: it is in check."""
    return next((entry for pattern, entry in entries() if pattern.search(name)), None)


def run_of(name):
    """The smallest run that has the test."""
    entry = entry_of(name)
    return entry["run"] if entry else "check"


def is_in(name, run):
    """Whether a run has the test: each run includes the runs before it."""
    return RUNS.index(run_of(name)) <= RUNS.index(run)
