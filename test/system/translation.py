# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Reads the translation tables of a machine from its memory (ARMv7-A short
descriptors, ARM DDI 0406C, B3.5), and what the boot-time tables say should be
in them. Nothing here knows how the microvisor builds its tables."""

import collections
import re
import struct

from machine import run

PAGE = 4096
SECTION = 1 << 20
KERNEL = 0xF0000000
GUEST_END = 0xEF000000
GUEST_HIGH = 0xFFF00000
VCPU_PAGES = 0xEF000000
ENVIRONMENT = 0xEF010000

# One page. kernel, user: "", "r" or "rw"; execute: no XN; normal: cacheable memory.
Mapping = collections.namedtuple("Mapping", "va pa kernel user execute normal global_ domain")

ACCESS = {0: ("", ""), 1: ("rw", ""), 2: ("rw", "r"), 3: ("rw", "rw"), 5: ("r", ""), 6: ("r", "r"),
          7: ("r", "r")}


class Image:
    """The memory of the microvisor in a run, with the symbols of its ELF file."""

    def __init__(self, core, memory):
        self.base, self.memory = core.base, memory
        self.symbols, self.sizes = {}, {}
        listing = run("arm-none-eabi-nm", "-S", f"{core.out}/system.elf")
        for address, size, name in re.findall(r"^(\w{8}) (\w{8} )?[A-Za-z] (\S+)$", listing, re.M):
            name = re.sub(r"\.lto_priv\.\d+$", "", name)
            self.symbols[name] = int(address, 16)
            self.sizes[name] = int(size or "0", 16)
        self.offset = self.symbols["mv_virt_offset"]

    def physical(self, va):
        """Physical address of one of the microvisor's."""
        return (va - self.offset) & 0xFFFFFFFF

    def words(self, pa, number):
        """Words of physical memory."""
        start = pa - self.base
        assert 0 <= start and start + number * 4 <= len(self.memory), f"0x{pa:x} is outside"
        return struct.unpack_from(f"<{number}I", self.memory, start)

    def entry_of(self, cell, va):
        """Physical address of the second-level entry that maps an address for a cell."""
        table = self.physical(self.symbols["l1_tables"]) + cell * 0x4000
        entry, = self.words(table + (va >> 20) * 4, 1)
        assert entry & 3 == 1
        return (entry & ~0x3FF) + (va >> 12 & 0xFF) * 4

    def walk(self, table):
        """All mappings of a first-level table, page by page."""
        for slot, entry in enumerate(self.words(table, 4096)):
            domain = entry >> 5 & 15
            if entry & 3 == 1:
                for n, page in enumerate(self.words(entry & ~0x3FF, 256)):
                    if page & 3:
                        yield small_page(slot * SECTION + n * PAGE, page, domain)
            elif entry & 3:
                yield from section(slot * SECTION, entry, domain)


class GuestTables:
    """The tables that the microvisor has made for the only guest of a run."""

    def __init__(self, run, memory):
        self.image = Image(run, memory)
        self.run = run

    def first_levels(self):
        """Physical addresses of the first-level tables of its address spaces."""
        start = self.image.physical(self.image.symbols["vtlb_l1"])
        return range(start, start + self.image.sizes["vtlb_l1"], 0x4000)

    def own_table(self):
        """Physical address of the cell's own first-level table."""
        guest = [name for name in described_maps(self.run)].index("hostile")
        return self.image.physical(self.image.symbols["l1_tables"]) + guest * 0x4000

    def fixed_part(self, table):
        """First-level entries that no guest can change."""
        return self.image.words(table + 4 * (GUEST_END >> 20), GUEST_HIGH - GUEST_END >> 20)

    def guest_mappings(self):
        """All mappings below and above the fixed part, of all spaces."""
        for table in self.first_levels():
            for m in self.image.walk(table):
                if not GUEST_END <= m.va < GUEST_HIGH:
                    yield m

    def kernel_mappings(self):
        """All mappings of the microvisor's own table."""
        return self.image.walk(self.image.physical(self.image.symbols["kernel_l1"]))


def small_page(va, entry, domain):
    """A second-level entry, which must not be a large page."""
    assert entry & 2, f"large page at 0x{va:x}"
    kernel, user = ACCESS[entry >> 4 & 3 | entry >> 7 & 4]
    return Mapping(va, entry & ~0xFFF, kernel, user, not entry & 1, bool(entry >> 6 & 7 or
                   entry & 8), not entry & 0x800, domain)


def section(va, entry, domain):
    """A section, as 256 pages; it must be neither a supersection nor PXN."""
    assert not entry & 0x40001, f"supersection or PXN at 0x{va:x}"
    kernel, user = ACCESS[entry >> 10 & 3 | entry >> 13 & 4]
    for n in range(SECTION // PAGE):
        yield Mapping(va + n * PAGE, (entry & 0xFFF00000) + n * PAGE, kernel, user,
                      not entry & 0x10, bool(entry >> 12 & 7 or entry & 8), not entry & 0x20000,
                      domain)


def described_maps(core):
    """cell -> {va: (pa, rights, device)} page by page, from the boot-time tables."""
    with open(f"{core.out}/system/tables.c", encoding="utf-8") as file:
        text = file.read()
    result = {}
    for name, body in re.findall(r"struct map_desc maps_(\w+)\[\] TABLE = \{(.*?)\n\};", text, re.S):
        pages = result.setdefault(name, {})
        for va, pa, size, attr in re.findall(r"\{ (0x\w+), (0x\w+), (0x\w+), ([^}]*) \}", body):
            rights = "".join(letter for letter, word in zip("rwx", ("READ", "WRITE", "EXEC"))
                             if f"MAP_{word}" in attr)
            for n in range(0, int(size, 16), PAGE):
                assert int(va, 16) + n not in pages, f"{name}: {va} is mapped twice"
                pages[int(va, 16) + n] = (int(pa, 16) + n, rights, "MAP_DEVICE" in attr)
    return result


class Tree:
    """A flattened device tree: path -> {property: bytes}, and nodes by phandle."""

    def __init__(self, path):
        with open(path, "rb") as file:
            blob = file.read()
        self.nodes, self.by_phandle = {}, {}
        at, strings = struct.unpack_from(">2I", blob, 8)
        stack = []
        while True:
            token, = struct.unpack_from(">I", blob, at)
            at += 4
            if token == 1:
                name = blob[at:blob.index(b"\0", at)].decode()
                at = at + len(name) + 4 & ~3
                stack.append(name)
                self.nodes["/".join(stack)] = {}
            elif token == 2:
                stack.pop()
            elif token == 3:
                size, offset = struct.unpack_from(">2I", blob, at)
                name = blob[strings + offset:blob.index(b"\0", strings + offset)].decode()
                self.nodes["/".join(stack)][name] = blob[at + 8:at + 8 + size]
                at = at + 8 + size + 3 & ~3
            elif token == 9:
                break
        for node, properties in self.nodes.items():
            if "phandle" in properties:
                self.by_phandle[int.from_bytes(properties["phandle"], "big")] = node

    def children(self, path):
        """(name, path) of the nodes below one."""
        return [(node.rsplit("/", 1)[1], node) for node in self.nodes
                if node.rsplit("/", 1)[0] == path and node]

    def numbers(self, node, name):
        """The numbers of a property, none without it."""
        value = self.nodes[node].get(name, b"")
        return list(struct.unpack(f">{len(value) // 4}I", value))

    def names(self, node, name):
        """Names of the nodes that a property refers to."""
        return {self.by_phandle[phandle].rsplit("/", 1)[1]
                for phandle in self.numbers(node, name)}
