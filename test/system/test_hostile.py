# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Guests with hostile translation tables (test/cells/hostile): random operations,
alone and with a second vCPU that changes the tables meanwhile. The tables that the
microvisor has made of them are audited afterwards.

SEED=N in the environment replays one seed; COUNT=N makes a longer run."""

import os
import re

import pytest

from machine import BOARDS, DETERMINISTIC, Machine, build
from translation import GuestTables, described_maps

ASIDE = 64  # where seed, count and workers lie: struct progress in test/cells/hostile
COUNT = int(os.environ.get("COUNT") or 20000)
SEEDS = [int(os.environ["SEED"])] if os.environ.get("SEED") else [1, 2]
PLAIN = "CONFIG_DEBUG_CHECKS=n"
SMALLEST = "CONFIG_VTLB_SPACES=3 CONFIG_VTLB_TABLES=8"
VARIANTS = {"checked": "", "plain": PLAIN, "smallest": SMALLEST,
            "smallest-plain": f"{PLAIN} {SMALLEST}"}
RUNS = [(board, variant, workers, seed) for board in BOARDS for variant in VARIANTS
        for workers in (1, 2) for seed in SEEDS]


class Run:
    """The results of one seed: the output, and the microvisor's memory at the end."""

    def __init__(self, board, variant, workers, seed):
        self.out = build(board, f"hostile-{variant}", "test-hostile_defconfig", VARIANTS[variant])
        self.workers, self.seed = workers, seed
        with open(f"{self.out}/system/layout.ld", encoding="utf-8") as file:
            numbers = [int(line.split("=")[1].strip(" ;\n"), 16) for line in file
                       if " = 0x" in line]
        self.base, self.pool = numbers[0], numbers[1]
        progress = described_maps(self)["hostile"]
        segment = min(pa for va, (pa, _, _) in progress.items() if 0x40000000 <= va < 0x40100000)
        words = " ".join(f"-device loader,addr=0x{segment + ASIDE + 4 * n:x},data={value},data-len=4"
                         for n, value in enumerate((seed, COUNT, workers)))
        with Machine(self.out, f"{DETERMINISTIC} {words}") as machine:
            self.text = machine.until("| done", "PANIC")
            self.memory = machine.memory(self.base, self.pool - self.base)
            if "PANIC" in self.text:
                self.text += machine.until("\n")


@pytest.fixture(scope="module", params=RUNS,
                ids=lambda param: f"{param[0]}-{param[1]}-{param[2]}vcpu-seed{param[3]}")
def run(request):
    """A run of one seed."""
    return Run(*request.param)


def numbers_of(text, pattern):
    """The numbers in the line that a pattern describes."""
    found = re.search(pattern, text)
    assert found, text[-1500:]
    return [int(number) for number in found.groups()]


def test_sys250_hostile_tables_reach_nothing_else(run):
    """SYS250: a guest with arbitrary tables reaches only its own memory; nothing panics, and a
    cell beside it is neither damaged nor late by a heartbeat."""
    assert "PANIC" not in run.text, run.text[-800:]
    looked, foreign = numbers_of(run.text, r"\| (\d+) looked at, (\d+) foreign")
    beats, *bad = numbers_of(run.text, r"(\d+) beats, (\d+) damaged, (\d+) wrong, (\d+) missed")
    assert not foreign and beats > 10 and not any(bad), run.text[-600:]
    assert looked > 100 or run.workers > 1


def test_sys251_hostile_runs_are_worth_it(run):
    """SYS251: such a run uses its seed and makes thousands of operations, accesses that succeed
    and accesses that fail, some in the last megabyte, and executes wild code."""
    seed, operations, reads, writes, runs, faults, lives = numbers_of(
        run.text, r"seed (\d+): (\d+) operations, (\d+) reads, (\d+) writes, (\d+) runs, "
        r"(\d+) faults, (\d+) lives")
    assert seed == run.seed and COUNT <= operations <= COUNT + 2
    assert reads > COUNT // 50 and writes > COUNT // 100 and runs > COUNT // 30, run.text[-600:]
    assert faults > COUNT // 10 and lives < COUNT // 100
    assert numbers_of(run.text, r"\| (\d+) in the last megabyte")[0] > COUNT // 500, run.text[-600:]


def test_sys252_shadow_tables_stay_inside(run):
    """SYS252: every translation that the microvisor holds for the guest leads to the guest's own
    memory, with no more than the cell's rights to it, not to be used by the microvisor."""
    tables = GuestTables(run, run.memory)
    own = {pa: rights for pa, rights, _ in described_maps(run)["hostile"].values()}
    devices = {pa for pa, _, device in described_maps(run)["hostile"].values() if device}
    seen = 0
    for m in tables.guest_mappings():
        assert m.pa in own, f"0x{m.va:x} leads to 0x{m.pa:x}"
        rights = own[m.pa]
        assert m.user != "rw" or "w" in rights, f"0x{m.va:x} is writable"
        assert not m.execute or "x" in rights, f"0x{m.va:x} is executable"
        assert m.kernel == "rw" and not m.global_ and m.domain in (0, 1), f"0x{m.va:x}"
        assert m.normal or m.pa in devices or not m.execute
        seen += 1
    assert seen > 10


def test_sys253_fixed_part_is_unchanged(run):
    """SYS253: in every guest address space the guest's fixed pages and the microvisor's part are
    those of the cell's own table, all else is the guest's."""
    tables = GuestTables(run, run.memory)
    own = tables.fixed_part(tables.own_table())
    spaces = tables.first_levels()
    assert len(spaces) >= 3 and len(own) == 0xFFF - 0xEF0
    for space in spaces:
        assert tables.fixed_part(space) == own


def test_sys254_window_is_read_only(run):
    """SYS254: the microvisor sees the guest's memory read-only, and never executes it."""
    tables = GuestTables(run, run.memory)
    ram = {pa for pa, rights, device in described_maps(run)["hostile"].values() if not device}
    window = [m for m in tables.kernel_mappings() if m.pa in ram]
    writable = {pa for pa, rights, device in described_maps(run)["hostile"].values()
                if "w" in rights and not device}
    assert {m.pa for m in window} == writable
    for m in window:
        assert (m.kernel, m.user, m.execute, m.global_) == ("r", "", False, True), f"0x{m.va:x}"
