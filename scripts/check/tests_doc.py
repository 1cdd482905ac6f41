# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""docs/tests.md: which runs there are, what the last whole one gave, and every test by place."""

import itertools
import os

import test_index

HEAD = """<!-- SPDX-License-Identifier: BSD-2-Clause -->
<!-- SPDX-FileCopyrightText: The Mullion authors -->
# Tests

This page is generated (`make docs`) from the tests themselves, from `test/runs.yaml` and from the
results of the last runs. How to write a test says [CONTRIBUTING](../CONTRIBUTING.md#test).

## Runs

| command | what | who for |
|---|---|---|
| `make check QUICK=1` | what shows most mistakes, in minutes | everybody, while editing |
| `make check` | every promise once, and on every board what depends on the board | everybody, before a commit is published; continuous integration |
| `make check-all` | everything: all sizes on all boards, long random runs, Linux's own tests | who publishes figures or a release |

Each run has all tests of those before it. A test is in `make check` unless the first of these entries that
matches the name of its step or its own says otherwise:

| tests | run | why |
|---|---|---|
"""

INDEX = """
## All tests

*quick*, *check* and *all* are the runs above. Where one test runs more than once, on several boards or with
several configurations, a smaller run may have only some of that.
"""


def duration(seconds):
    """Minutes and seconds."""
    return f"{seconds // 60} min {seconds % 60:02} s"


COMMANDS = {"quick": "make check QUICK=1", "check": "make check", "all": "make check-all"}


def saved_runs():
    """(run, what else the host did, the data) of each run that was saved, small ones first."""
    for run in test_index.RUNS:
        for key, data in sorted(test_index.results().items()):
            if key.split(", ")[0] == run:
                yield run, key.removeprefix(run).removeprefix(", "), data


def last_runs():
    """What the last run of each kind gave, and the steps of the largest."""
    found = list(saved_runs())
    if not found:
        return
    yield "\n## The last runs\n"
    yield "| command | beside | commit | passed | failed | skipped | duration | steps at a time |"
    yield "|---|---|---|---:|---:|---:|---:|---:|"
    for run, host, data in found:
        sums = (sum(row[word] for row in data["steps"].values()) for word in ("passed", "failed", "skipped"))
        yield (f"| `{COMMANDS[run]}` | {host} | `{data['commit']}` | " + " | ".join(map(str, sums)) +
               f" | {duration(data['seconds'])} | {data['lanes']} |")
    run, _, data = ([row for row in found if not row[1]] or found)[-1]
    yield f"\nThe steps of `{COMMANDS[run]}`:\n"
    yield "| step | passed | failed | skipped | seconds |"
    yield "|---|---:|---:|---:|---:|"
    for name, row in sorted(data["steps"].items(), key=lambda item: -item[1]["seconds"]):
        yield f"| `{name}` | {row['passed']} | {row['failed']} | {row['skipped']} | {row['seconds']} |"


def key_of(test):
    """The name by which test/runs.yaml knows a test."""
    if test.path.endswith(".py") and test.name:
        return "LNT" if test.path == "scripts/check/lint.py" else f"{test.path}::{test.name}"
    step = {"test/unit": "UNI", "test/mmu": "MMU"}.get(os.path.dirname(test.path))
    return step or test.path


def index():
    """Every test, by file."""
    tests = sorted(test_index.all_tests(), key=lambda test: (test.path, test.line))
    for path, some in itertools.groupby(tests, key=lambda test: test.path):
        yield f"\n### [{path}](../{path})\n\n| id | promise | run |\n|---|---|---|"
        for test in some:
            sentence = test.sentence.replace("|", "\\|")
            yield f"| {test.id} | {sentence} | {test_index.run_of(key_of(test))} |"


def main():
    """Print the page."""
    print(HEAD, end="")
    for _, entry in test_index.entries():
        pattern = entry["tests"].replace("|", "\\|")
        print(f"| `{pattern}` | {entry['run']} | {entry['why']} |")
    print("| all others | check | |")
    print("\n".join(last_runs()))
    print(INDEX, end="")
    print("\n".join(index()))


if __name__ == "__main__":
    main()
