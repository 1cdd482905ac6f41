# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Linux's own tests and stress-ng, natively and in a cell, test by test.

Runs guests/linux/tests/selftests.sh and stress.sh on both sides and compares: a test must
come to the same result in a cell as natively, with the same numbers of parts, unless it
is listed in guests/linux/tests/differences, and then it must not. A stressor must
succeed on both sides. Used by `make linux-selftests` and test/linux/test_selftests.py.
"""

import argparse
import collections
import re
import sys

import linux_run
from linux_run import RunError

LIMIT = 3600  # seconds of this machine, for a run of everything
SKIP_STATUS, KILLED = 4, 137
DIFFERENCES = "guests/linux/tests/differences"
DOC = "docs/linux-tests.md"

Result = collections.namedtuple("Result", "outcome good bad skipped")


# Reading ------------------------------------------------------------------------

def results(text):
    """{test: Result} of what selftests.sh printed."""
    found = {}
    for name, body, status in re.findall(
            r"^selftest: begin (.*)\n((?:.*\n)*?)selftest: end \1: (\d+) at", text, re.M):
        skipped = re.findall(r"^ok \d+.*# ?SKIP", body, re.M)
        found[name] = Result(outcome(int(status)), len(re.findall(r"^ok \d", body, re.M)) - len(skipped),
                             len(re.findall(r"^not ok \d", body, re.M)), len(skipped))
    return found


def outcome(status):
    """What the exit status of a test means."""
    return {0: "pass", SKIP_STATUS: "skip", KILLED: "time limit"}.get(status, "fail")


def stressors(text):
    """{stressor: exit status} of what stress.sh printed."""
    return {name: int(status) for name, status in re.findall(r"^stress: ([\w-]+): (\d+) at", text, re.M)}


def warnings(text):
    """What the kernel warned of."""
    return re.findall(r"^(?:selftest|stress): kernel (.*)", text, re.M)


def listed(which):
    """Names in the table of selftests or stressors that a run of `quick` or `full` makes."""
    column = {"selftests": 2, "stressors": 3}
    return {table: [fields[0] for fields in linux_run.table(table) if which in ("full", fields[at])]
            for table, at in column.items()}


def differences():
    """{test: reason} of those that may differ."""
    return {fields[0]: fields[1] for fields in linux_run.table("differences")}


# Comparing ----------------------------------------------------------------------

def compare(found, names, reasons):
    """What is wrong with {side: {test: Result}}, a line each."""
    wrong = []
    for name in names:
        native, cell = (found[side].get(name) for side in linux_run.SIDES)
        if not native or not cell:
            wrong.append(f"{name}: has not run {'in a cell' if native else 'natively'}")
        elif native != cell and name not in reasons:
            wrong.append(f"{name}: {describe(native)} natively, {describe(cell)} in a cell")
        elif native == cell and name in reasons:
            wrong.append(f"{name}: is the same on both sides. Cure: remove it from {DIFFERENCES}")
    return wrong


def compare_stress(found, names):
    """What is wrong with {side: {stressor: status}}, a line each."""
    return [f"{name}: stress-ng's status is {found[side].get(name, 'none')} ({side})"
            for name in names for side in linux_run.SIDES if found[side].get(name) != 0]


def describe(result):
    """A result in a few words; None: there is none."""
    if not result:
        return "not run"
    parts = [f"{count} {word}" for count, word in
             ((result.good, "ok"), (result.bad, "not ok"), (result.skipped, "skipped")) if count]
    return result.outcome + (f" ({', '.join(parts)})" if parts else "")


# The document ---------------------------------------------------------------------

HEAD = """\
<!-- SPDX-License-Identifier: BSD-2-Clause -->
<!-- SPDX-FileCopyrightText: The Mullion authors -->
<!-- Written by scripts/linux_selftests.py; `make linux-selftests SAVE=1` renews all of it. -->
# Linux's own tests, natively and in a cell

Programs of `tools/testing/selftests` and stressors of stress-ng, on {board} in QEMU: on the board itself and in a
cell with as much memory. What counts is that both columns say the same; a test that fails on both sides
lacks an option of the kernel, a library, a larger machine or 64 bits. In brackets: parts of a test that were ok, not ok,
skipped. `quick` ones are run by `make check`, also with the smallest vTLB. What says `not run` is open.

## Linux's own tests

{ran} of {all} were run on both sides; {same} of these have the same result, {passed} pass.

| test | | natively | in a cell | why they differ |
|---|---|---|---|---|
"""
STRESS_HEAD = """
## stress-ng

Each with its own verification; the status is stress-ng's, 0 for success.

| stressor | | natively | in a cell |
|---|---|---:|---:|
"""


def document(board, tests, stress, reasons):
    """The text of the document."""
    native, cell = (tests[side] for side in linux_run.SIDES)
    names = listed("full")
    quick = listed("quick")
    ran = [name for name in names["selftests"] if name in native and name in cell]
    same = [name for name in ran if native[name] == cell[name]]
    text = HEAD.format(board=board, same=len(same), ran=len(ran), all=len(names["selftests"]),
                       passed=sum(native[name].outcome == "pass" for name in same))
    for name in names["selftests"]:
        mark = "quick" if name in quick["selftests"] else ""
        text += f"| `selftests/{name}` | {mark} | {describe(native.get(name))} | {describe(cell.get(name))} " \
            f"| {reasons.get(name, '')} |\n"
    text += STRESS_HEAD
    for name in names["stressors"]:
        mark = "quick" if name in quick["stressors"] else ""
        text += f"| `{name}` | {mark} | {stress['native'][name]} | {stress['cell'][name]} |\n"
    return text


# Running --------------------------------------------------------------------------

def run(options, which):
    """({side: results}, {side: stressors}, [warnings]) of both scripts on both sides."""
    found = []
    said = []
    for script, reader in (("selftests", results), ("stress", stressors)):
        texts = linux_run.both(options.board, options.product, f"/tests/{script}.sh {which}",
                               options.out, LIMIT, options.tree)
        found.append({side: reader(text) for side, text in texts.items()})
        said += [f"{script}, {side}: the kernel says: {line}" for side, text in texts.items()
                 for line in warnings(text)]
    return (*found, said)


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--out", required=True, help="folder for what Linux prints")
    parser.add_argument("--product", required=True, help="output folder of the product test-selftests")
    parser.add_argument("--board", default="vexpress-a9", help="what it is configured for")
    parser.add_argument("--tree", help="the native kernel of this tree, in place of the cache's")
    parser.add_argument("--quick", action="store_true", help="only those of `make check`")
    parser.add_argument("--save", action="store_true", help=f"renew {DOC}")
    return parser.parse_args()


def main():
    options = arguments()
    which = "quick" if options.quick else "full"
    tests, stress, said = run(options, which)
    names, reasons = listed(which), differences()
    wrong = said + compare(tests, names["selftests"], reasons) \
        + compare_stress(stress, names["stressors"])
    print("\n".join(wrong))
    same = sum(tests["native"].get(name) == tests["cell"].get(name) for name in names["selftests"])
    print(f"{len(names['selftests'])} tests of Linux, {same} with the same result on both sides; "
          f"{len(names['stressors'])} stressors; {len(wrong)} wrong")
    if options.save and not wrong and which == "full":
        with open(f"{linux_run.TOP}/{DOC}", "w", encoding="utf-8") as file:
            file.write(document(options.board, tests, stress, reasons))
        print(f"Saved in {DOC}.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    try:
        main()
    except RunError as error:
        sys.exit(f"linux_selftests: {error}")
