# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Linux's own tests and stress-ng, natively and in a cell, test by test.

Runs guests/linux/tests/selftests.sh and stress.sh natively, in a cell and in a cell with the
smallest vTLB, and compares. In a cell a test must have the same result as natively, with the
same numbers of parts, unless guests/linux/tests/differences lists it: then the results must
differ. Likewise a test must pass, unless guests/linux/tests/unpassed lists it: then it must
not. A stressor must succeed everywhere. Used by `make linux-selftests` and
test/linux/test_selftests.py.
"""

import argparse
import collections
import os
import re
import sys

import linux_run
from linux_run import RunError

LIMIT = 7200  # seconds of this machine, for a run of everything
SKIP_STATUS, KILLED = 4, 137
DIFFERENCES = "guests/linux/tests/differences"
UNPASSED = "guests/linux/tests/unpassed"
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
    """The meaning of a test's exit status."""
    return {0: "pass", SKIP_STATUS: "skip", KILLED: "time limit"}.get(status, "fail")


def stressors(text):
    """{stressor: exit status} of what stress.sh printed."""
    return {name: int(status) for name, status in re.findall(r"^stress: ([\w-]+): (\d+) at", text, re.M)}


def warnings(text):
    """The kernel's warnings."""
    return re.findall(r"^(?:selftest|stress): kernel (.*)", text, re.M)


def listed(which):
    """Names in the table of selftests or stressors that a run of `quick` or `full` makes."""
    column = {"selftests": 2, "stressors": 3}
    return {table: [fields[0] for fields in linux_run.table(table) if which in ("full", fields[at])]
            for table, at in column.items()}


def reasons(path):
    """{test: reason} of a table of tests that differ, or do not pass."""
    return {fields[0]: fields[1] for fields in linux_run.table(os.path.basename(path))}


# Comparing ----------------------------------------------------------------------

def compare_one(name, native, cell, different, unpassed):
    """The mistake in the results of a test, natively and in a cell; "" if there is none."""
    if not native or not cell:
        return f"has not run {'in a cell' if native else 'natively'}"
    if native != cell:
        return "" if name in different else f"{describe(native)} natively, {describe(cell)} in a cell"
    if name in different:
        return f"is the same on both sides. Cure: remove it from {DIFFERENCES}"
    if native.outcome == "pass" and name in unpassed:
        return f"passes. Cure: remove it from {UNPASSED}"
    if native.outcome != "pass" and name not in unpassed:
        return f"{describe(native)}, nobody knows why. Cure: find out, and say it in {UNPASSED}"
    return ""


def compare(found, names, different, unpassed):
    """The mistakes in {side: {test: Result}}, a line each."""
    wrong = [(f"{name} ({side})", compare_one(name, found["native"].get(name), results_of.get(name),
                                              different, unpassed))
             for side, results_of in found.items() if side != "native" for name in names]
    return [f"{test}: {text}" for test, text in wrong if text]


def compare_stress(found, names):
    """The mistakes in {side: {stressor: status}}, a line each."""
    return [f"{name}: stress-ng's status is {found[side].get(name, 'none')} ({side})"
            for name in names for side in found if found[side].get(name) != 0]


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
<!-- Written by scripts/linux/linux_selftests.py; `make linux-selftests SAVE=1` renews all of it. -->
# Linux's own tests, natively and in a cell

Programs of `tools/testing/selftests` and stressors of stress-ng, on {board} in QEMU: on the board itself, in a
cell with as much memory, and in such a cell with the smallest vTLB. What counts is that all columns say
the same. In brackets: parts of a test that were ok, not ok, skipped. `quick` ones are run by `make check`.

## Linux's own tests

{ran} of {all} were run on all sides; {same} of these have the same result, {passed} pass.

| test | | natively | in a cell | smallest vTLB | why it does not pass, or differs |
|---|---|---|---|---|---|
"""
STRESS_HEAD = """
## stress-ng

Each with its own verification; the status is stress-ng's, 0 for success.

| stressor | | natively | in a cell | smallest vTLB |
|---|---|---:|---:|---:|
"""


def row(name, mark, cells):
    """A row of a table."""
    return f"| `{name}` | {mark} | " + " | ".join(str(cell) for cell in cells) + " |\n"


def document(board, tests, stress):
    """The text of the document, of {side: results}."""
    names, quick = listed("full"), listed("quick")
    why = reasons(UNPASSED) | reasons(DIFFERENCES)
    ran = [name for name in names["selftests"] if all(name in found for found in tests.values())]
    same = [name for name in ran if len({found[name] for found in tests.values()}) == 1]
    text = HEAD.format(board=board, same=len(same), ran=len(ran), all=len(names["selftests"]),
                       passed=sum(tests["native"][name].outcome == "pass" for name in same))
    for name in names["selftests"]:
        text += row(f"selftests/{name}", "quick" if name in quick["selftests"] else "",
                    [*(describe(found.get(name)) for found in tests.values()), why.get(name, "")])
    text += STRESS_HEAD
    for name in names["stressors"]:
        text += row(name, "quick" if name in quick["stressors"] else "",
                    (found[name] for found in stress.values()))
    return text


# Running --------------------------------------------------------------------------

def run(options, which):
    """({side: results}, {side: stressors}, [warnings]) of both scripts on all sides."""
    commands = {"native": linux_run.native_command(options.board, options.tree),
                "cell": linux_run.cell_command(options.product),
                "smallest": linux_run.cell_command(options.smallest)}
    found, said = [], []
    for script, reader in (("selftests", results), ("stress", stressors)):
        texts = linux_run.run_all(commands, f"/tests/{script}.sh {which}", options.out, LIMIT)
        found.append({side: reader(text) for side, text in texts.items()})
        said += [f"{script}, {side}: the kernel says: {line}" for side, text in texts.items()
                 for line in warnings(text)]
    return (*found, said)


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--out", required=True, help="folder for what Linux prints")
    parser.add_argument("--product", required=True, help="output folder of the product test-selftests")
    parser.add_argument("--smallest", required=True, help="the same with the smallest vTLB")
    parser.add_argument("--board", default="vexpress-a9", help="what it is configured for")
    parser.add_argument("--tree", help="the native kernel of this tree, in place of the cache's")
    parser.add_argument("--quick", action="store_true", help="only those of `make check`")
    parser.add_argument("--save", action="store_true", help=f"renew {DOC}")
    return parser.parse_args()


def main():
    options = arguments()
    which = "quick" if options.quick else "full"
    tests, stress, said = run(options, which)
    names = listed(which)
    wrong = said + compare(tests, names["selftests"], reasons(DIFFERENCES), reasons(UNPASSED)) \
        + compare_stress(stress, names["stressors"])
    print("\n".join(wrong))
    print(f"{len(names['selftests'])} tests of Linux and {len(names['stressors'])} stressors: "
          f"{', '.join(tests)}; {len(wrong)} wrong")
    if options.save and not wrong and which == "full":
        with open(f"{linux_run.TOP}/{DOC}", "w", encoding="utf-8") as file:
            file.write(document(options.board, tests, stress))
        print(f"Saved in {DOC}.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    try:
        main()
    except RunError as error:
        sys.exit(f"linux_selftests: {error}")
