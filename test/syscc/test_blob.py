# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Inputs that dtc would not make: not a device tree at all, damaged ones, and
trees with things twice. They give an error and never a crash."""

import pathlib
import random

import libfdt
import pytest

CORPUS = pathlib.Path(__file__).parent.parent / "fuzz"


def refused(result, text):
    assert result.status == 1
    assert result.errors[0] == text
    assert not list((result.folder / "out").iterdir())


@pytest.mark.parametrize("blob", [b"", b"\0", b"hello, this is text\n" * 10, b"\xd0\x0d\xfe\xed",
                                  b"\xd0\x0d\xfe\xed" + b"\xff" * 100],
                         ids=["empty", "one byte", "text", "magic only", "wild header"])
def test_no_device_tree(syscc, blob):
    """SYC001 SYN-001: bytes that are no device tree are refused."""
    refused(syscc.compile_blob(blob), "system.dtb: [SYN-001] not a well-formed flattened device "
            "tree. Make the input from a .dts file with dtc")


def test_deep_nesting(syscc):
    """SYC002 SYN-001: nodes in nodes in nodes are refused."""
    tree = libfdt.FdtSw()
    tree.finish_reservemap()
    for number in range(40):
        tree.begin_node(f"n{number}" if number else "")
    for _ in range(40):
        tree.end_node()
    refused(syscc.compile_blob(bytes(tree.as_fdt().as_bytearray())),
            "system.dtb: [SYN-001] nodes are nested too deeply. Make the input from a .dts file with dtc")


def test_empty_tree(syscc):
    """SYC003 Of a tree without anything everything that is missing is told, without a place."""
    tree = libfdt.FdtSw()
    tree.finish_reservemap()
    tree.begin_node("")
    tree.end_node()
    result = syscc.compile_blob(bytes(tree.as_fdt().as_bytearray()))
    assert result.status == 1
    assert "system.dtb: [SYN-007] there is no cell. Add a node `cells` with a node for each" in \
        result.errors


def twice():
    """A tree with a cell twice, a property twice and a phandle twice."""
    tree = libfdt.FdtSw()
    tree.finish_reservemap()
    tree.begin_node("")
    tree.begin_node("cells")
    for _ in range(2):
        tree.begin_node("one")
        tree.property_u32("phandle", 7)
        tree.property_u32("memory", 4096)
        tree.property_u32("memory", 8192)
        tree.end_node()
    tree.end_node()
    tree.end_node()
    return bytes(tree.as_fdt().as_bytearray())


def test_duplicates(syscc):
    """SYC004 SYN-008: nodes and properties that are there twice are told."""
    result = syscc.compile_blob(twice())
    assert result.status == 1
    for text in ("there are two nodes '/cells/one'. Rename or remove one",
                 "node '/cells/one' has property 'memory' twice. Remove one"):
        assert f"system.dtb: [SYN-008] {text}" in result.errors


def test_phandle_twice(syscc):
    """SYC005 SYN-009: a phandle that is there twice is told."""
    assert ("system.dtb: [SYN-009] nodes '/cells/one' and '/cells/one' (system.dtb) have the same "
            "phandle 0x7. Leave phandles to dtc") in syscc.compile_blob(twice()).errors


def test_damaged(syscc, good):
    """SYC006 A good device tree with a few bytes changed gives errors or success, no crash."""
    assert syscc.compile(good).status == 0
    blob = (syscc.folder / "system.dtb").read_bytes()
    chance = random.Random(1)
    for _ in range(60):
        damaged = bytearray(blob)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        assert syscc.compile_blob(bytes(damaged)).status in (0, 1)


def test_cut_short(syscc, good):
    """SYC007 A good device tree that ends too early is refused."""
    syscc.compile(good)
    blob = (syscc.folder / "system.dtb").read_bytes()
    for size in range(0, len(blob), max(1, len(blob) // 40)):
        result = syscc.compile_blob(blob[:size])
        assert result.status == 1
        assert result.errors[0].startswith("system.dtb: [SYN-001]")


def test_damaged_images(syscc, good):
    """SYC008 Images with a few bytes of their headers changed give errors or success, no crash."""
    syscc.compile(good)
    path = syscc.folder / "images/plain/plain.elf"
    image = path.read_bytes()
    chance = random.Random(2)
    for _ in range(60):
        damaged = bytearray(image)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(0x80)] = chance.choice((0, 1, 0x7f, 0x80, 0xff))
        path.write_bytes(bytes(damaged))
        assert syscc.compile(good).status in (0, 1)


@pytest.mark.parametrize("kind", ["corpus", "regressions"])
def test_corpus(syscc, kind):
    """SYC009 What the fuzzer found worth keeping, and what once made it crash, gives errors or success."""
    for path in sorted((CORPUS / kind / "syscc").iterdir()):
        assert syscc.compile_blob(path.read_bytes()).status in (0, 1), path


def test_wild_source_map(syscc, good):
    """SYC010 A source map of any content changes where messages point, nothing else."""
    broken = good.replace("priority = <200>;", "priority = <300>;", 1)
    syscc.compile(broken)
    lines = (syscc.folder / "map.dts").read_text().splitlines()
    chance = random.Random(3)
    for text in ("", "};\n};\n};\n", "/ {\n/ {\n", "/* */\n{\n;\n/* x */\n", "/ { /* a:1 */\n\tx; /* : */\n"):
        assert run_with_map(syscc, text) == 1
    for _ in range(20):
        chance.shuffle(lines)
        assert run_with_map(syscc, "\n".join(lines)) == 1


def run_with_map(syscc, text):
    (syscc.folder / "map.dts").write_text(text)
    blob = (syscc.folder / "system.dtb").read_bytes()
    result = syscc.compile_blob(blob, "--source-map", "map.dts")
    assert any("[CEL-001] priority 300 of cell 'console'" in line for line in result.errors)
    return result.status


def test_strange_device_name(syscc, good):
    """SYC011 NAM-006: a label that dtc would not accept stays out of the C files."""
    syscc.compile(good)
    tree = libfdt.Fdt((syscc.folder / "system.dtb").read_bytes())
    tree.resize(tree.totalsize() + 256)
    symbols = tree.path_offset("/__symbols__")
    tree.delprop(symbols, "mmc")
    tree.setprop_str(symbols, "m*/c", "/soc/mmc@10005000")
    tree.pack()
    result = syscc.compile_blob(bytes(tree.as_bytearray()))
    assert result.errors[0] == ("system.dtb: [NAM-006] 'm*/c' is no name for a device. Use letters, "
                                "digits and ',._+-'")
