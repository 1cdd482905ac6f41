# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Boot, crash of the fault log's reader, panic, restart and power-off."""

import re

from machine import TIMEOUT, Machine
from pexpect.popen_spawn import PopenSpawn

CELLS = ("witness", "judge", "puppet", "phoenix", "mortal", "fragile", "low", "sleeper")


def test_sys010_sheet_names_version_and_configuration(core):
    """SYS010: the boot fact sheet begins with version, git id and config hash."""
    first = core.sheet.strip().splitlines()[0]
    assert re.fullmatch(r"Mullion \d+\.\d+\.\d+, git [0-9a-f]{7,}(-dirty)?, config [0-9a-f]{8}",
                        first), first
    with open(f"{core.out}/include/generated/version.h", encoding="utf-8") as file:
        defines = re.findall(r'#define \w+ "(.*)"', file.read())
    assert len(defines) == 3 and all(value in first for value in defines)


def test_sys011_sheet_names_product_board_and_memory(core):
    """SYS011: it names product and board, all of RAM, and what of it is free."""
    assert f"product Mullion system test on {core.board}" in core.sheet
    found = re.search(r"memory +0x(\w+)\.\.0x(\w+), free 0x(\w+)\.\.0x(\w+) \((\d+) KiB\)",
                      core.sheet)
    start, end, free, free_end = (int(word, 16) for word in found.groups()[:4])
    assert end - start + 1 == 256 << 20
    assert start < core.pool < free < free_end <= end
    assert int(found.group(5)) == (free_end + 1 - free) // 1024


def test_sys012_sheet_names_every_cell(core):
    """SYS012: it has one line for each cell, in order, with priority and fault policy."""
    lines = re.findall(r"cell +(\w+): priority (\d+).* on fault (\w+)", core.sheet)
    assert [name for name, _, _ in lines] == list(CELLS)
    assert lines[1] == ("judge", "200", "restart")
    assert lines[2] == ("puppet", "100", "monitor")
    assert "sleeper" in core.sheet.split("not started")[0].splitlines()[-1]


def test_sys013_sheet_counts_objects(core):
    """SYS013: it counts cells, vCPUs, channels and timers."""
    assert re.search(r"objects 8 cells, 11 vCPUs, \d+ vIRQs, 3 channels, 11 timers", core.sheet)


def test_sys020_crash_of_the_log_reader_is_printed(core):
    """SYS020: if the cell that reads the fault log faults, the microvisor prints the record."""
    assert "cell 'judge' vCPU 0: undefined or privileged instruction" in core.crash
    assert re.search(r"pc 0x0001\w{4}", core.crash)
    assert re.search(r"r0 +0x\w{8}.*r12 +0x\w{8}.*sp +0x\w{8}.*lr +0x\w{8} +psr 0x\w{8}",
                     core.crash, re.S)
    assert "the cell is restarted" in core.crash


def test_sys021_log_reader_comes_back(core):
    """SYS021: it is restarted by its own fault policy, and its devices work again."""
    assert "judge: restarted" in core.crash
    assert core.crash.endswith("waiting for a letter")


def test_sys022_panic_is_told_at_the_next_boot(core):
    """SYS022: a panic prints its reason, restarts the board, and the next boot tells it."""
    if core.variant == "plain":
        assert "PANIC" not in core.again
        return
    found = re.search(r"PANIC (0x\w+), detail (0x\w+).*restarting the board.*the previous boot "
                      r"ended in PANIC (0x\w+), detail (0x\w+)", core.again, re.S)
    assert found, core.again
    assert found.group(1) == found.group(3) == "0x0001"
    assert found.group(2) == found.group(4)


def test_sys023_restart_on_request(core):
    """SYS023: the cell with the right restarts the machine, which boots as at first."""
    sheet = core.again[core.again.rindex("\nMullion"):].split("\nok ")[0]
    assert sheet.strip() == core.sheet[core.sheet.index("\nMullion"):].strip()


def test_sys024_panic_is_told_once(core):
    """SYS024: a boot without a panic before it tells of none."""
    assert "previous boot" not in core.sheet
    assert core.variant == "checked" or "previous boot" not in core.again


def test_sys025_power_off(core):
    """SYS025: switching off ends a board that can, and halts one that cannot; neither says more."""
    assert core.ended == (core.board == "vexpress-a9")
    assert core.quiet


def test_sys026_end_behind_the_last_line():
    """SYS026: a machine that closes its line some time before it ends has ended by itself."""
    machine = Machine.__new__(Machine)
    machine.child = PopenSpawn(["/bin/sh", "-c", "echo off; exec >&- 2>&-; sleep 0.5"], timeout=TIMEOUT)
    machine.child.expect("off\n")
    assert not machine.ended(0)
    assert machine.silent(TIMEOUT) and machine.ended(TIMEOUT)
