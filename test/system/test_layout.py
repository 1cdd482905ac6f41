# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Guests wherever in memory they may lie: the microvisor boots, sees all that
they can write, and reads their translation tables in every part of it. Layouts
are awkward ones by hand and random ones; the seed of one is the test's name."""

import os
import random
import re

import pytest

from machine import BOARDS, OUT, Machine, build, write_if_changed
from machine import run as system_run

RAM = {"vexpress-a9": 0x60000000, "realview-pb-a8": 0x70000000}
KIB, MIB, PAGE = 0x400, 0x100000, 0x1000
WINDOW = 224 * MIB
# Behind the microvisor, the largest image store of these tests and all cells without an address.
FIRST_FIXED = 64 * MIB
CHANGES = "CONFIG_GUEST_TEST_LAYOUT=y CONFIG_GUEST_TEST_FLOOD=n CONFIG_GUEST_TEST_LIBRARY=n " \
    "CONFIG_GUEST_MONITOR=n CONFIG_GUEST_PRODUCER=n CONFIG_GUEST_CONSUMER=n CONFIG_GUEST_ROGUE=n " \
    "CONFIG_FAULT_PRINT=y"


def guest(name, memory, address=None, extra=""):
    """A guest as text, with its memory in bytes and at an address or anywhere."""
    where = f"address = <{address:#x}>; " if address else ""
    return f"{name}: {name} {{ image = \"layout\"; priority = <100>; vmmu; " \
        f"console = <&console>; memory = <{memory:#x}>; {where}{extra} }};\n"


def native(name, memory):
    """A native cell that is only in the way."""
    return f"{name} {{ image = \"hello\"; priority = <100>; memory = <{memory:#x}>; }};\n"


def describe(cells, segments=""):
    return '/dts-v1/;\n#include MV_BOARD_DTSI\n/ {\nmodel = "Layout test";\ncells {\n' \
        'console: console { image = "console"; memory = <0x10000>; priority = <200>; ' \
        'devices = <&uart0>; };\n' \
        f'{cells}}};\nsegments {{\n{segments}}};\n}};\n'


def small_ones(_):
    """Guests of 40 KiB to 128 KiB side by side: several in one megabyte. A native
    cell that controls some of them."""
    return describe("".join(guest(f"g{size}", size * KIB) for size in (40, 44, 64, 128)) +
                    'watcher { image = "layout"; priority = <100>; memory = <0xa000>; '
                    'console = <&console>; controls = <&g40 &g128>; };\n')


def five_megabytes(_):
    """A guest of 5 MiB, which has sections, next to one of 40 KiB."""
    return describe(guest("five", 5 * MIB) + guest("small", 40 * KIB))


def at_the_ends(ram):
    """Guests at addresses of their own: neither ends nor begins with a megabyte; one up to the
    last byte of the window; a native cell between them."""
    last = ram + WINDOW
    return describe(guest("odd", 5 * MIB + 12 * KIB, ram + FIRST_FIXED + 20 * KIB) +
                    guest("next", 40 * KIB, ram + FIRST_FIXED + 5 * MIB + 32 * KIB) +
                    native("native", 300 * KIB) +
                    guest("last", 2 * MIB + PAGE, last - 2 * MIB - PAGE))


def shared(_):
    """Two guests that write the same segments, one a megabyte and a half, one a page; and one
    that only one of them may write."""
    return describe(guest("left", 64 * KIB, extra='args = "turn=0";') +
                    guest("right", 64 * KIB, extra='args = "turn=1";'),
                    "large { size = <0x180000>; shared-by = <&left &right>; };\n"
                    "page { size = <0x1000>; shared-by = <&left &right>; };\n"
                    "half { size = <0x100000>; shared-by = <&left &right>; "
                    "read-only-for = <&right>; };\n")


def shifted(ram):
    """A shared segment at an address that is no multiple of a megabyte: its parts are sections
    for the microvisor and pages for the guests."""
    return describe(guest("left", 64 * KIB, extra='args = "turn=0";') +
                    guest("right", 64 * KIB, extra='args = "turn=1";'),
                    f"moved {{ size = <0x380000>; address = <{ram + FIRST_FIXED + 0x7f000:#x}>; "
                    "shared-by = <&left &right>; };\n")


def randomly(seed):
    """Guests and segments of random sizes at random places, some shared."""
    def layout(ram):
        chance = random.Random(seed)
        names = [f"g{number}" for number in range(chance.randint(2, 5))]
        at = ram + FIRST_FIXED
        cells = segments = ""
        for name in names:
            size = chance.choice((10, 11, 16, 255, 256, 257, 300, 515, 1300)) * PAGE
            at += chance.choice((0, 1, 15, 256, 257)) * PAGE
            fixed = chance.random() < 0.5
            cells += guest(name, size, at if fixed else None, f'args = "turn={names.index(name) % 2}";')
            at += size if fixed else 0
        for number in range(chance.randint(0, 3)):
            size = chance.choice((1, 4, 255, 256, 511, 770)) * PAGE
            at += chance.choice((0, 1, 15, 256, 257)) * PAGE
            users = sorted(chance.sample(names, 2), key=lambda name: int(name[1:]) % 2)
            even = int(users[0][1:]) % 2 == int(users[1][1:]) % 2
            fixed = f"address = <{at:#x}>; " if chance.random() < 0.6 else ""
            at += size
            segments += f"s{number} {{ size = <{size:#x}>; {fixed}shared-by = <&{' &'.join(users)}>;" \
                f"{' read-only-for = <&' + users[1] + '>;' if even else ''} }};\n"
        return describe(cells, segments)
    return layout


def one(_):
    """One guest, of 3 MiB and a bit: for a vTLB of another size."""
    return describe(guest("one", 3 * MIB + 36 * KIB))


# The smallest and the largest vTLB; all others have the default.
FITTING = "CONFIG_VTLB_SPACES=8 CONFIG_VTLB_TABLES=64"  # four guests, whose vTLBs lie in 2 MiB
SIZES = {"least": "CONFIG_VTLB_SPACES=2 CONFIG_VTLB_TABLES=8",
         "most": "CONFIG_VTLB_SPACES=16 CONFIG_VTLB_TABLES=1024"}
LAYOUTS = {"small": small_ones, "five": five_megabytes, "ends": at_the_ends, "shared": shared,
           "shifted": shifted, "least": one, "most": one} | \
    {f"random{seed}": randomly(seed) for seed in range(4)}


def l2_tables_used(out, machine):
    """(how many tables the microvisor took at boot, how many the system compiler gave it, how
    many of these are for the microvisor's reserve beyond what it uses)."""
    symbols = {words[2]: int(words[0], 16) for words in
               (line.split() for line in system_run("arm-none-eabi-nm", f"{out}/mullion.elf").splitlines())
               if len(words) == 3}
    with open(f"{out}/system/tables.c", encoding="utf-8") as file:
        given = int(re.search(r"nr_l2_tables TABLE = (\d+)", file.read())[1])
    with open(f"{out}/system/layout.ld", encoding="utf-8") as file:
        pool = int(re.search(r"MV_POOL_START = (0x\w+)", file.read())[1], 16)
    end = symbols["kernel_end"] - symbols["mv_virt_offset"]
    used = machine.memory(symbols["l2_used"] - symbols["mv_virt_offset"], 4)
    # A whole megabyte of objects is a section and takes no table either.
    bss = symbols["kernel_end"] // MIB - -(-symbols["bss_start"] // MIB)
    return int.from_bytes(used, "little"), given, (pool - end) // MIB + max(bss, 0)


@pytest.fixture(scope="module", params=[(board, name) for board in BOARDS for name in LAYOUTS],
                ids=lambda param: "-".join(param))
def run(request):
    """(guests, what was printed until all were done or something broke, system.txt,
    second-level tables in use and counted)."""
    board, name = request.param
    source = LAYOUTS[name](RAM[board])
    path = os.path.abspath(f"{OUT}/layout/{board}-{name}.dts")
    write_if_changed(path, source)
    guests = re.findall(r"^(\w+): \w+ { image = .* vmmu;", source, re.M)
    cells = source.count('image = "layout"')
    out = build(board, "layout", "test-library_defconfig",
                f'{CHANGES} {SIZES.get(name, FITTING)} CONFIG_SYSTEM_DTS="{path}"')
    text = ""
    with Machine(out) as machine:
        while len(re.findall(r"\| done", text)) < cells:
            text += machine.until("| done", "PANIC", "fault of")
            if not text.endswith("done"):
                text += machine.until("\n")
                break
        used = l2_tables_used(out, machine)
    with open(f"{out}/system/system.txt", encoding="utf-8") as file:
        return guests, text, file.read(), used


def test_sys130_microvisor_sees_all_that_guests_can_write(run):
    """SYS130: however guests lie in memory, their tables are read wherever they can be."""
    guests, text = run[:2]
    assert "PANIC" not in text and "not ok" not in text, text
    for name in guests:
        said = re.findall(rf"^{name} *\| (.*)$", text, re.M)
        assert "done" in said and "ok pages" in said, text
        assert any(line.startswith("ok heap") for line in said), text


def test_sys133_second_level_tables_are_counted_exactly(run):
    """SYS133: the microvisor takes all second-level tables that the system compiler counted, but
    for those of the part of its memory that it leaves unused."""
    used, given, spare = run[3]
    assert used == given - spare


@pytest.mark.parametrize("run", [(board, "small") for board in BOARDS], ids=list(BOARDS),
                         indirect=True)
def test_sys131_statistics_of_guests_are_for_their_keeper(run):
    """SYS131: a cell that controls guests reads what their vTLBs did, and can do no more to them."""
    text = run[1]
    said = re.findall(r"^watcher *\| ok (\S+): (\d+) switches$", text, re.M)
    assert [guest for guest, _ in said] == ["g40.vmmu", "g128.vmmu"] and "not ok" not in text, text
    assert all(int(switches) for _, switches in said)


@pytest.mark.parametrize("run", [(board, "small") for board in BOARDS], ids=list(BOARDS),
                         indirect=True)
def test_sys132_fact_sheet_and_system_compiler_agree_on_vtlbs(run):
    """SYS132: below each guest, and no other cell, the fact sheet tells what make show-system does."""
    guests, text, system = run[:3]
    sheet = re.findall(r"^  cell    (\w+):.*\n +guest: vTLB of (\d+) spaces, (\d+) tables, (\d+ KiB)$",
                       text, re.M)
    shown = re.findall(r"^  (\w+) +vMMU, (\d+) address spaces and (\d+) tables cached in (\d+ KiB)",
                       system, re.M)
    assert sheet == shown and [row[0] for row in sheet] == guests
