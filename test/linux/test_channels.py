# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Channels as files of Linux: every promise of /dev/mullion, and what is not there."""

import re

import pytest

from shell import BAD, TOP, Cells, product
from machine import BOARDS, Machine  # shell.py has set the path


@pytest.fixture(scope="module", name="cells", params=BOARDS)
def fixture_cells(request):
    """Linux with channels of all kinds, and the cell at their other ends."""
    out = product(request.param, "test-linux")
    with Machine(out) as machine:
        cells = Cells(machine, out)
        assert not BAD.search(cells.boot())
        yield cells


def test_files(cells):
    """LIN140 Each channel but the console is one file, and /sys tells whose and how large."""
    assert cells.value("echo $(ls /dev/mullion)") == "down echo orders up"
    assert cells.value("cd '/sys/class/misc/mullion!down'; echo $(cat peer message_size depth)") == "peer 256 2"
    assert cells.value("ls -l /dev/mullion/echo").startswith("crw------- ")


def test_promises(cells):
    """LIN141 All that is promised of these files holds, each error included."""
    with open(f"{TOP}/guests/linux/user/channels/checks.c", encoding="utf-8") as file:
        promised = re.findall(r'^\t\{ "(LNX\d+)"', file.read(), re.M)
    text, status = cells.do("channels")
    assert status == 0 and not re.findall(r"^not ok .*", text, re.M), text
    assert re.findall(r"^ok (LNX\d+) ", text, re.M) == promised and len(promised) >= 15


def test_no_leak(cells):
    """LIN142 Opening and reading hundreds of times leaves no memory behind and no warning."""
    slab = "echo 3 >/proc/sys/vm/drop_caches; awk '/SUnreclaim/ {print $2}' /proc/meminfo"
    work = "i=0; while [ $i -lt {} ]; do echo $i >/dev/mullion/echo; x=$(dd if=/dev/mullion/echo bs=64 count=1 2>/dev/null); i=$((i+1)); done"
    assert cells.value(f"{work.format(100)}; echo $x") == "99"
    before = int(cells.value(slab))
    assert cells.value(f"{work.format(600)}; echo $x") == "599"
    assert int(cells.value(slab)) - before < 100
    assert cells.value("dmesg | grep -c 'WARNING\\|BUG\\|Oops'; true") == "0"
