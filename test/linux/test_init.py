# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""What Linux begins with: its first random numbers, the words of its command line, and root
file systems other than ours."""

import os
import re
import random
import shutil
import stat
import subprocess
import sys

import pytest

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, f"{TOP}/test/system")
sys.path.insert(0, f"{TOP}/guests/linux/lib")
import busybox  # the paths must be set first
import rootfs
from conftest import made
from machine import DETERMINISTIC, Machine
from shell import BOOTED, TIMEOUT, Shells, product
from test_cell import BAD

MIB = 1 << 20
# mke2fs and its like are where only root looks for programs.
TOOLS = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}
TWO = "earlyprintk console=hvc0 net.lan=192.168.7.2/24 route.192.168.8.0/24=192.168.7.1"
ONE = "root=/dev/mmcblk0 rw rootwait"
BANNER = "own root file system"


def linux(two=TWO, one=ONE):
    """The product of two guests, with other words for "two", or about the disk of "one"."""
    changes = {old: new for old, new in ((TWO, two), (ONE, one)) if old != new}
    return product("vexpress-a9", "linux", "CONFIG_QEMU_DISK=n", changes)


def boot_id(guests, cell):
    """A number that Linux draws at its start."""
    return guests.value_in(cell, "cat /proc/sys/kernel/random/boot_id")


def test_random():
    """LIN200 Random numbers are there before the first process, and are others for each guest and at
    each boot."""
    found = []
    for _ in range(2):
        with Machine(linux(), "") as machine:
            guests = Shells(machine, ("one", "two"), "one")
            guests.booted()
            for cell in guests.names:
                ready = guests.value_in(cell, "dmesg | grep -n 'crng init done' | cut -d: -f1")
                first = guests.value_in(cell, "dmesg | grep -n 'Run /init' | cut -d: -f1")
                assert int(ready) < int(first)
                found.append(boot_id(guests, cell))
            guests.switch("two")
            machine.send("reboot -f\r")
            guests.booted("two")
            found.append(boot_id(guests, "two"))
    assert len(set(found)) == len(found) == 6


def test_words():
    """LIN201 Words of the command line that neither Linux nor init knows are told, with the cure,
    and Linux goes on."""
    words = {"route=192.168.8.0/24:192.168.7.1": "route.NET/BITS=ADDRESS", "net.lan": "net.LINK=ADDRESS/BITS",
             "nonsense": "guests/linux/README.md", "colour=blue": "guests/linux/README.md",
             "no_module.at=all": "guests/linux/README.md"}
    known = "earlyprintk console=hvc0 quiet mullion.selftest=0 random.trust_bootloader=1"
    with Machine(linux(f"{known} {' '.join(words)}")) as machine:
        text = Shells(machine, ("one", "two"), "one").booted()
        for word, cure in words.items():
            assert re.search(rf"two *\| init: '{re.escape(word)}' in bootargs is unknown\. Cure: .*{re.escape(cure)}",
                             text), text[-3000:]
        assert text.count("in bootargs is unknown") == len(words)


@pytest.mark.parametrize("init, said", [("/bin/sh", ""), ("/bin/none", "init=/bin/none is not here")])
def test_init_word(init, said):
    """LIN202 `init=` names the first program; one that is not there is told, and ours goes on."""
    with Machine(linux(f"{TWO} init={init}")) as machine:
        guests = Shells(machine, ("one", "two"), "one")
        text = guests.booted(*(("one", "two") if said else ("one",)))
        assert said in text
        assert (guests.value_in("two", "echo pid $$") == "pid 1") != bool(said)


@pytest.fixture(scope="module", name="own_disk")
def fixture_own_disk(tmp_path_factory):
    """A function that makes a card: a file system with nothing of ours but busybox, its
    first program at a place."""
    def make(first):
        folder = tmp_path_factory.mktemp("own")
        for name in ("bin", "sbin", "dev", "proc", "sys", "etc"):
            os.makedirs(f"{folder}/root/{name}")
        shutil.copy(busybox.program(), f"{folder}/root/bin/busybox")
        if first:
            os.symlink("/bin/busybox", f"{folder}/root/{first}")
        with open(f"{folder}/root/etc/inittab", "w", encoding="utf-8") as file:
            file.write(f"::sysinit:/bin/busybox echo {BANNER}\n")
        subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-d", f"{folder}/root", f"{folder}/card", "32M"],
                       check=True, env=TOOLS)
        return card(f"{folder}/card")
    return make


def card(path, more=""):
    """What QEMU is told to have a file as its card."""
    return f"-drive if=sd,format=raw,{more}file={path}"


def first_text(out, arguments, end):
    """What guest one prints up to a text."""
    with Machine(out, f"{DETERMINISTIC} {arguments}") as machine:
        return machine.until(end, timeout=TIMEOUT)


@pytest.mark.parametrize("first, words", [("sbin/init", ONE), ("linuxrc", f"{ONE} init=/linuxrc")])
def test_own_root(own_disk, first, words):
    """LIN203 A disk without our init begins with the program that `init=` names, or that Linux would take."""
    text = first_text(linux(one=words), own_disk(first), BANNER)
    assert not BAD.search(text) and "init: root=" not in text


def test_wrong_init(own_disk):
    """LIN204 An `init=` that the disk does not have is told, and the disk's own init is taken."""
    text = first_text(linux(one=f"{ONE} init=/sbin/wrong"), own_disk("sbin/init"), BANNER)
    assert "init: init=/sbin/wrong is not on /dev/mmcblk0: taking /sbin/init" in text


@pytest.mark.parametrize("what", ["no program", "no file system", "random bytes", "no card", "no device"])
def test_no_root(own_disk, tmp_path, what):
    """LIN205 A disk that is none, or from which nothing can begin, is told with the cure, and Linux goes on
    with the files in memory."""
    one, arguments = ONE, ""
    if what == "no program":
        arguments = own_disk("")
    elif what == "no file system":
        with open(f"{tmp_path}/card", "wb") as file:
            file.truncate(MIB)
        arguments = card(f"{tmp_path}/card")
    elif what == "random bytes":
        with open(f"{tmp_path}/card", "wb") as file:
            file.write(random.Random(1).randbytes(MIB))
        arguments = card(f"{tmp_path}/card")
    elif what == "no device":
        one = "root=/dev/mmcblk7 rw rootwait"
    with Machine(linux(one=one), f"{DETERMINISTIC} {arguments}") as machine:
        text = Shells(machine, ("one", "two"), "one").booted("one")
    assert re.search(r"one *\| init: root=/dev/mmcblk\d .*: going on with the files in memory. Cure: ", text)
    assert not BAD.search(text) and BOOTED in text


def test_no_slot():
    """LIN206 `root=` in a cell that has no such device is told with the cure, and an empty `root=` is none;
    Linux goes on with the files in memory."""
    with Machine(linux(f"{TWO} root=/dev/mmcblk0 rootwait", "root= rootwait")) as machine:
        text = Shells(machine, ("one", "two"), "one").booted()
    assert re.search(r"two *\| init: root=/dev/mmcblk0 cannot be mounted: going on with the files in memory\. "
                     "Cure: see whether the cell has the device", text)
    assert not re.search(r"one *\| init: ", text) and not BAD.search(text)


def test_empty_card(tmp_path):
    """LIN207 A card of no bytes, for which QEMU never answers, is told with the cure, and Linux goes on
    with the files in memory."""
    with open(f"{tmp_path}/card", "wb"):
        pass
    with Machine(linux(), f"{DETERMINISTIC} {card(f'{tmp_path}/card')}") as machine:
        text = Shells(machine, ("one", "two"), "one").booted("one")
    assert re.search(r"one *\| init: root=/dev/mmcblk0 does not answer: going on with the files in memory\. "
                     "Cure: ", text)
    assert not BAD.search(text)


def test_folder_to_mount_at():
    """LIN208 The root file system has an empty folder /mnt."""
    found = {name: mode for name, mode, _, _ in rootfs.entries(f"{made('initramfs')}/user")}
    assert stat.S_ISDIR(found["mnt"]) and not any(name.startswith("mnt/") for name in found)


def features(path):
    """What dumpe2fs says of a file system."""
    return subprocess.run(["dumpe2fs", "-h", path], check=True, capture_output=True, text=True,
                          env=TOOLS).stdout


def test_exit(tmp_path):
    """LIN209 `exit` ends what runs and leaves the card and what is mounted clean: nothing is to recover,
    and what was written is there."""
    path = f"{tmp_path}/card"
    shutil.copy(f"{made('disk')}/disk.img", path)
    with Machine(linux(), f"{DETERMINISTIC} {card(path, 'snapshot=off,')}") as machine:
        guests = Shells(machine, ("one", "two"), "one")
        guests.booted()
        guests.value_in("two", "mke2fs /dev/vda >/dev/null 2>&1; mount -t ext2 /dev/vda /mnt && echo mounted")
        guests.switch("two")
        machine.send("exit\r")
        machine.until("[stopped; Ctrl-T")
        state = guests.value_in("one", "dd if=/dev/mtdblock0 bs=1 skip=1082 count=1 2>/dev/null | od -An -b")
        assert state.split() == ["001"]  # the byte of ext2 that says whether it was unmounted
        guests.value_in("one", "sleep 1000 >/root/busy & echo text >/root/kept; echo ok")
        assert "needs_recovery" in features(path)
        machine.send("exit\r")
        text = machine.until("[stopped; Ctrl-T")
        assert "umount" not in text and not BAD.search(text)
        assert "needs_recovery" not in features(path)
    subprocess.run(["e2fsck", "-fn", path], check=True, env=TOOLS)
    kept = subprocess.run(["debugfs", "-R", "cat /root/kept", path], check=True, capture_output=True, text=True,
                          env=TOOLS).stdout
    assert kept == "text\n"
