# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""What a guest cannot reach, whoever in it tries: its kernel, or root by way of /dev/mem. What
its programs cannot reach are checks LNX90 to LNX109, of test_cell.py. Guest two tries: it shares a
segment with guest one, which has devices and a segment of its own besides."""

import re

import pytest

from shell import system_text
from test_cell import BAD, CONFIGURATIONS, booted, product
from machine import Machine  # shell.py has set the path

SELFTEST = "/sys/module/mullion/parameters/selftest"
LINE = re.compile(r"mullion selftest: (ok|not ok): (.*): (\d+) tried, (\d+) failed")
PARTS = 4
# Not on the console too: each line is to come once.
ATTACK = f"dmesg -n 1; dmesg -c >/dev/null; echo 1 >{SELFTEST} && dmesg"
PAGE = 0x1000
MEMORY = 0x10000000  # where a guest has it
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20}


@pytest.fixture(scope="module", name="guests", params=CONFIGURATIONS)
def fixture_guests(request):
    """Two guests that have come to their shells, with what the description gives them."""
    out = product(request.param)
    with Machine(out) as machine:
        guests = booted(machine)
        guests.system = system_text(out)
        yield guests


def ranges(text, cell):
    """[(begin, size)] of all memory that a guest has: its own but for a page of stack, which lies
    behind a guard page; segments. (Devices too, but the one that asks has none.)"""
    number, unit = re.search(rf"^  {cell} +linux .* (\d+) ([KM]iB) +", text, re.M).groups()
    size = int(number) * UNITS[unit]
    found = [(MEMORY, size - PAGE), (MEMORY + size, PAGE)]
    for number, unit, at, cells in re.findall(r"^  \S+ +(\d+) ([KM]iB) at (0x\w+):(.*)", text, re.M):
        if f" {cell} reads" in cells:
            found.append((int(at, 16), int(number) * UNITS[unit]))
    return found


def other_works_on(guests, attack):
    """Let cell "two" attack while "one" has a program with a known result; the attack's text."""
    sum_of = "seq 1 2000 | md5sum | cut -c-8"
    before = guests.value("one", sum_of)
    guests.do("one", f"{{ while {sum_of}; do :; done >/tmp/sums & }}")
    counted = int(guests.value("one", "sleep 0.2; wc -l </tmp/sums"))
    text, status = guests.do("two", attack)
    assert status == 0, text
    assert int(guests.value("one", "sleep 0.2; wc -l </tmp/sums")) > counted > 0
    guests.do("one", "kill $!; wait; sort -u /tmp/sums >/tmp/values")
    assert guests.value("one", "cat /tmp/values") == before
    assert not BAD.search(guests.do("one", "dmesg | tail -n 5")[0])
    return text


def test_kernel(guests):
    """LIN160 A guest's kernel reaches no memory but its cell's, no object that it has no capability
    for and nothing of the microvisor; the other guest does not notice."""
    text = other_works_on(guests, ATTACK)
    found = LINE.findall(text)
    assert len(found) == PARTS and {verdict for verdict, *_ in found} == {"ok"}, text
    assert all(int(tried) > 500 and failed == "0" for *_, tried, failed in found)


def test_kernel_with_devices(guests):
    """LIN161 So does the kernel of the guest that has devices, which work afterwards."""
    text, status = guests.do("one", ATTACK)
    assert status == 0 and [verdict for verdict, *_ in LINE.findall(text)] == ["ok"] * PARTS, text
    assert guests.do("one", "ls -R / >/dev/null; echo x >/root/x && sync && ping -c 1 10.0.2.2")[1] == 0


def test_physical_memory(guests):
    """LIN162 Root of a guest reaches by /dev/mem all memory of its cell, to the page, and none of
    others; the other guest does not notice."""
    own = ranges(guests.system, "two")
    assert len(own) == 3  # memory, stack, one segment
    command = "physical " + " ".join(f"{begin:#x}+{size:#x}" for begin, size in own)
    text = other_works_on(guests, command)
    tried, foreign, bad = map(int, re.search(
        r"physical: (\d+) of the cell, (\d+) of others, (\d+) bad", text).groups())
    # Of each range a page at both ends, and at both sides of them, besides every MiB.
    assert bad == 0 and tried == 64 + 1 + 1 + 2 * len(own)
    assert foreign == (1 << 32) // UNITS["MiB"] - (64 + 1 + 1) + 2 * len(own) + 1


def test_physical_memory_missed(guests):
    """LIN163 A range that the cell has not, or has and is not named, is found: that check can fail."""
    assert guests.do("two", f"physical {MEMORY:#x}+0x100000 0x90000000+0x1000")[1] == 1
    text, status = guests.do("two", "physical 0x10000000")
    assert status == 2 and "is not BEGIN+SIZE" in text


def test_refused(guests):
    """LIN164 The kernel's attack needs root, and a value that means yes."""
    assert guests.value("two", f"stat -c %a {SELFTEST}") == "200"
    assert guests.do("two", f"echo perhaps >{SELFTEST}")[1] == 1
    text, status = guests.do("two", f"dmesg -c >/dev/null; echo 0 >{SELFTEST} && dmesg")
    assert status == 0 and not LINE.search(text)
