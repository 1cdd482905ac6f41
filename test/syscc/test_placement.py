# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Placement, on random good descriptions: nothing overlaps, everything is where
it may be, and the second-level tables suffice. The seed of a description is the
test's name; it replays."""

import random
import re

import pytest

PAGE, MIB = 0x1000, 0x100000
RAM = (0x60000000, 0x61000000)
SEGMENTS, SYMBOLS, DEVICES, ENVIRONMENT = 0x40000000, 0x7F000000, 0x80000000, 0xEF010000
KERNEL = 0xF0000000
FREE_DEVICES = ["mmc", "uart1", "flash", "pair0 &pair1"]


def describe(chance):
    """A random description that is good."""
    names = [f"c{number}" for number in range(chance.randint(1, 8))]
    devices = {name: [] for name in names}
    for device in FREE_DEVICES:
        if chance.random() < 0.6:
            devices[chance.choice(names)].append("&" + device)
    text = '/dts-v1/;\n#include "board.dtsi"\n/ {\nmodel = "Random";\ncells {\n'
    for name in names:
        pages = chance.choice((8, 9, 16, 31, 64, 256, 257, 300))
        text += f"{name}: {name} {{ image = \"{chance.choice(('small', 'plain'))}\"; priority = <1>;\n"
        text += f"memory = <{pages * PAGE:#x}>; stack = <{chance.choice((1, 2)) * PAGE:#x}>;\n"
        text += f"vcpus = <{chance.randint(1, 4)}>; timers = <{chance.randint(0, 4)}>;\n"
        text += "device-tree;\n" if chance.random() < 0.4 else ""
        text += "vmmu;\n" if chance.random() < 0.5 else ""
        text += "symbols;\n" if chance.random() < 0.3 else ""
        text += f"devices = <{' '.join(devices[name])}>;\n" if devices[name] else ""
        text += "};\n"
    text += "};\nsegments {\n"
    fixed = 0x60F00000
    pinned = 0x50000000
    for number in range(chance.randint(0, 6)):
        pages = chance.choice((1, 3, 255, 256, 257))
        users = chance.sample(names, chance.randint(1, len(names)))
        text += f"s{number} {{ size = <{pages * PAGE:#x}>; shared-by = <&{' &'.join(users)}>;\n"
        if chance.random() < 0.3 and fixed - pages * PAGE > 0x60D00000:
            fixed -= pages * PAGE
            text += f"address = <{fixed:#x}>;\n"
        if chance.random() < 0.3:
            text += f"at = <{pinned:#x}>;\n"
            pinned += 2 * MIB
        text += "};\n"
    return text + "};\n};\n"


def number(text):
    return int(text, 16)


def block(tables, name):
    return tables.split(f"{name}[] TABLE = {{\n")[1].split("};")[0]


def read_maps(tables, cell):
    """(va, pa or symbol, size, attributes, what) of each mapping."""
    found = re.findall(r"\{ (0x\w+), (0x\w+|IMAGE_PA\(\w+\)), (0x\w+), ([A-Z_ |]+) \}, /\* (.*) \*/",
                       block(tables, f"maps_{cell}"))
    assert len(found) == block(tables, f"maps_{cell}").count("{")
    return [(number(va), number(pa) if pa.startswith("0x") else pa, number(size), attributes, what)
            for va, pa, size, attributes, what in found]


def read_loads(tables, cell):
    found = re.findall(r"\{ (\w+), (0x\w+), (0x\w+), (0x\w+) \}", block(tables, f"loads_{cell}"))
    return [(source, number(va), number(copy), number(zero)) for source, va, copy, zero in found]


def apart(spans):
    """Whether no two of (start, size) overlap."""
    spans = sorted(spans)
    return all(a + size <= b for (a, size), (b, _) in zip(spans, spans[1:]))


def inside(va, size, maps, attributes):
    """Whether a range is all in one mapping with these attributes."""
    return any(start <= va and va + size <= start + length and all(a in have for a in attributes)
               for start, _, length, have, _ in maps)


def check_cell(tables, cell, guest):
    """One cell's address space; returns its private physical ranges. Only a guest may
    execute what it has written, as far as its own tables say."""
    maps = read_maps(tables, cell)
    assert apart([(va, size) for va, _, size, _, _ in maps]), maps
    for va, pa, size, attributes, what in maps:
        assert va % PAGE == 0 and size % PAGE == 0 and size, what
        assert 0x10000 <= va and va + size <= ENVIRONMENT
        assert not ("MAP_EXEC" in attributes and "MAP_WRITE" in attributes) or guest
        assert ("MAP_DEVICE" in attributes) == (va >= DEVICES)
        if what.startswith("symbols of"):
            assert SYMBOLS <= va < DEVICES and pa.startswith("IMAGE_PA") and attributes == "MAP_READ"
    for source, va, copy, zero in read_loads(tables, cell):
        assert va % 4 == 0 and copy % 4 == 0 and zero % 4 == 0
        assert (source == "NULL") == (copy == 0)
        assert inside(va, copy + zero, maps, ["MAP_READ"])
    stack = number(re.search(rf"name_{cell},.*?\.stack = (0x\w+)", tables, re.S)[1])
    (low, _, size, _, _), = [one for one in maps if one[4] == "stack"]
    assert stack == low + size
    assert not any(va <= low - 1 < va + length for va, _, length, _, _ in maps), "no guard page"
    entry = number(re.search(rf"name_{cell},.*?\.entry = (0x\w+)", tables, re.S)[1])
    assert inside(entry, 4, maps, ["MAP_EXEC"])
    return [(pa, size) for va, pa, size, _, _ in maps if va < SEGMENTS]


def l2_tables(maps):
    """Tables that the microvisor takes for these, as arch/arm/mmu.c does."""
    slots = {}
    for va, pa, size, _, _ in maps:
        pa = PAGE if isinstance(pa, str) else pa
        while size:
            section = va % MIB == 0 and pa % MIB == 0 and size >= MIB and va // MIB not in slots
            step = MIB if section else PAGE
            assert slots.get(va // MIB, "page") == "page" or section
            slots[va // MIB] = "section" if section else "page"
            va, pa, size = va + step, pa + step, size - step
    return sum(kind == "page" for kind in slots.values())


def window_maps(tables, guests):
    """Where the microvisor sees what guests can write, each piece once."""
    found = {}
    for guest in guests:
        for _, pa, size, attributes, what in read_maps(tables, guest):
            if "MAP_WRITE" in attributes and "MAP_DEVICE" not in attributes:
                found[pa] = (pa - RAM[0] + KERNEL, pa, size, attributes, what)
    assert apart([(va, size) for va, _, size, _, _ in found.values()])
    return sorted(found.values())


@pytest.mark.parametrize("seed", range(60))
def test_random(syscc, seed):
    """SYC110 Whatever cells and segments there are, nothing overlaps, all lies where it must, and the
    second-level tables are counted."""
    board = syscc.folder / "board.dtsi"
    board.write_text(board.read_text().replace("memory = <0x100000>;", "memory = <0x280000>;"))
    result = syscc.compile(describe(random.Random(seed)))
    assert [line for line in result.problems if "GST-004" not in line] == []
    tables = result.text("tables.c")
    layout = result.text("layout.ld")
    pool = number(re.search(r"MV_POOL_START = (0x\w+)", layout)[1])
    base = number(re.search(r"MV_PHYS_BASE = (0x\w+)", layout)[1])
    assert pool % MIB == 0
    cells = re.findall(r"name_(\w+)\[\] TABLE = \"\1\"", tables)
    cells = [cell for cell in cells if f"maps_{cell}[]" in tables]
    ram, shared, needed = [], {}, (pool - base // MIB * MIB) // MIB + 1
    guests = [cell for cell in cells
              if re.search(rf"name_{cell},.*?\.vtlb = (\w+)", tables, re.S)[1] != "MV_NONE"]
    needed += l2_tables(window_maps(tables, guests))
    for cell in cells:
        ram += check_cell(tables, cell, cell in guests)
        maps = read_maps(tables, cell)
        needed += 1 + l2_tables(maps)
        for va, pa, size, _, what in maps:
            if SEGMENTS <= va < SYMBOLS:
                assert shared.setdefault(what, (pa, size, va)) == (pa, size, va)
    ram += [(pa, size) for pa, size, _ in shared.values()]
    free = number(re.search(r"\.free_base = (0x\w+)", tables)[1]), \
        number(re.search(r"\.free_size = (0x\w+)", tables)[1])
    assert apart(ram + [free])
    assert all(pool <= pa and pa + size <= RAM[1] for pa, size in ram)
    assert needed == int(re.search(r"nr_l2_tables TABLE = (\d+)", tables)[1])
    devices = [(pa, size) for cell in cells for va, pa, size, _, _ in read_maps(tables, cell)
               if va >= DEVICES]
    assert apart(devices)


def test_guests_are_placed_low(syscc):
    """SYC111 A native cell that fills the window leaves a guest where the microvisor sees it."""
    board = syscc.folder / "board.dtsi"
    board.write_text(board.read_text().replace("0x60000000 0x1000000>", "0x60000000 0x10000000>"))
    source = """/dts-v1/;
#include "board.dtsi"
/ { model = "Low"; cells {
native { image = "small"; priority = <1>; memory = <0xd800000>; };
small: small { image = "small"; priority = <1>; memory = <0x9000>; vmmu; };
large { image = "small"; priority = <1>; memory = <0x500000>; vmmu; };
}; segments { frames { size = <0x100000>; shared-by = <&small>; }; }; };
"""
    result = syscc.compile(source)
    assert result.problems == []
    found = re.findall(r"(0x\w+)-(0x\w+) .* (?:cell|segment) (\w+)$", result.text("system.txt"), re.M)
    ends = {name: number(end) for _, end, name in found}
    assert max(ends["small"], ends["large"], ends["frames"]) < ends["native"]
    assert ends["native"] > 0x6E000000
