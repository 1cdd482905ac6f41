# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Where the instructions of a row of bench_linux.py go, by function.

Names for the addresses that the plugin's histogram has: functions of the
kernel from its System.map, of the benchmark's program and of the microvisor from their ELF
files. Other programs have no symbols; theirs are one line. Used by bench_linux.py.
"""

import collections

from bench_symbols import BenchError, Functions, parse_nm, read_nm

# Files with symbols: of Linux, of the folder of its programs, of the microvisor or None.
Maps = collections.namedtuple("Maps", "linux programs microvisor")

KERNEL, MICROVISOR, VECTORS = 0xC0000000, 0xF0000000, 0xFFFF0000
BENCH, BENCH_END = 0x20000000, 0x30000000
ROUND = 2  # of three: neither the first nor the last


def arguments(name):
    """The plugin's arguments for the histogram of one round of a row."""
    return f",from={name}_begin,to={name}_end,nth={ROUND},histogram=1"


def best_names(nm):
    """The output of nm with one name for each address, weak ones too: the plainest.

    memset is also __memset and mmioset, and which one stands last says nothing.
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


def by_function(records, maps, times):
    """{(part, function): instructions of one operation} of the histogram of a run."""
    found = [record for record in records if "histogram" in record]
    if not found or not found[0]["windows"]:
        raise BenchError("the row was never measured: is the program in the root file system the one "
                         "that --programs names?")
    namer, result = Namer(maps), {}
    for address, count in found[0]["counts"]:
        key = namer.find(address)
        result[key] = result.get(key, 0) + count
    return {key: count / times for key, count in result.items()}
