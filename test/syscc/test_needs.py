# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""What images say that they need: notes that are met, notes as compilers and linkers
make them of include/mullion/note.h, and those of others. rules/images.yaml has the errors."""

import itertools
import os
import re
import sys

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
LINUX = """import image, sys
memory = image.least_memory([(0, b"", 9 << 20, 7)], int(sys.argv[2]))
parts = [(0, bytes(0x9000), 0x9000, 7), (0x10000, bytes(64), 64, 6)]
image.update(sys.argv[1], image.elf(parts, image.note(memory)), "IMAGE")
"""


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
    """SYC030 IMG-010 to IMG-018: what is needed is there, to the byte; notes of others are passed by."""
    source = use(good, guest, helper).replace("memory = <0x8000>;", "memory = <0x7000>;")
    assert syscc.compile(source).errors == []


@pytest.mark.parametrize("image, plain", [("kernel", "mixed"), ("talker", "small"), ("foreign", "small")])
def test_nothing_is_loaded(syscc, good, image, plain):
    """SYC031 An image with notes and the same without make the same system."""
    with_notes = outputs(syscc.compile(use(good, image)))
    (syscc.folder / f"images/{image}/{image}.elf").write_bytes(elf.IMAGES[plain])
    assert outputs(syscc.compile(use(good, image))) == with_notes


def test_follow_on(syscc, good):
    """SYC032 IMG-017: a channel whose ends are wrong is told by the rules about channels alone."""
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
    """SYC033 Notes of C and assembly get through --gc-sections and strip, and nothing of them is loaded."""
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
    """SYC034 Who writes notes without a compiler has the numbers of note.h."""
    text = (TOP / "include/mullion/note.h").read_text()
    numbers = {name: int(value) for name, value in re.findall(r"#define (MV_N\w+) +(\d+)\b", text)}
    assert (numbers["MV_NEED_VMMU"], numbers["MV_NEED_DEVICE_TREE"], numbers["MV_NEED_VFP"]) == \
        (elf.VMMU, elf.DEVICE_TREE, elf.VFP)
    assert elf.needs(1, 2, 4, 5)[12:] == b"Mullion\0" + bytes(
        itertools.chain.from_iterable((n, 0, 0, 0) for n in (numbers["MV_NOTE_VERSION"], 1, 2, 4, 5)))


def linux(syscc, good, files=4 << 20, **changes):
    """What is said of Linux in the cell `guest` with 32 MiB, with changes to its description."""
    run([sys.executable, "-c", LINUX, syscc.folder / "images/linux/linux.elf", files], TOP / "guests/linux/lib")
    board = syscc.folder / "board.dtsi"
    board.write_text(board.read_text().replace("reg = <0x60000000 0x1000000>;", "reg = <0x60000000 0x10000000>;"))
    source = use(good, "linux")
    for old, new in {"memory": "memory = <0x2000000>;", **changes}.items():
        full = {"memory": "memory = <0x200000>;", "vmmu": "vmmu;", "tree": "device-tree;",
                "bootargs": 'bootargs = "console=hvc0 quiet";'}[old]
        source = source.replace(full, new, 1)
    return syscc.compile(source)


def test_linux(syscc, good):
    """SYC035 Linux in a cell as its README wants it has all that it needs."""
    assert outputs(linux(syscc, good))


@pytest.mark.parametrize("change, line", [
    ({"vmmu": ""}, "32: [IMG-011] image 'linux' of cell 'guest' needs a vMMU: it is the kernel of a guest. "
     "Add `vmmu;` to the cell"),
    ({"tree": "", "bootargs": ""}, "32: [IMG-012] image 'linux' of cell 'guest' needs a device tree. Add `device-tree;` to the cell"),
    ({"memory": "memory = <0xc00000>;"}, "33: [IMG-014] cell 'guest' has 0xc00000 bytes of memory, but its image "
     "'linux' needs 0x2000000. Write `memory = <0x2000000>;` or more"),
    ({"memory": "memory = <0x2080000>;"}, "33: [IMG-015] cell 'guest' has 0x2080000 bytes of memory, but its image "
     "'linux' needs a multiple of 0x100000. Write `memory = <0x2100000>;`"),
    ({"files": 40 << 20}, "33: [IMG-014] cell 'guest' has 0x2000000 bytes of memory, but its image 'linux' needs "
     "0x4100000. Write `memory = <0x4100000>;` or more")], ids=lambda value: next(iter(value)) if isinstance(value, dict) else "")
def test_linux_lacks(syscc, good, change, line):
    """SYC036 IMG-011, IMG-012, IMG-014, IMG-015: what Linux lacks is the only thing that is told."""
    assert linux(syscc, good, **change).errors[:-1] == ["product.dts:" + line]


def test_linux_without_vfp(syscc, good):
    """SYC037 IMG-013: Linux is refused where CONFIG_VFP is off."""
    config = syscc.folder / "config"
    config.write_text(config.read_text().replace("CONFIG_VFP=y", "# CONFIG_VFP is not set"))
    assert linux(syscc, good).errors[:-1] == ["product.dts:32: [IMG-013] image 'linux' of cell 'guest' needs floating "
                                              "point, and the microvisor has none. Set CONFIG_VFP=y in the configuration"]
