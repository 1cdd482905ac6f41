# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Where the instructions of a row of bench_linux.py go, by function.

Gives names to the addresses in the plugin's histogram: functions of the kernel come from its
System.map, those of the benchmark's program and of the microvisor from their ELF files. Each
other program has no symbols and is one line. Used by bench_linux.py.
"""

import collections

from bench_symbols import BenchError, Functions, parse_nm, read_nm

# Files with symbols: of Linux, of the folder of its programs, of the microvisor or None.
Maps = collections.namedtuple("Maps", "linux programs microvisor")

KERNEL, MICROVISOR, VECTORS = 0xC0000000, 0xF0000000, 0xFFFF0000
BENCH, BENCH_END = 0x20000000, 0x30000000
BEGIN, END = "_begin", "_end"  # of the names of a row's marks
ARGUMENTS = f",from={BEGIN},to={END},histogram=1"  # of the plugin: a histogram of every round


def best_names(nm):
    """The output of nm with one name for each address: the plainest one, weak or not.

    memset is also __memset and mmioset, and their order means nothing.
    """
    best = {}
    for address, kind, name in parse_nm(nm):
        if kind in "tTwW":
            order = (name.startswith("_"), len(name), name)
            best[address] = min(best.get(address, order), order)
    return "".join(f"{address:08x} T {best[address][2]}\n" for address in sorted(best))


class Namer:
    """Finds (part, function) of an address, of a run natively or under Mullion."""

    def __init__(self, maps):
        with open(maps.linux, encoding="utf-8") as file:
            self.linux = Functions(best_names(file.read()))
        self.bench = Functions(best_names(read_nm(f"{maps.programs}/bench")))
        self.microvisor = Functions(read_nm(maps.microvisor)) if maps.microvisor else None

    def find(self, address):
        """(part, function) at an address."""
        if self.microvisor and address >= MICROVISOR:
            return "microvisor", self.microvisor.find(address)
        if address >= VECTORS:
            return "kernel", "(vectors)"
        if address >= KERNEL:
            return "kernel", self.linux.find(address)
        if BENCH <= address < BENCH_END:
            return "program", self.bench.find(address)
        return "program", "(other programs)"


def least(records, name):
    """The histogram of the round that gives a row its figure: that with the least instructions."""
    found = [record["counts"] for record in records
             if record.get("histogram") == [name + BEGIN, name + END]]
    if not found:
        raise BenchError(f"row '{name}' was never measured: is the program in the root file system the "
                         "one that --programs names?")
    return min(found, key=lambda counts: sum(count for _, count in counts))


def by_function(records, name, namer, times):
    """{(part, function): instructions of one operation} of a row in a run."""
    result = {}
    for address, count in least(records, name):
        key = namer.find(address)
        result[key] = result.get(key, 0) + count
    return {key: count / times for key, count in result.items()}


def without(counts, alone):
    """The same, less the instructions that a process needs anyway."""
    return {key: counts.get(key, 0) - alone.get(key, 0) for key in {**counts, **alone}}
