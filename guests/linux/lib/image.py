# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""A cell's image of the guest kernel and its root file system: one ELF file.

The kernel lies as it would behind a boot loader, TEXT_OFFSET above the start of
memory, which is a multiple of 2 MiB; behind it the root file system, whose place
is written into the kernel (mullion_initrd in mach-mullion/machine.c). Both are
copied into the cell's memory when it starts. A note behind the headers, which is
not, says what the cell must have (include/mullion/note.h), so that the build of a
product without it fails. Used by build.py.
"""

import os
import struct

import kernel
from say import Failure, phase, run

BASE = 0x10000000  # of the guest's memory, as the guest sees it
PAGE_OFFSET, TEXT_OFFSET = 0xC0000000, 0x8000
ALIGN = 0x10000
ELF_HEAD, PROGRAM_HEAD = "<16sHHIIIIIHHHHHH", "<8I"
ET_EXEC, EM_ARM, EABI5 = 2, 40, 0x05000000
READ, READ_WRITE, READ_WRITE_EXECUTE = 4, 6, 7
PT_LOAD, PT_NOTE = 1, 4
FILE_ALIGN = 0x1000
MIB = 1 << 20
LEAST = 32 * MIB  # for the usual files; README.md says so
SPARE = 16 * MIB  # beside kernel and files: Linux's own tables, and programs
# As include/mullion/note.h has them.
NOTE_VERSION, NOTE_CELL = 1, 1
NEED_VMMU, NEED_DEVICE_TREE, NEED_VFP = 1, 2, 4


def symbols(vmlinux):
    """{name: offset from the start of memory} of a kernel's symbols."""
    lines = run([kernel.COMPILER + "nm", vmlinux]).split("\n")
    fields = [line.split() for line in lines]
    return {field[2]: int(field[0], 16) - PAGE_OFFSET for field in fields if len(field) == 3}


def pad(data, size):
    """Zeros behind the data up to a multiple of a size."""
    return data + bytes(-len(data) % size)


def contents(image, names, initrd):
    """[(offset in memory, bytes, size in memory, flags)] of both parts."""
    place = -(-names["_end"] // ALIGN) * ALIGN
    where = names["mullion_initrd"]
    whole = bytearray(TEXT_OFFSET) + image
    whole[where:where + 8] = struct.pack("<II", place, len(initrd))
    initrd = pad(initrd, 4)
    return [(0, pad(bytes(whole), 4), place, READ_WRITE_EXECUTE),
            (place, initrd, len(initrd), READ_WRITE)]


def least_memory(parts, files):
    """Bytes that a cell needs: LEAST, or what is loaded, the files unpacked beside it, and SPARE."""
    loaded = sum(size for _, _, size, _ in parts)
    return max(LEAST, -(-(loaded + files + SPARE) // MIB) * MIB)


def note(memory):
    """The ELF note with what Linux needs of its cell; its programs use floating point."""
    needs = struct.pack("<5I", NOTE_VERSION, NEED_VMMU | NEED_DEVICE_TREE | NEED_VFP, memory, MIB, 0)
    return struct.pack("<3I8s", 8, len(needs), NOTE_CELL, b"Mullion") + needs


def elf(parts, notes):
    """An executable with these parts, entered where the kernel begins."""
    heads, body, at = b"", b"", FILE_ALIGN
    behind = struct.calcsize(ELF_HEAD) + (len(parts) + 1) * struct.calcsize(PROGRAM_HEAD)
    for offset, data, size, flags in parts:
        heads += struct.pack(PROGRAM_HEAD, PT_LOAD, at + len(body), BASE + offset, BASE + offset,
                             len(data), size, flags, FILE_ALIGN)
        body += pad(data, FILE_ALIGN)
    heads += struct.pack(PROGRAM_HEAD, PT_NOTE, behind, 0, 0, len(notes), 0, READ, 4)
    ident = b"\x7fELF\x01\x01\x01".ljust(16, b"\0")
    head = struct.pack(ELF_HEAD, ident, ET_EXEC, EM_ARM, 1, BASE + TEXT_OFFSET,
                       struct.calcsize(ELF_HEAD), 0, EABI5, struct.calcsize(ELF_HEAD),
                       struct.calcsize(PROGRAM_HEAD), len(parts) + 1, 0, 0, 0)
    return pad(head + heads + notes, FILE_ALIGN) + body


def read(path):
    """The bytes of a file."""
    with open(path, "rb") as file:
        return file.read()


def update(path, data, what):
    """Write a file that is whole at any time; one that has these contents already keeps its time."""
    if os.path.exists(path) and read(path) == data:
        return
    phase(what, path)
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(f"{path}.new", "wb") as file:
        file.write(data)
    os.rename(f"{path}.new", path)


def write(path, kernel_folder, initrd_folder):
    """Write the image, and the kernel's symbols beside it."""
    names = symbols(f"{kernel_folder}/vmlinux")
    if "mullion_initrd" not in names:
        raise Failure(f"{kernel_folder}/vmlinux is no guest kernel: it has no mullion_initrd. Cure: "
                      "CONFIG_MULLION_GUEST=y in guests/linux/configs/guest.config")
    initrd = read(f"{initrd_folder}/initramfs.cpio.gz")
    parts = contents(read(f"{kernel_folder}/Image"), names, initrd)
    unpacked = struct.unpack("<I", initrd[-4:])[0]  # as gzip has it
    data = elf(parts, note(least_memory(parts, unpacked)))
    update(path, data, "IMAGE")
    # Not loaded: for the debugger, scripts/run/gdb_cells.py.
    update(os.path.join(os.path.dirname(path), "vmlinux"), read(f"{kernel_folder}/vmlinux"), "SYMBOLS")


def build(path, jobs, tree, files):
    """The image of the cache's kernel, or a tree's, and the root file system of a folder."""
    folder = kernel.build_tree("guest", tree, jobs) if tree else kernel.build("guest", jobs)
    write(path, folder, files)
    return path
