# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""What is rebuilt after a change: all that depends on it, and nothing else."""

import glob
import os
import re

COMPILED = ("CC", "AS")
# The config hash stands in version.h, so that its users follow every option.
LINKED = {("LD", "system.elf"), ("OBJCOPY", "mullion.elf"), ("OBJCOPY", "system.bin")}


def compiled(steps):
    """The objects that were compiled."""
    return {name for word, name in steps if word in COMPILED}


def dependencies(tree, name):
    """Files an object depends on, asked of the compiler and not of the build."""
    with open(tree.file(f"build/{os.path.dirname(name)}/.{os.path.basename(name)}.cmd"),
              encoding="utf-8") as file:
        command = file.readline().split(":=", 1)[1].replace("$$", "$").strip()
    command = re.sub(r"-MMD -MF \S+ -MT \S+ -c -o \S+", "-M", command)
    command = re.sub(r"-Wa,--MD,\S+|-fcallgraph-info=su|-fstack-usage", "", command)
    return set(tree.run("sh", "-c", command).replace("\\\n", " ").split()[1:])


def objects(tree):
    """All objects made for the board."""
    found = glob.glob(tree.file("build/**/*.o"), recursive=True)
    names = {os.path.relpath(path, tree.file("build")) for path in found}
    return {name for name in names if not name.startswith("scripts/")}


def mentions(tree, path, word):
    """Whether a file contains a word."""
    if path.startswith("/usr") or path.endswith("autoconf.h") or not os.path.exists(tree.file(path)):
        return False
    return re.search(rf"\b{word}\b", tree.read(path)) is not None


def users(tree, option):
    """Objects whose sources mention an option, or the hash of all options."""
    result = set()
    for name in objects(tree):
        files = dependencies(tree, name)
        if any(mentions(tree, path, f"CONFIG_{option}") for path in files) or any(
                path.endswith("generated/version.h") for path in files):
            result.add(name)
    return result


def test_nothing_to_do(built):
    """MAK01 A second make does nothing."""
    assert built.steps() == set()


def test_option_rebuilds_its_users(built):
    """MAK02 Changing an option compiles exactly the objects whose sources mention it."""
    expected = users(built, "TIME_SLICE_US")
    assert len(expected) > 1 and len(expected) < len(objects(built)) / 2
    built.configure(TIME_SLICE_US=7777)
    assert compiled(built.steps()) == expected
    assert built.steps() == set()


def test_every_option_rebuilds_its_users(built):
    """MAK03 The same holds for an option that adds objects to the image."""
    expected = users(built, "BOOT_SHEET") - {"core/factsheet.o"}
    built.configure(BOOT_SHEET="n")
    steps = built.steps()
    assert compiled(steps) == expected
    assert LINKED <= steps


def test_limit_compiles_nothing_else(built):
    """MAK04 Raising a limit runs the system compiler, but compiles no table anew."""
    built.configure(MAX_CELLS=20)
    steps = built.steps()
    assert ("SYSCC", "system/tables.stamp") in steps
    assert not compiled(steps) & {"system/tables.o", "system/images.o"}
    assert compiled(steps) == users(built, "MAX_CELLS")


def test_description_comment(built):
    """MAK05 A comment in the description is read again, but compiles and links nothing."""
    built.write("dts/products/demo.dts", built.read("dts/products/demo.dts") + "/* x */\n")
    steps = built.steps()
    assert {("DTCPP", "system/system.pp.dts"), ("DTC", "system/system.dtb")} <= steps
    assert compiled(steps) == set() and not LINKED & steps


def test_description_change(built):
    """MAK06 Another priority in the description compiles the tables and links, no more."""
    text = built.read("dts/products/demo.dts")
    text, found = re.subn(r"\bpriority = <50>", "priority = <51>", text)
    assert found == 1
    built.write("dts/products/demo.dts", text)
    steps = built.steps()
    assert compiled(steps) == {"system/tables.o"} and LINKED <= steps


def test_header_change(built):
    """MAK07 Changing a header compiles exactly the objects that include it."""
    header = "include/core/sched.h"
    expected = {name for name in objects(built) if header in dependencies(built, name)}
    assert expected
    built.write(header, built.read(header) + "/* x */\n")
    assert compiled(built.steps()) == expected


def test_header_removed(built):
    """MAK08 A header that is removed together with its uses does not stop the build."""
    built.write("include/core/gone.h", "/* nothing */\n")
    source = built.read("core/sched.c")
    built.write("core/sched.c", source + "#include <core/gone.h>\n")
    assert compiled(built.steps()) == {"core/sched.o"}
    os.remove(built.file("include/core/gone.h"))
    built.write("core/sched.c", source)
    assert compiled(built.steps()) == {"core/sched.o"}


def test_cell_change(built):
    """MAK09 Changing one cell builds that cell and the image, no microvisor object."""
    source = "guests/producer/main.c"
    built.write(source, built.read(source) + "int added_by_test;\n")
    steps = built.steps()
    assert compiled(steps) <= {"guests/producer/main.o", "system/tables.o", "system/images.o"}
    assert "guests/producer/main.o" in compiled(steps)
    assert ("LD", "guests/producer/producer.elf") in steps and ("LD", "system.elf") in steps


def test_flags_change(built):
    """MAK10 Another flag for C rebuilds every object made from C, and no other."""
    from_c = {name for name in objects(built) if os.path.exists(built.file(name[:-1] + "c"))
              or os.path.exists(built.file(f"build/{name[:-1]}c"))}
    assert len(from_c) > 20
    # The cells are linked anew, hence the image store is assembled again.
    assert compiled(built.steps("WERROR=0")) - {"system/images.o"} == from_c
    assert compiled(built.steps("WERROR=0")) == set()


def test_hypercall_text(built):
    """MAK11 A word in the text of a hypercall generates anew, but compiles nothing."""
    text = built.read("core/hypercalls.yaml")
    built.write("core/hypercalls.yaml", text + "\n# a comment\n")
    steps = built.steps()
    assert ("GEN", "include/generated/hypercalls.stamp") in steps
    assert compiled(steps) == set()


def test_lost_output(built):
    """MAK12 A generated file that was deleted is made again."""
    for name in ("include/generated/mullion/hypercalls.h", "system/tables.c", "system/layout.ld",
                 "include/generated/asm-offsets.h", "include/generated/version.h"):
        os.remove(built.file(f"build/{name}"))
        built.make("-j2")
        assert os.path.exists(built.file(f"build/{name}")), name


def test_failed_compilation_is_tried_again(built):
    """MAK13 After a failed compilation no half-made object passes for a good one."""
    source = built.read("core/sched.c")
    built.write("core/sched.c", source + "#error stop\n")
    assert "stop" in built.make(status=1)
    assert "stop" in built.make(status=1)
    built.write("core/sched.c", source)
    assert "core/sched.o" in compiled(built.steps())


def test_cells_that_share_objects(pristine):
    """MAK86 An object that several cells are linked with is made once, with the flags of its folder."""
    pristine.make("bench-late-vexpress-a9_defconfig")
    text = pristine.make("-j2", "V=1", "cells")
    for name in ("guest.o", "guest-stubs.o"):
        made = re.findall(rf"^.* -c -o (\S*cells/lib/{name}) .*$", text, re.M)
        assert made == [f"build/test/cells/lib/{name}"]
    assert pristine.steps("cells") == set()


def test_archives_of_cells(pristine):
    """MAK87 A second make does nothing for a cell that is linked with an archive of its own."""
    pristine.make("vexpress-a9_defconfig")
    pristine.configure(GUEST_NOTARY="y")
    pristine.make("olddefconfig")
    assert ("LD", "guests/notary/notary.elf") in pristine.steps("cells")
    assert pristine.steps("cells") == set()


def test_hints(pristine):
    """MAK66 A hint is printed once and ends nothing; with HINTS=1 it ends the build, unless it is accepted."""
    pristine.make("vexpress-a9_defconfig")
    demo = pristine.read("dts/products/demo.dts")
    low = demo.replace("priority = <190>;", "priority = <40>;")
    pristine.write("dts/products/demo.dts", low)
    try:
        assert "[HINT-001]" in pristine.make("tables")
        assert "HINT" not in pristine.make("tables")
        text = pristine.make("tables", "HINTS=1", status=1)
        assert "[HINT-001]" in text and "nothing was written" in text
        assert "[HINT-001]" in pristine.make("tables", "HINTS=1", status=1)
        accepted = low.replace("\tcells {", '\taccept-hints = "HINT-001", "HINT-002", "HINT-007";\n\n\tcells {', 1)
        pristine.write("dts/products/demo.dts", accepted)
        assert "HINT" not in pristine.make("tables", "HINTS=1").replace("HINTS", "")
    finally:
        pristine.write("dts/products/demo.dts", demo)


def test_microvisor_larger_than_its_reserve(pristine):
    """MAK97 What the system compiler cannot know of the microvisor's size the linker tells: here a trace buffer."""
    path = "dts/boards/vexpress-a9.dtsi"
    board = pristine.read(path)

    def make(reserve, offset):
        text = board.replace("memory = <0x200000>;", f"memory = <{reserve:#x}>;")
        pristine.write(path, text.replace("load-offset = <0x10000>;", f"load-offset = <{offset:#x}>;"))
        return pristine.make("-j2", status=1)

    pristine.write("more", "CONFIG_TRACE_EVENTS_16384=y\n")
    pristine.make("vexpress-a9-debug_defconfig")
    pristine.make("mergeconfig", "FILE=more")
    least = int(re.search(r"tables and channels need about (0x\w+)", make(0x1000, 0x10000))[1], 16)
    # The cells' memory begins at the next MiB: 256 KiB of trace do not fit before it, the images do.
    assert "the microvisor is larger than its reserve: raise `memory` of the microvisor node in the board's .dtsi" \
        in make(least, 0x100000 - least - 0x38000)
