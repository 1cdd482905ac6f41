# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""docs/monitors.md: the monitor and the watchdog of the document, built and run as they stand there."""

import os
import re
import sys

import pytest

from machine import TOP

sys.path.append(f"{TOP}/test/build")
from source_tree import copy_tree  # the path must be set first
from test_adding_a_cell import GUIDE, block_after, expect_in_qemu, named_files

DOCUMENT = "docs/monitors.md"


@pytest.fixture(scope="module", name="tree")
def fixture_tree(tmp_path_factory):
    """A copy of the sources with the cells and the products of the document."""
    tree = copy_tree(str(tmp_path_factory.mktemp("monitors")))
    guide, files = tree.read(GUIDE), named_files(tree.read(DOCUMENT))
    models = named_files(guide)
    line = block_after(guide, "and one line more in `guests/Makefile`", "make")
    for name, text in files.items():
        tree.write(name, text)
        if name.startswith("guests/"):
            cell = name.split("/")[1]
            for model in ("Makefile", "Kconfig"):
                tree.write(f"guests/{cell}/{model}", named(models[f"guests/greeter/{model}"], cell))
            tree.write("guests/Makefile", tree.read("guests/Makefile") + named(line, cell))
    for product in ("guard", "watchdog"):
        tree.write(f"configs/{product}_defconfig",
                   models["configs/greeting_defconfig"].replace("greeting.dts", f"{product}.dts"))
    assert {os.path.basename(os.path.dirname(name)) for name in files} == \
        {"guard", "clumsy", "watchdog", "worker", "products"}
    return tree


def named(text, cell):
    """What is said of the guide's cell, of another one."""
    return text.replace("greeter", cell).replace("GREETER", cell.upper()).replace("Greeter", cell.capitalize())


def lines_after(document, heading):
    """What the document says is seen, in a chapter."""
    return re.search(r"```text\n(.*?)```", document[document.index(heading):], re.S)[1].splitlines()


def test_monitor_of_ones_own(tree):
    """SYS328: the small monitor of the document restarts a cell as often as it says, and then leaves it."""
    lines = lines_after(tree.read(DOCUMENT), "## A monitor of one's own")
    expect_in_qemu(tree, lines, "guard_defconfig")


def test_watchdog(tree):
    """SYS329: the watchdog of the document restarts a cell that hangs, each time, and not before."""
    lines = lines_after(tree.read(DOCUMENT), "## A watchdog")
    expect_in_qemu(tree, lines, "watchdog_defconfig")
