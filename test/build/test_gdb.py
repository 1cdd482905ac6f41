# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The debugger sees the microvisor and each cell with its symbols."""

import shlex
import socket
import subprocess

import pytest


def free_port():
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def debug(built):
    """Run debugger commands on the image, waiting in QEMU; return what it says."""
    started = []

    def run(*commands):
        port = free_port()
        qemu = shlex.split(built.make("-s", "print-qemu"))
        started.append(subprocess.Popen(  # pylint: disable=consider-using-with
            qemu + ["-S", "-gdb", f"tcp:127.0.0.1:{port}"], cwd=built.path,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        built.make("build/gdb.cmd")
        script = built.read("build/gdb.cmd").replace(":1234", f"127.0.0.1:{port}")
        script = script.replace("target remote", "set tcp connect-timeout 20\ntarget remote")
        built.write("build/test.cmd", script + "\n".join(commands) + "\n")
        return built.run("timeout", "60", "gdb-multiarch", "-q", "-batch", "-x", "build/test.cmd",
                         status=None)
    yield run
    for process in started:
        process.kill()
        process.wait()


def test_microvisor_symbols(debug):
    """MAK60 A breakpoint in the microvisor stops there, with file and line."""
    assert "boot () at core/boot.c" in debug("break boot", "continue")


def test_cells_by_themselves(debug):
    """MAK61 Where the program stops in a cell, that cell's symbols are loaded."""
    text = debug("tbreak *0x10000", "continue", "info symbol $pc", "cells")
    assert "[symbols of cell console]" in text and "_start" in text
    for cell in ("console", "monitor", "producer", "consumer", "rogue"):
        assert f"{cell}.elf" in text


def test_breakpoint_in_one_cell(debug):
    """MAK62 A cell-break stops in its cell only, although all share the address."""
    text = debug("cell-break consumer mv_main", "continue", "backtrace 1")
    assert "guests/consumer/main.c" in text


def test_unknown_cell(debug):
    """MAK63 A cell that does not exist is an error that names those that do."""
    assert "no cell 'nobody'; there are: console" in debug("cell nobody")
