# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The checks that a test cell makes, read from the tables in its sources, and
their results, read from what it prints."""

import glob
import re

from machine import TOP

ROW = re.compile(r'\{\s*"([A-Z]+\d+)",\s*"((?:[^"\\]|\\.)*)",\s*\w+\s*\}')


def checks_of(cell):
    """(id, sentence) of all checks of a cell, in no special order."""
    found = []
    for path in sorted(glob.glob(f"{TOP}/test/cells/{cell}/*.c")):
        with open(path, encoding="utf-8") as file:
            found += ROW.findall(file.read())
    assert len({check for check, _ in found}) == len(found), "an id is used twice"
    return found


def results_in(text):
    """id -> (passed, reasons) of all checks in a text."""
    results, reasons = {}, []
    for line in text.splitlines():
        match = re.match(r"(ok|not ok) ([A-Z]+\d+) ", line)
        if line.startswith("# "):
            reasons.append(line)
        elif match:
            results[match.group(2)] = (match.group(1) == "ok", "\n".join(reasons))
            reasons = []
    return results
