# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Tiny ARM ELF executables and symbol files for the tests, good and bad ones."""

import os
import struct

R, W, X = 4, 2, 1
TEXT = (0x10000, 0x40, 0x40, R | X)
CONSTANTS = (0x11000, 0x10, 0x10, R)
DATA = (0x12000, 0x20, 0x1800, R | W)


VMMU, DEVICE_TREE, VFP = 1, 2, 4


def note(kind, text, owner=b"Mullion\0"):
    """An ELF note."""
    return (struct.pack("<III", len(owner), len(text), kind) + owner + bytes(-len(owner) % 4) +
            text + bytes(-len(text) % 4))


def needs(flags=0, memory=0, multiple=0, heap=0, version=1):
    """The note with what a cell needs in numbers (include/mullion/note.h)."""
    return note(1, struct.pack("<5I", version, flags, memory, multiple, heap))


def needs_channel(name):
    """The note with a channel."""
    return note(2, b"\1\0\0\0" + name + b"\0")


def needs_segment(name):
    """The note with a segment."""
    return note(3, b"\1\0\0\0" + name + b"\0")


def with_notes(image, notes, length=None):
    """An image with a section of notes behind all else, as linkers make it."""
    image += bytes(-len(image) % 4)
    at, length = len(image), len(notes) if length is None else length
    sections = bytes(40) + struct.pack("<10I", 0, 7, 0, 0, at, length, 0, 0, 4, 0)
    notes += bytes(-len(notes) % 4)
    head = image[:32] + struct.pack("<I", at + len(notes)) + image[36:46] + \
        struct.pack("<HHH", 40, 2, 0) + image[52:]
    return head + notes + sections


def elf(segments, entry=0x10000, machine=40, kind=2, notes=b""):
    """An ELF file of (address, bytes in the file, bytes in memory, flags), and perhaps a
    segment of notes behind the headers, as guests/linux/lib/image.py makes it."""
    nr = len(segments) + bool(notes)
    head = struct.pack("<16sHHIIIIIHHHHHH", b"\x7fELF\x01\x01\x01", kind, machine, 1, entry,
                       52, 0, 0, 52, 32, nr, 40, 0, 0)
    body = b""
    programs = b""
    start = 0x1000
    if notes:
        programs = struct.pack("<IIIIIIII", 4, 52 + 32 * nr, 0, 0, len(notes), 0, 4, 4)
    for number, (address, size, memory, flags) in enumerate(segments):
        offset = start + len(body)
        programs += struct.pack("<IIIIIIII", 1, offset, address, address, size, memory, flags,
                                0x1000)
        body += bytes([number + 1]) * size
        body += bytes(-len(body) % 0x1000)
    return (head + programs + notes).ljust(start, b"\0") + body


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
    # With notes.
    "kernel": elf([(0x10000, 0x40, 0x40, R | W | X)],
                  notes=needs(VMMU | DEVICE_TREE | VFP, 0x200000, 0x100000)),
    "worker": with_notes(elf([TEXT, CONSTANTS]), needs(heap=0x4000) + needs(heap=0x1000) +
                         needs_channel(b"report") + needs_segment(b"pinned")),
    "talker": with_notes(GOOD, needs_channel(b"console") + needs_channel(b"work")),
    "foreign": with_notes(GOOD, note(9, b"\xff" * 5, b"GNU\0") + note(1, b"", b"") +
                          struct.pack("<III", 4, 1 << 31, 1) + b"GNU\0"),
    "both": with_notes(elf([TEXT], notes=needs_channel(b"missing")), needs_channel(b"missing")),
    "of-tomorrow": with_notes(GOOD, needs(version=2)),
    "of-type-9": with_notes(GOOD, needs() + note(9, b"\1\0\0\0")),
    "flagged": with_notes(GOOD, needs(flags=0x50 | VMMU)),
    "thirds": with_notes(GOOD, needs(multiple=0x300000)),
    "short": with_notes(GOOD, note(1, struct.pack("<II", 1, VMMU))),
    "unversioned": with_notes(GOOD, note(1, b"\1")),
    "nameless": with_notes(GOOD, note(2, b"\1\0\0\0\0")),
    "unended": with_notes(GOOD, note(2, b"\1\0\0\0work")),
    "two-names": with_notes(GOOD, note(3, b"\1\0\0\0a\0b\0")),
    "note-cut": with_notes(GOOD, needs(), length=30),
    "owner-cut": with_notes(GOOD, needs(), length=15),
    "misspelt": with_notes(GOOD, note(1, b"\1\0\0\0" + bytes(16), b"Mulion\0\0")),
    "lower-case": with_notes(GOOD, note(1, b"\1\0\0\0" + bytes(16), b"mullion\0")),
    "console-segment": with_notes(GOOD, needs_segment(b"console")),
    "giant": with_notes(GOOD, needs(memory=0xfffff001)),
    "giant-heap": with_notes(GOOD, needs(heap=0xfffff000)),
    "giant-steps": with_notes(GOOD, needs(multiple=0x80000000)),
    "note-away": with_notes(GOOD, needs(), length=1 << 30),
    "sections-cut": with_notes(GOOD, needs_channel(b"missing"))[:-40],
}


def symbols(names):
    """A symbol file as scripts/build/symtab.py makes it."""
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
