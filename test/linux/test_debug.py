# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""The debugger on a product with two Linux guests: each with the symbols of its kernel."""

import pytest

from test_cell import product
from machine import DETERMINISTIC, Machine, run  # shell.py has set the path


@pytest.fixture(scope="module", name="debug")
def fixture_debug():
    """Run debugger commands on the product, waiting in QEMU; what they say."""
    out = product("vexpress-a9")

    def debug(*commands):
        with Machine(out, f"{DETERMINISTIC} -S") as machine:
            run("make", "-s", f"O={out}", f"{out}/gdb.cmd")
            with open(f"{out}/gdb.cmd", encoding="utf-8") as file:
                script = file.read().replace(":1234", f"{machine.folder}/gdb")
            with open(f"{machine.folder}/commands", "w", encoding="utf-8") as file:
                file.write("\n".join([script, *commands, ""]))
            return run("gdb-multiarch", "-nx", "-q", "-batch", "-x", f"{machine.folder}/commands")
    return debug


def test_kernel(debug):
    """LIN175 A breakpoint in one guest's kernel stops there, by the name of a function, not in the other's."""
    text = debug("cell-break two start_kernel", "continue", "info symbol $pc", "x/s 0xef010008", "cells")
    assert "[symbols of cell two]" in text and "start_kernel in section" in text
    assert '"two"' in text and "linux/vmlinux  (loaded)" in text


def test_user(debug):
    """LIN176 So does one in what the kernel does for a program."""
    text = debug("cell-break one sys_execve", "continue", "info symbol $pc", "x/s 0xef010008")
    assert "sys_execve in section" in text and '"one"' in text
