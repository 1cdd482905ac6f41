# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Linux as a guest: two of them side by side in cells, on both boards and with the
smallest vTLB; the checks that it passes natively; its end and its restart."""

import os
import re
import sys

import pytest

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, f"{TOP}/test/system")
from machine import Machine, build  # the path must be set first
from shell import TIMEOUT, Shells
from test_programs import checks_sum, promised

CONFIGURATIONS = {
    "vexpress-a9": ("vexpress-a9", ""),
    "realview-pb-a8": ("realview-pb-a8", ""),
    "smallest": ("vexpress-a9", "CONFIG_VTLB_SPACES=2 CONFIG_VTLB_TABLES=8"),
}
CELLS = ("one", "two")
BAD = re.compile(r"WARNING:|BUG:|Oops|Internal error|Call trace|PANIC|lines lost")


def product(configuration):
    """The folder of the product, built."""
    board, changes = CONFIGURATIONS[configuration]
    return build(board, f"linux{'-smallest' if changes else ''}", "linux_defconfig", changes)


class Guests(Shells):
    """The product in QEMU, with two guests."""

    def __init__(self, machine):
        super().__init__(machine, CELLS, CELLS[0])

    def do(self, cell, command):
        """What a command in the shell of a cell prints, and its status."""
        lines, status = self.do_in(cell, command)
        return "\n".join(lines), status

    def value(self, cell, command):
        """The last line that a command prints, which must have ended well."""
        return self.value_in(cell, command)


def booted(machine, *cells):
    """The guests of a machine, these (or all) at their shells without a complaint."""
    guests = Guests(machine)
    text = guests.booted(*cells)
    assert not BAD.search(text), text[-2000:]
    return guests


@pytest.fixture(scope="module", name="guests", params=CONFIGURATIONS)
def fixture_guests(request):
    """Two guests that have come to their shells."""
    with Machine(product(request.param)) as machine:
        yield booted(machine)


@pytest.mark.parametrize("cell", CELLS)
def test_shell(guests, cell):
    """LIN180 Linux boots to a shell, and says what it runs on."""
    assert guests.value(cell, "uname -sm") == "Linux armv7l"
    assert guests.value(cell, "cat /sys/hypervisor/type") == "mullion"
    assert guests.value(cell, "cat /sys/hypervisor/cell") == cell
    assert "ARMv7 guest of Mullion" in guests.value(cell, "grep 'model name' /proc/cpuinfo")
    assert guests.value(cell, "cat /sys/devices/system/clocksource/clocksource0/current_clocksource") \
        == "mullion"


def test_statistics(guests):
    """LIN181 The statistics of the vTLB can be read, and go up."""
    before = int(guests.value("one", "grep page_misses /sys/hypervisor/vtlb").split()[1])
    guests.do("one", "ls / >/dev/null; ls / >/dev/null")
    assert int(guests.value("one", "grep page_misses /sys/hypervisor/vtlb").split()[1]) > before


@pytest.mark.parametrize("cell", CELLS)
def test_checks(guests, cell):
    """LIN182 All checks that hold natively hold in a cell, and the kernel warns of nothing."""
    text, status = guests.do(cell, "/check.sh")
    assert status == 0 and not re.findall(r"^not ok .*", text, re.M), text
    assert sorted(re.findall(r"^ok (LNX\d+) ", text, re.M)) == sorted(promised())
    assert text.splitlines()[-1] == checks_sum()
    assert not BAD.search(text)
    assert guests.value(cell, "dmesg | grep -c 'WARNING\\|BUG\\|Oops'; true") == "0"


def test_long_line(guests):
    """LIN185 A long line that comes at once arrives whole, though the shell echoes each character."""
    assert guests.value("one", f"echo {'y' * 700} | wc -c") == "701"


def test_idle(guests):
    """LIN183 A guest that sleeps gives the processor away: time passes and few ticks come."""
    count = "grep mullion-timer /proc/interrupts | awk '{print $2}'"
    for cell in CELLS:
        guests.value(cell, "echo quiet")
    before = int(guests.value("one", count))
    guests.value("one", "sleep 100; echo slept")
    assert int(guests.value("one", count)) - before < 2000


@pytest.mark.parametrize("panics", [2, 10])
def test_restart(panics):
    """LIN184 A guest that reboots, panics or is switched off does so alone; one that panics ten
    times in a row comes back each time."""
    with Machine(product("vexpress-a9")) as machine:
        guests = booted(machine)
        guests.value("two", "echo still here >/tmp/mark; cat /tmp/mark")
        guests.switch("one")
        machine.send("reboot -f\r")
        guests.booted("one")
        for _ in range(panics):
            machine.send("echo c >/proc/sysrq-trigger\r")
            text = guests.booted("one")
            assert "sysrq triggered crash" in text and "Booting Linux" in text
        assert guests.value("one", "uname -s") == "Linux"
        assert guests.value("two", "cat /tmp/mark") == "still here"
        guests.switch("one")
        machine.send("poweroff -f\r")
        machine.until("Power down", timeout=TIMEOUT)
        assert guests.value("two", "cat /tmp/mark") == "still here"
