# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The test OS (test/cells/os): two guests side by side, with and without
translation tables, at several sizes of the vTLB, and the same on the bare board.

SEED=N in the environment replays one seed; COUNT=N makes a longer run."""

import functools
import os
import re
import struct

import pytest

from checks import checks_of, results_in
from machine import BOARDS, DETERMINISTIC, Machine, build, run
from translation import described_maps

SIZES = {
    "minimum": "CONFIG_VTLB_SPACES=2 CONFIG_VTLB_TABLES=8",
    "small": "CONFIG_VTLB_SPACES=3 CONFIG_VTLB_TABLES=12",
    "default": "",
    "plain": "CONFIG_DEBUG_CHECKS=n CONFIG_TIME_SLICE_US=100",
}
# Of the guests' timers, in microseconds: the checks after every hypercall take their time.
PERIOD = {"plain": 120}
SLOW_PERIOD = 1000
# One seed that is the same in all; and another.
SAME = int(os.environ.get("SEED") or 5)
BUILDS = [("vexpress-a9", size) for size in SIZES]
BUILDS += [("realview-pb-a8", "minimum"), ("realview-pb-a8", "default")]
RUNS = [(*build_, SAME) for build_ in BUILDS] + [("vexpress-a9", "minimum", SAME + 1)]
COUNT = int(os.environ.get("COUNT") or 1500)
# Where the cells see the segments "plan-CELL" and "pulse".
CELLS = {"tables": 0x40100000, "loaded": 0x40200000}
PULSE = 0x40000000
CHECKS = checks_of("os")
RAM = {"vexpress-a9": 0x60000000, "realview-pb-a8": 0x70000000}
END = "test-os: end"


def loader(address, *words):
    """QEMU's arguments that put words into memory."""
    return " ".join(f"-device loader,addr=0x{address + 4 * n:x},data={word},data-len=4"
                    for n, word in enumerate(words))


class Result:
    """What one test OS printed: results of its checks, its hash."""

    def __init__(self, text):
        self.text = text
        self.results = results_in(text)
        self.hashes = re.findall(r"^test-os: seed \d+, \d+ operations, hash (\w+)$", text, re.M)

    def assert_good(self):
        """All checks were made and hold."""
        bad = {check: why for check, (passed, why) in self.results.items() if not passed}
        assert not bad, self.text
        assert set(self.results) == {check for check, _ in CHECKS}, self.text
        assert len(self.hashes) == 1


class Side:
    """A run of both guests side by side, with the same seed."""

    def __init__(self, board, size, seed):
        self.out = build(board, f"os-{size}", "test-os_defconfig", SIZES[size])
        maps = described_maps(self)
        words = " ".join(loader(maps[cell][plan][0], seed, COUNT, 0,
                                PERIOD.get(size, SLOW_PERIOD))
                         for cell, plan in CELLS.items())
        with Machine(self.out, f"{DETERMINISTIC} {words}") as machine:
            text = ""
            for _ in CELLS:
                text += machine.until(END, "PANIC")
                if "PANIC" in text:
                    text += machine.until("\n")
                    break
            self.pulse = struct.unpack("<7I", machine.memory(maps["tables"][PULSE][0], 28))
        self.text = text
        self.guests = {cell: Result("\n".join(re.findall(rf"^{cell} *\| (.*)$", text, re.M)))
                       for cell in CELLS}


@functools.lru_cache(maxsize=None)
def side(board, size, seed):
    """Each such run once."""
    return Side(board, size, seed)


@functools.lru_cache(maxsize=None)
def bare(board, seed):
    """The same without the microvisor."""
    out = build(board, "os-default", "test-os_defconfig")
    run("make", f"O={out}", "-j2", "test-os-bare")
    words = loader(RAM[board] + 0x8000, seed, COUNT)
    kernel = f"-kernel {out}/test/cells/os/bare.elf"  # instead of the one given before
    with Machine(out, f"{DETERMINISTIC} {words} {kernel}") as machine:
        return Result(machine.until(END))


@pytest.fixture(scope="module", params=RUNS, ids=lambda param: "-".join(map(str, param)))
def both(request):
    """One of the runs."""
    return side(*request.param)


@pytest.mark.parametrize("cell", CELLS)
def test_sys220_an_operating_system_runs(both, cell):
    """SYS220: demand paging, copy on write, system calls, pre-emption and floating point in an
    operating system of its own are as its model says, with tables and without."""
    assert "PANIC" not in both.text and "lines lost" not in both.text, both.text[-600:]
    both.guests[cell].assert_good()


def test_sys221_modes_do_not_show(both):
    """SYS221: processes see the same with tables and without."""
    assert both.guests["tables"].hashes == both.guests["loaded"].hashes != []


def test_sys222_neighbours_do_not_notice(both):
    """SYS222: a native cell beside the two has kept its time, its memory and its life."""
    beats, _, _, missed, damaged, wrong, lives = both.pulse
    assert beats > 10
    assert (missed, damaged, wrong, lives) == (0, 0, 0, 1)


@pytest.mark.parametrize("board", BOARDS)
def test_sys223_vtlb_size_does_not_show(board):
    """SYS223: processes see the same at the smallest, a small and the default vTLB, and the
    smaller ones replace more."""
    runs = [side(board, size, SAME) for size in ("minimum", "small", "default")
            if (board, size) in BUILDS]
    assert len({run_.guests["tables"].hashes[0] for run_ in runs}) == 1
    spaces = [int(re.search(r"^tables .*spaces (\d+),", run_.text, re.M).group(1))
              for run_ in runs]
    evictions = [int(re.search(r"^tables .*evictions (\d+),", run_.text, re.M).group(1))
                 for run_ in runs]
    assert spaces == sorted(spaces, reverse=True) and spaces[0] > spaces[-1]
    assert evictions[0] > evictions[-1]


@pytest.mark.parametrize("board", BOARDS)
def test_sys224_bare_board(board):
    """SYS224: the same operating system without the microvisor passes its checks, and its
    processes see the same as in a cell."""
    native = bare(board, SAME)
    native.assert_good()
    assert native.hashes == side(board, "default", SAME).guests["tables"].hashes


def test_sys225_seeds_differ():
    """SYS225: another seed is another run."""
    first, other = bare("vexpress-a9", 1), bare("vexpress-a9", 2)
    first.assert_good()
    other.assert_good()
    assert first.hashes != other.hashes
