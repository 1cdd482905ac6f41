#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Makes the symbol file of a cell: names of its functions by address.

`symtab.py NM ELF OUTPUT`. The system compiler maps these files into the cell
that has `symbols;` in the description; guests/lib/symbols.c reads them. All
words are little-endian: magic "MVS1", number of functions, end of the text,
then address and offset of the name for each, ascending; then the names.
"""
import pathlib
import struct
import subprocess
import sys

HEAD = struct.Struct("<4sII")
ENTRY = struct.Struct("<II")


def functions(lines):
    """(address, size, name) of every function, without mapping symbols ($a, $d)."""
    found = {}
    for line in lines:
        fields = line.split()
        if len(fields) < 3 or fields[-2] not in "tTwW" or fields[-1].startswith("$"):
            continue
        address = int(fields[0], 16) & ~1
        size = int(fields[1], 16) if len(fields) == 4 else 0
        found.setdefault(address, (address, size, fields[-1]))
    return sorted(found.values())


def blob(found):
    """The file for what functions() returns."""
    names = bytearray()
    entries = bytearray()
    start = HEAD.size + ENTRY.size * len(found)
    for address, _, name in found:
        entries += ENTRY.pack(address, start + len(names))
        names += name.encode() + b"\0"
    end = max((address + max(size, 4) for address, size, _ in found), default=0)
    return HEAD.pack(b"MVS1", len(found), end) + entries + names + bytes(-len(names) % 4)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    run = subprocess.run([sys.argv[1], "-S", "--defined-only", sys.argv[2]], text=True,
                         capture_output=True, check=False)
    if run.returncode:
        sys.exit(f"{sys.argv[2]}: {run.stderr.strip()}")
    pathlib.Path(sys.argv[3]).write_bytes(blob(functions(run.stdout.splitlines())))


if __name__ == "__main__":
    main()
