# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Fixtures: one run of the judge's product for each board and variant, shared
by all tests that look at it."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))
from checks import results_in  # the path must be set first
from machine import BOARDS, TIMEOUT, Machine, build


def pytest_configure(config):
    """pexpect uses a method of threads that is on its way out."""
    config.addinivalue_line("filterwarnings", "ignore:setDaemon:DeprecationWarning")


# plain: as in a product. checked: the microvisor checks itself after every call.
VARIANTS = {"plain": "CONFIG_DEBUG_CHECKS=n CONFIG_TRACE=n", "checked": ""}
READY = "judge: waiting for a letter\n"


class CoreRun:
    """What one run of the judge's product gave.

    sheet: before the first check; results: of the checks; tail: behind them;
    memory, registers: the microvisor's and the processor's, afterwards; crash: after the judge was told to
    crash; again: after the machine was restarted, by panic or by request;
    ended, quiet: whether QEMU ended after the judge was told to switch it off, and said nothing more.
    """

    def __init__(self, board, variant):
        self.board, self.variant = board, variant
        self.out = build(board, f"core-{variant}", "test-core_defconfig", VARIANTS[variant])
        self.base, self.pool = self.layout()
        with Machine(self.out) as machine:
            self.drive(machine)

    def layout(self):
        """Physical start of the microvisor and of the cells' memory."""
        with open(f"{self.out}/system/layout.ld", encoding="utf-8") as file:
            numbers = [int(line.split("=")[1].strip(" ;\n"), 16) for line in file if " = 0x" in line]
        return numbers[0], numbers[1]

    def drive(self, machine):
        """Take the machine through all its lives."""
        text = machine.until(READY.rstrip(), "PANIC")
        self.sheet = text.split("\nok ")[0]
        self.results = results_in(text)
        self.tail = "\n".join(text.splitlines()[-20:])
        if "PANIC" in text:
            self.tail += machine.until("\n")
            self.memory = self.crash = self.again = ""
            self.registers = {}
            self.quiet = self.ended = False
            return
        self.memory = machine.memory(self.base, self.pool - self.base)
        self.registers = machine.registers()
        machine.send("c")
        self.crash = machine.until(READY.rstrip())
        machine.send("p" if self.variant == "checked" else "r")
        self.again = machine.until("ok HYP01")
        machine.send("o")
        machine.until("letter o")
        machine.until("\n")
        self.ended = machine.ended(TIMEOUT if self.board == "vexpress-a9" else 2)
        self.quiet = machine.silent(2)


@pytest.fixture(scope="session", params=[(board, variant) for board in BOARDS
                                         for variant in VARIANTS],
                ids=lambda param: "-".join(param))
def core(request):
    """A run of the judge's product."""
    return CoreRun(*request.param)
