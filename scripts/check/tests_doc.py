# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""docs/tests.md: which runs there are, what the last whole one gave, and every test by place."""

import itertools
import json
import os

import test_index

HEAD = """<!-- SPDX-License-Identifier: BSD-2-Clause -->
<!-- SPDX-FileCopyrightText: The Mullion authors -->
# Tests

This page is generated (`make docs`) from the tests themselves, from `test/runs.yaml` and from the
result of the last whole run. How to write a test says [CONTRIBUTING](../CONTRIBUTING.md#test).

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


def last_run():
    """What the last whole run gave."""
    path = f"{test_index.TOP}/test/results.json"
    if not os.path.exists(path):
        return
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    rows = data["steps"].values()
    passed, failed, skipped = (sum(row[word] for row in rows) for word in ("passed", "failed", "skipped"))
    yield "\n## The last whole run\n"
    yield (f"`make check-all` of commit `{data['commit']}`, {data['lanes']} steps at a time: {passed} passed, "
           f"{failed} failed, {skipped} skipped, in {duration(data['seconds'])}.\n")
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
    print("\n".join(last_run()))
    print(INDEX, end="")
    print("\n".join(index()))


if __name__ == "__main__":
    main()
