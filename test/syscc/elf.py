# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Tiny ARM ELF executables and symbol files for the tests, good and bad ones."""

import os
import struct

R, W, X = 4, 2, 1
TEXT = (0x10000, 0x40, 0x40, R | X)
CONSTANTS = (0x11000, 0x10, 0x10, R)
DATA = (0x12000, 0x20, 0x1800, R | W)


def elf(segments, entry=0x10000, machine=40, kind=2):
    """An ELF file of (address, bytes in the file, bytes in memory, flags)."""
    head = struct.pack("<16sHHIIIIIHHHHHH", b"\x7fELF\x01\x01\x01", kind, machine, 1, entry,
                       52, 0, 0, 52, 32, len(segments), 40, 0, 0)
    body = b""
    programs = b""
    start = 0x1000
    for number, (address, size, memory, flags) in enumerate(segments):
        offset = start + len(body)
        programs += struct.pack("<IIIIIIII", 1, offset, address, address, size, memory, flags,
                                0x1000)
        body += bytes([number + 1]) * size
        body += bytes(-len(body) % 0x1000)
    return (head + programs).ljust(start, b"\0") + body


GOOD = elf([TEXT, CONSTANTS, DATA])

IMAGES = {
    "small": GOOD,
    "plain": elf([TEXT, CONSTANTS]),
    "large": elf([TEXT, CONSTANTS, (0x12000, 0x20, 0x20000, R | W)]),
    "no-text": elf([TEXT, CONSTANTS, DATA], entry=0x11004),
    "low": elf([(0x8000, 0x40, 0x40, R | X), DATA], entry=0x8000),
    "high": elf([(0x40010000, 0x40, 0x40, R | X)], entry=0x40010000),
    "close": elf([TEXT, (0x10800, 0x10, 0x10, R), DATA]),
    "odd": elf([TEXT, (0x11002, 0x10, 0x10, R), DATA]),
    "mixed": elf([(0x10000, 0x40, 0x40, R | W | X)]),
    "intel": elf([TEXT], machine=3),
    "relocatable": elf([TEXT], kind=1),
    "text": b"hello, this is no program\n",
    "empty": b"",
    "cut": GOOD[:0x1010],
    "crowd": elf([(0x10000 + 0x1000 * n, 4, 4, R | X) for n in range(17)]),
    "hollow": elf([]),
    "bare": elf([TEXT, (0x11000, 0, 0x100, R | W)]),
    "off": GOOD,
}


def symbols(names):
    """A symbol file as scripts/symtab.py makes it."""
    entries = b""
    text = b""
    for number, name in enumerate(names):
        entries += struct.pack("<II", 0x10000 + 16 * number, 12 + 8 * len(names) + len(text))
        text += name.encode() + b"\0"
    return struct.pack("<4sII", b"MVS1", len(names), 0x10000 + 16 * len(names)) + entries + text


def write_images(folder):
    """All images, each in its own folder as the build has them."""
    for name, content in IMAGES.items():
        os.makedirs(f"{folder}/{name}", exist_ok=True)
        with open(f"{folder}/{name}/{name}.elf", "wb") as file:
            file.write(content)
    os.makedirs(f"{folder}/folder/folder.elf", exist_ok=True)
    for name in ("small", "plain"):
        with open(f"{folder}/{name}/{name}.sym", "wb") as file:
            file.write(symbols(["_start", f"{name}_main"]))
