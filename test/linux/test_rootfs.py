# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""A root file system that is not ours: Debian for ARM with sysvinit, on the card of a guest."""

import os
import re
import subprocess

import pytest

from conftest import made
from port import TOP, PYTHON
from shell import Shells
from test_cell import BAD
from test_init import DETERMINISTIC, TOOLS, Machine, card, features, linux
from test_packages import path_without

BOOT = 1800  # seconds, of a busy machine


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a Debian")
def test_debian(tmp_path):
    """LIN210 Debian 12 boots from the card: root logs in, its programs run, `poweroff` leaves the card clean."""
    path = f"{tmp_path}/card"
    subprocess.run(["cp", "--sparse=always", f"{made('debian')}/debian.img", path], check=True)
    with Machine(linux(), f"{DETERMINISTIC} {card(path, 'snapshot=off,')}") as machine:
        guests = Shells(machine, ("one", "two"), "one")
        text = machine.until("debian login: ", timeout=BOOT)
        machine.send("root\r")
        text += machine.until("root@debian", timeout=BOOT)
        machine.send("exec sh\r")  # which edits no lines
        assert guests.value_in("one", "cat /etc/debian_version").startswith("12.")
        assert re.match(r"ii +zlib1g:armhf ", guests.value_in("one", "dpkg -l | tail -n 1"))
        assert guests.value_in("one", "ps -p 1 -o comm=") == "init"
        assert guests.value_in("one", "echo text >kept; mount | grep -c '^/dev/.* on / type ext4 (rw'") == "1"
        assert "needs_recovery" in features(path)
        machine.send("poweroff\r")
        text += machine.until("[stopped; Ctrl-T", timeout=BOOT)
        assert "init: root=" not in text and not BAD.search(text)
        assert "needs_recovery" not in features(path)
    subprocess.run(["e2fsck", "-fn", path], check=True, env=TOOLS)


def test_package_missing(tmp_path):
    """LIN211 What a machine lacks to make that Debian is named with the command that installs it."""
    path = path_without(tmp_path / "programs", "qemu-arm-static")
    done = subprocess.run([PYTHON, f"{TOP}/guests/linux/build.py", "debian", f"{tmp_path}/card"], text=True,
                          check=False, capture_output=True, env=TOOLS | {"PATH": path})
    assert done.returncode and "apt-get install qemu-user-static\n" in done.stderr
    assert "qemu-arm-static: " in done.stderr and not os.path.exists(f"{tmp_path}/card")
