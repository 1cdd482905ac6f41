# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""What images say that they need: notes that are met, notes as compilers and linkers
make them of include/mullion/note.h, and those of others. rules/needs.yaml has the errors."""

import itertools
import os
import re

import pytest

import elf
from conftest import TOP, run

PREFIX = os.environ.get("CROSS_COMPILE") or "arm-none-eabi-"
C = """#include <mullion/note.h>
#define CHANNEL "work"
MV_NEEDS_GUEST(MV_NEED_DEVICE_TREE | MV_NEED_VFP, 1 << 20, 0x1000);
MV_NEEDS_HEAP(0x8000);
MV_NEEDS_CHANNEL(CHANNEL);
int main(void);
int main(void) { return 1; }
"""
ASSEMBLY = """#include <mullion/note.h>
MV_NEEDS_GUEST(MV_NEED_VMMU, 0x200000, 0)
MV_NEEDS_SEGMENT("frames")
	.text
	.global	_start
_start:	b	_start
"""
SCRIPT = """ENTRY(_start)
PHDRS { text PT_LOAD FLAGS(5); }
SECTIONS {
	. = 0x10000;
	.text : { *(.text*) } :text
	%s
	/DISCARD/ : { *(.note* .comment .ARM* .eh_frame) }
}
"""
KEPT = ".note.mullion 0 : { KEEP(*(.note.mullion)) }"


def use(good, guest="small", helper="plain"):
    """The good description with other images."""
    assert good.count('"plain"') == 1
    return good.replace('guest: guest {\n\t\t\timage = "small"', f'guest: guest {{\n\t\t\timage = "{guest}"') \
        .replace('"plain"', f'"{helper}"')


def outputs(result):
    """What was written."""
    assert (result.errors, result.status) == ([], 0)
    return {path.name: path.read_bytes() for path in (result.folder / "out").iterdir()}


@pytest.mark.parametrize("guest, helper", [("kernel", "worker"), ("talker", "foreign")])
def test_met(syscc, good, guest, helper):
    """IMG-010 to IMG-018: what is needed is there, to the byte; notes of others are passed by."""
    source = use(good, guest, helper).replace("memory = <0x8000>;", "memory = <0x7000>;")
    assert syscc.compile(source).errors == []


@pytest.mark.parametrize("image, plain", [("kernel", "mixed"), ("talker", "small"), ("foreign", "small")])
def test_nothing_is_loaded(syscc, good, image, plain):
    """An image with notes and the same without make the same system."""
    with_notes = outputs(syscc.compile(use(good, image)))
    (syscc.folder / f"images/{image}/{image}.elf").write_bytes(elf.IMAGES[plain])
    assert outputs(syscc.compile(use(good, image))) == with_notes


def test_follow_on(syscc, good):
    """IMG-017: a channel whose ends are wrong is told by the rules about channels alone."""
    result = syscc.compile(use(good, "talker").replace("ends = <&guest &control>;", "ends = <&guest &guest>;"))
    assert result.errors and not [line for line in result.errors if "IMG-017" in line]


def programs(folder, compiler, flags):
    """The objects of both sources."""
    (folder / "c.c").write_text(C)
    (folder / "a.S").write_text(ASSEMBLY)
    for name in ("c.c", "a.S"):
        run([*compiler, *flags, "-march=armv7-a", "-ffreestanding", "-ffunction-sections", "-Wall", "-Wextra",
             *(["-Wpedantic"] if name == "c.c" else []), "-Werror", f"-I{TOP}/include", "-c", "-o", name[0] + ".o", name], folder)
    return ["c.o", "a.o"]


@pytest.mark.parametrize("compiler", [[f"{PREFIX}gcc"], ["clang", "--target=arm-none-eabi"]], ids=["gcc", "clang"])
@pytest.mark.parametrize("flags", [["-marm"], ["-mthumb", "-O2"]], ids=" ".join)
@pytest.mark.parametrize("script", [KEPT, "*(.note.mullion)", None], ids=["KEEP", "no KEEP", "linker's own"])
def test_compiled(syscc, good, compiler, flags, script):
    """Notes of C and assembly get through --gc-sections and strip, and nothing of them is loaded."""
    objects = programs(syscc.folder, compiler, flags)
    if script == "*(.note.mullion)":
        script = ".note.mullion 0 : { *(.note.mullion) }"
    (syscc.folder / "x.lds").write_text(SCRIPT % script)
    folder = syscc.folder / "images/own"
    folder.mkdir()
    run([f"{PREFIX}ld", "--gc-sections", "--fatal-warnings", "-z", "noexecstack", "--no-warn-rwx-segments",
         *(["-T", "x.lds"] if script else ["-Ttext=0x10000"]), "-o", "images/own/own.elf", *objects], syscc.folder)
    run([f"{PREFIX}strip", "images/own/own.elf"], syscc.folder)
    run([f"{PREFIX}objcopy", "-O", "binary", "images/own/own.elf", "own.bin"], syscc.folder)
    assert b"Mullion" not in (syscc.folder / "own.bin").read_bytes()
    ids = re.findall(r"IMG-0\d\d", "\n".join(syscc.compile(use(good, helper="own")).errors))
    assert ids == ["IMG-011", "IMG-012", "IMG-017", "IMG-018", "IMG-014", "IMG-016"]


def test_numbers():
    """Who writes notes without a compiler has the numbers of note.h."""
    text = (TOP / "include/mullion/note.h").read_text()
    numbers = {name: int(value) for name, value in re.findall(r"#define (MV_N\w+) +(\d+)\b", text)}
    assert (numbers["MV_NEED_VMMU"], numbers["MV_NEED_DEVICE_TREE"], numbers["MV_NEED_VFP"]) == \
        (elf.VMMU, elf.DEVICE_TREE, elf.VFP)
    assert elf.needs(1, 2, 4, 5)[12:] == b"Mullion\0" + bytes(
        itertools.chain.from_iterable((n, 0, 0, 0) for n in (numbers["MV_NOTE_VERSION"], 1, 2, 4, 5)))
