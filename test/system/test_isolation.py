# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""An audit of every translation table in a machine that has run all checks:
what the processor would let anybody do, against what the system description
says. The judge tries some addresses; this looks at all of them."""

import collections
import re

import pytest

from translation import ENVIRONMENT, KERNEL, PAGE, VCPU_PAGES, Image, Tree, described_maps


class Audit:
    """All mappings of a run: the microvisor's own and those of each cell."""

    def __init__(self, core, memory=None):
        assert core.memory, f"the run ended early:\n{core.tail}"
        self.image = Image(core, memory or core.memory)
        self.described = described_maps(core)
        self.names = list(self.described)
        symbols = self.image.symbols
        self.kernel = list(self.image.walk(self.image.physical(symbols["kernel_l1"])))
        first = self.image.physical(symbols["l1_tables"])
        self.cells = {name: list(self.image.walk(first + 0x4000 * n))
                      for n, name in enumerate(self.names)}
        self.end = self.image.physical(symbols["kernel_end"])

    def upper(self, name):
        """Mappings of a cell's table from the microvisor's window up."""
        return [m for m in self.cells[name] if m.va >= KERNEL]

    def lower(self, name):
        """Mappings below it: the cell's own."""
        return [m for m in self.cells[name] if m.va < KERNEL]

    def between(self, first, last):
        """The microvisor's mappings between two symbols."""
        start, end = self.image.symbols[first], self.image.symbols[last]
        return [m for m in self.kernel if start <= m.va < -(-end // PAGE) * PAGE]


@pytest.fixture(scope="module")
def audit(core):
    """The audit of a run."""
    return Audit(core)


@pytest.fixture(scope="module")
def tree(core):
    """The system description of a run."""
    return Tree(f"{core.out}/system/system.dtb")


def test_sys030_cells_are_as_described(audit):
    """SYS030: every cell's pages are those of its boot-time tables, with those rights."""
    for name in audit.names:
        own = {m.va: m for m in audit.lower(name) if m.va < VCPU_PAGES}
        assert set(own) == set(audit.described[name])
        for va, (pa, rights, device) in audit.described[name].items():
            m = own[va]
            assert (m.pa, m.user, m.execute, m.normal) == (
                pa, "rw" if "w" in rights else "r", "x" in rights, not device), f"{name} 0x{va:x}"


def test_sys031_user_never_writes_and_executes(audit):
    """SYS031: no page of any cell is both writable and executable for it; devices never
    are executable."""
    for name in audit.names:
        for m in audit.lower(name):
            assert not (m.user == "rw" and m.execute), f"{name} 0x{m.va:x}"
            assert m.normal or not m.execute


def test_sys032_aliases_keep_the_rule(audit):
    """SYS032: no physical page is writable for a cell at one address and executable for
    any at another."""
    for name in audit.names:
        writable = {m.pa for m in audit.lower(name) if m.user == "rw"}
        for other in audit.names:
            executable = {m.pa for m in audit.lower(other) if m.user and m.execute}
            assert not writable & executable, f"{name}, {other}"


def test_sys033_kernel_window_is_the_same_everywhere(audit):
    """SYS033: from 0xf0000000 up, every cell's table is the microvisor's."""
    window = [m for m in audit.kernel if m.va >= KERNEL]
    assert len(window) > 100
    for name in audit.names:
        assert audit.upper(name) == window
    assert window == audit.kernel


def test_sys034_kernel_is_closed_to_users(audit):
    """SYS034: nothing of the microvisor's can be read, written or executed by user mode."""
    for m in audit.kernel:
        assert m.user == "" and m.global_ and m.domain == 0, f"0x{m.va:x}"


def test_sys035_kernel_never_writes_and_executes(audit):
    """SYS035: the microvisor can write nothing that it can execute."""
    for m in audit.kernel:
        assert not (m.kernel == "rw" and m.execute), f"0x{m.va:x}"
    executable = {m.pa for m in audit.kernel if m.execute}
    assert not executable & {m.pa for m in audit.kernel if m.kernel == "rw"}


def test_sys036_kernel_parts_have_their_rights(audit):
    """SYS036: its text is read-only and executable; constants and images only readable; data
    neither executable nor more than needed; the page below its stack is missing."""
    for first, last, kernel, execute in (("text_start", "text_end", "r", True),
                                         ("rodata_start", "rodata_end", "r", False),
                                         ("images_start", "images_end", "r", False),
                                         ("data_start", "data_end", "rw", False),
                                         ("bss_start", "kernel_stack_guard", "rw", False)):
        for m in audit.between(first, last):
            assert (m.kernel, m.execute) == (kernel, execute), f"{first} 0x{m.va:x}"
    assert not [m for m in audit.kernel if m.va == audit.image.symbols["kernel_stack_guard"]]
    assert [m for m in audit.kernel if m.va == audit.image.symbols["kernel_stack_guard"] + PAGE]


def test_sys037_kernel_memory_given_to_cells(audit):
    """SYS037: of the microvisor's memory a cell sees its environment, read-only, and its vCPU
    pages, which no other cell sees."""
    base = audit.image.base
    owner = {}
    for name in audit.names:
        for m in audit.lower(name):
            if not base <= m.pa < audit.end:
                continue
            assert m.va >= VCPU_PAGES and not m.execute and m.user, f"{name} 0x{m.va:x}"
            assert m.user == ("rw" if m.va < ENVIRONMENT else "r")
            assert owner.setdefault(m.pa, name) == name, f"0x{m.pa:x}"
    assert len(owner) >= 2 * len(audit.names)


def test_sys038_cells_have_nothing_of_one_another(audit, tree):
    """SYS038: a page of RAM belongs to one cell, or to a segment that the description shares
    between exactly those cells, and is writable only for those that may write."""
    shared = collections.defaultdict(set)
    for name in audit.names:
        for m in audit.lower(name):
            if m.normal:
                shared[m.pa].add((name, m.user == "rw"))
    allowed = [users_of(tree, node) for _, node in tree.children("/segments")]
    for pa, users in shared.items():
        assert len(users) == 1 or users in allowed, f"0x{pa:x}: {users}"


def users_of(tree, node):
    """{(cell, may write)} of a segment in the description."""
    readers = tree.names(node, "read-only-for")
    return {(name, name not in readers) for name in tree.names(node, "shared-by")}


def test_sys039_devices_belong_to_their_cells(audit, tree):
    """SYS039: device registers are seen by the cell that the description gives them to, nobody
    else, and never those that the microvisor uses."""
    registers = {}
    for cell, node in tree.children("/cells"):
        for phandle in tree.numbers(node, "devices"):
            start = tree.numbers(tree.by_phandle[phandle], "reg")[0]
            registers[start & ~(PAGE - 1)] = cell
    own = {m.pa for m in audit.kernel if not m.normal}
    for name in audit.names:
        for m in audit.lower(name):
            if m.normal:
                continue
            assert registers.get(m.pa) == name, f"{name} sees 0x{m.pa:x}"
            assert m.user == "rw" and not m.execute
    uart = min(pa for pa in registers)
    assert own & set(registers) <= {uart}  # its own output, before the cells start


def test_sys040_cells_are_not_global(audit):
    """SYS040: every page of a cell is tagged with its address space and in the cells' domain."""
    for name in audit.names:
        for m in audit.lower(name):
            assert not m.global_ and m.domain == 1 and m.kernel == "rw", f"{name} 0x{m.va:x}"


def test_sys041_null_and_guard_pages(audit):
    """SYS041: nothing is mapped below 0x10000, and each stack has an unmapped page below it."""
    for name in audit.names:
        pages = {m.va for m in audit.lower(name)}
        assert min(pages) >= 0x10000
        low = sorted(va for va in pages if va < 0x40000000)
        gaps = [va for va in low if va + PAGE not in pages]
        assert len(gaps) == 2, f"{name}: image and heap, then the stack"
        assert gaps[0] + 2 * PAGE in pages


def test_sys042_tables_are_out_of_reach(audit):
    """SYS042: no cell can see a translation table, its own included."""
    tables = set()
    for symbol in ("kernel_l1", "l1_tables", "l2_tables"):
        start = audit.image.physical(audit.image.symbols[symbol])
        tables |= set(range(start & ~(PAGE - 1), start + audit.image.sizes[symbol], PAGE))
    assert len(tables) > 4 * len(audit.names) + 4
    for name in audit.names:
        for m in audit.lower(name):
            assert m.pa not in tables, f"{name} 0x{m.va:x}"


def judge_memory(core, tree, memory):
    """Names of the audits that find something wrong with a memory."""
    changed = Audit(core, bytes(memory))
    found = []
    for name, function in list(globals().items()):
        if re.match(r"test_sys0(3\d|4[0-2])_", name):
            try:
                function(*([changed, tree] if "tree" in function.__code__.co_varnames[:2]
                           else [changed]))
            except AssertionError:
                found.append(name[5:11])
    return found


def test_sys043_audit_sees_single_bits(core, audit, tree):
    """SYS043: this audit itself finds one wrong bit in one entry of one table."""
    assert not judge_memory(core, tree, core.memory)
    kernel = audit.image.symbols["text_start"]
    data = max(m.va for m in audit.lower("puppet") if m.va < 0x40000000)
    for name, va, bit, what in (("puppet", kernel, 5, "kernel text readable"),
                                ("judge", kernel, 9, "kernel text writable"),
                                ("puppet", data, 0, "own stack executable"),
                                ("puppet", 0x10000, 9, "own text privileged only"),
                                ("low", 0x10000, 16, "another page"),
                                ("witness", 0x40000000, 11, "global page"),
                                ("judge", 0x40000000, 9, "read-only segment writable"),
                                ("phoenix", ENVIRONMENT, 4, "environment writable")):
        memory = bytearray(core.memory)
        at = audit.image.entry_of(audit.names.index(name), va) - core.base
        memory[at + bit // 8] ^= 1 << bit % 8
        assert judge_memory(core, tree, memory), f"{what} went unseen"


def test_sys044_processor_is_set_up(core, audit):
    """SYS044: MMU and caches are on, both domains obey the rights, the vectors and tables are
    the microvisor's, and counters, coprocessors but floating point,
    and ThumbEE are closed to cells."""
    registers, image = core.registers, audit.image
    assert registers["SCTLR"] & 0x1805 == 0x1805  # I, Z, C, M
    assert not registers["SCTLR"] & 0x72002002  # TE, AFE, TRE, EE; V; A
    assert registers["DACR"] == 0x5
    assert registers["VBAR"] == image.symbols["vectors"]
    tables = [image.physical(image.symbols["l1_tables"]) + 0x4000 * n
              for n in range(len(audit.names))]
    table = registers.get("TTBR0", registers.get("TTBR0_EL1")) & ~0x3FFF
    assert registers["TTBCR"] == 0
    assert registers.get("CONTEXTIDR", registers.get("CONTEXTIDR_EL1")) == tables.index(table) + 1
    assert registers["CPACR"] == 0xF00000 and registers["PMUSERENR"] == 0 and registers["TEECR"] == 1
