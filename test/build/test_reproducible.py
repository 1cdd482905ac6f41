# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The same sources give the same image, wherever and whenever they are built."""

import shutil

import pytest

from source_tree import Tree, clean

IMAGES = ("system.elf", "system.bin", "mullion.elf")


@pytest.fixture(scope="module")
def pair(source_once, tmp_path_factory):
    """Two copies in folders of different depth, one with an output folder elsewhere."""
    trees = []
    for name, inside in (("a", True), ("a-much-longer-name/of/a/folder", False)):
        folder = tmp_path_factory.mktemp("repro") / name
        shutil.copytree(source_once.path, folder, ignore=shutil.ignore_patterns("build"),
                        symlinks=True)
        tree = Tree(folder)
        clean(tree)
        if not inside:
            tree.out = str(tmp_path_factory.mktemp("elsewhere") / "out")
        tree.make("vexpress-a9_defconfig")
        tree.make("-j2", env={"TZ": "Asia/Tokyo" if inside else "UTC", "LC_ALL": "C"})
        trees.append(tree)
    return trees


def image(tree, name):
    """A built image as bytes."""
    with open(tree.file(f"{tree.out}/{name}"), "rb") as file:
        return file.read()


@pytest.mark.parametrize("name", IMAGES)
def test_identical(pair, name):
    """MAK20 Two builds in different folders are identical, byte for byte."""
    assert image(pair[0], name) == image(pair[1], name)


def test_no_paths(pair):
    """MAK21 No image contains the folder in which it was built."""
    for tree in pair:
        for name in IMAGES:
            assert tree.path.encode() not in image(tree, name)
            assert tree.out == "build" or tree.out.encode() not in image(tree, name)


def test_order_of_building(pair):
    """MAK22 Building object by object gives the same image as building in parallel."""
    tree = pair[0]
    before = image(tree, "system.elf")
    tree.make("clean")
    tree.make("-j1")
    assert image(tree, "system.elf") == before


def test_debugger_finds_generated_sources(pair):
    """MAK88 The debugger shows lines of a generated header, wherever the output folder is."""
    for tree in pair:
        out = tree.file(tree.out)
        tree.make(f"{tree.out}/gdb.cmd")
        with open(f"{out}/gdb.cmd", encoding="utf-8") as file:
            lines = [line for line in file if not line.startswith(("target ", "cell", "source "))]
        with open(f"{out}/test.cmd", "w", encoding="utf-8") as file:
            file.writelines([*lines, f"file {tree.out}/guests/hello/hello.elf\n", "list mv_vcpu_wait\n"])
        text = tree.run("gdb-multiarch", "-q", "-batch", "-x", f"{out}/test.cmd", status=None)
        assert "static inline uint32_t mv_vcpu_wait(void)" in text
