# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Mixed criticality: a real-time task beside a Linux that does all it can, and a Linux that
chooses its own priority.

Time is virtual: one instruction is one nanosecond, so that bounds are numbers of instructions
and do not depend on the machine that the tests run on.
"""

import re

import pytest

from shell import BAD, Cells, product
from machine import BOARDS, Machine  # shell.py has set the path

# How late the task may be: the longest stretch with interrupts off that is allowed, the way from
# the interrupt to the task (benchmarks.md: irq_device), the return of its waiting and its reading
# the clock, all in instructions; and two ticks of the board's clock, from the deadline and the reading.
STRETCH, WAY, READING = 2000, 200, 200
TICK = {"vexpress-a9": 10, "realview-pb-a8": 1000}
PERIOD = 1_000_000
# Processes that are made and end, pipes, files, all at once.
STORM = ("storm() { i=0; while [ $i -lt $1 ]; do (ls /bin | wc -l; dd if=/dev/zero of=/tmp/$2 bs=64k count=8) "
         ">/dev/null 2>&1; cat /tmp/$2 | gzip >/dev/null; i=$((i+1)); done; }; "
         "storm 40 a & storm 40 b & storm 40 c & wait")
# control under Linux, which then delays it.
BELOW = {"priority = <250>": "priority = <5>", "<190 250>": "<5 190>"}


def bound(board):
    """How late the task may be, in nanoseconds."""
    return STRETCH + WAY + READING + 2 * TICK[board]


def figures(text):
    """The last line of a report as numbers, and the sum of its histogram."""
    found = re.search(r"late ns: minimum (\d+) mean (\d+) maximum (\d+); response maximum (\d+); "
                      r"missed (\d+) of (\d+)", text)
    names = ("least", "mean", "most", "response", "missed", "due")
    rows = re.findall(r"\|   (?:below|from ) +\d+ ns +(\d+) #*$", text, re.M)
    return dict(zip(names, map(int, found.groups()))), sum(map(int, rows))


def measure(cells, cell, command):
    """What a real-time cell measures while Linux runs a command."""
    cells.order(cell, "reset", "begin anew")
    text, status = cells.do(command)
    assert status == 0, text
    return figures(cells.order(cell, "report", r"missed \d+ of \d+")), text


@pytest.fixture(scope="module", name="mixed", params=BOARDS)
def fixture_mixed(request):
    """(board, the product booted)."""
    out = product(request.param, "mixed")
    with Machine(out) as machine:
        cells = Cells(machine, out)
        assert not BAD.search(cells.boot())
        yield request.param, cells


def test_jitter(mixed):
    """LIN130 While Linux makes processes and files as fast as it can, a task of higher priority
    is released a thousand times a second, never later than the design allows, and misses nothing."""
    board, cells = mixed
    forks = "awk '/processes/ {print $2}' /proc/stat"
    before = int(cells.value(forks))
    (found, counted), _ = measure(cells, "control", STORM)
    assert int(cells.value(forks)) - before > 500
    assert found["due"] == counted > 1000 and found["missed"] == 0
    assert found["least"] <= found["mean"] <= found["most"] < bound(board), found
    assert found["most"] <= found["response"] < PERIOD


@pytest.mark.parametrize("board", BOARDS)
def test_jitter_below(board):
    """LIN131 The same task below Linux is later than that: the measurement can fail. (Linux sleeps
    at the end, so that what was kept waiting is counted.)"""
    out = product(board, "mixed", replacements=BELOW)
    with Machine(out) as machine:
        cells = Cells(machine, out)
        cells.boot()
        (found, _), _ = measure(cells, "control", f"{STORM}; sleep 1")
    assert found["most"] > 10 * bound(board) and found["missed"] > 0, found


def test_own_priority(mixed):
    """LIN132 Linux below the work of another cell leaves it all that it needs; above, nothing
    while Linux is busy; both is measured at both ends."""
    cells = mixed[1]
    spin = "timeout 2 sh -c 'i=0; trap \"echo \\$i; exit 0\" TERM; while :; do i=$((i+1)); done'"
    # Linux then sleeps, so that the work that was kept waiting is done and counted.
    rounds = {}
    for priority in (10, 60, 30):
        (found, _), text = measure(cells, "work", f"echo {priority} >/sys/hypervisor/priority; {spin}; sleep 1")
        assert cells.value("cat /sys/hypervisor/priority") == str(priority)
        rounds[priority] = int(text.splitlines()[-1])
        assert found["due"] >= 29, found
        if priority == 60:
            assert found["missed"] >= 17 and found["response"] > 1_700_000_000, found
        else:
            assert found["missed"] == 0 and found["response"] < 25_000_000, found
    assert abs(rounds[10] - rounds[30]) < 0.02 * rounds[10]
    assert 0.75 < rounds[10] / rounds[60] < 0.85, rounds


def test_priority_errors(mixed):
    """LIN133 Outside of the cell's range nothing changes, and only root may try; after a restart
    the priority is the description's."""
    cells = mixed[1]
    assert cells.value("cat /sys/hypervisor/priority_range") == "10 60"
    for wrong in ("9", "61", "256", "4294967326", "-1", "x", "''"):
        text, status = cells.do(f"echo {wrong} >/sys/hypervisor/priority")
        assert status != 0 and re.search("Invalid argument|Result not representable|out of range", text), text
        assert cells.value("cat /sys/hypervisor/priority") == "30"
    assert cells.value("for p in 10 60 10; do echo $p >/sys/hypervisor/priority || echo not; done; "
                       "cat /sys/hypervisor/priority") == "10"
    text, status = cells.do("echo x:x:1000:1000::/:/bin/sh >/etc/passwd; "
                            "su x -c 'echo 30 >/sys/hypervisor/priority'")
    assert status != 0 and "Permission denied" in text
    cells.switch("linux")
    cells.machine.send("reboot -f\r")
    cells.boot()
    assert cells.value("cat /sys/hypervisor/priority") == "30"
