# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Real devices in a guest: the first guest of the product has the board's MMC slot as
its root file system and the board's Ethernet chip, by Linux's own drivers. Natively
the same disk with the same drivers. Time is real here, because the network's is."""

import hashlib
import os
import random
import re
import shlex
import socket
import subprocess
import sys
import threading

import pytest

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, f"{TOP}/test/system")
from conftest import made  # the path must be set first
from machine import Machine, build, run
from native import BOARDS, command
from test_cell import BAD, CONFIGURATIONS, TIMEOUT, booted, product
from test_native import DETERMINISTIC, Boot

MIB = 1 << 20
HOST = "10.0.2.2"  # what the guest calls this machine
PORT = 99  # in the guest
COUNTS = {"mmci-pl18x (cmd)": "mmci", "mmci-pl18x (pio)": "data", "eth0": "network"}


def free_port():
    """A port of this machine that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Network:
    """QEMU's own network: a file to fetch, and a port that leads to the guest's."""

    def __init__(self, folder):
        self.folder, self.port = str(folder), free_port()
        self.content = random.Random(1).randbytes(MIB + 12345)
        with open(f"{folder}/file", "wb") as file:
            file.write(self.content)

    def arguments(self):
        """What QEMU is told."""
        return (f"-nic user,model=lan9118,tftp={self.folder},"
                f"hostfwd=tcp:127.0.0.1:{self.port}-:{PORT}")


@pytest.fixture(scope="module", name="network")
def fixture_network(tmp_path_factory):
    """The network of all machines here."""
    return Network(tmp_path_factory.mktemp("network"))


@pytest.fixture(scope="module", name="guests", params=CONFIGURATIONS)
def fixture_guests(request, network):
    """Two guests that have come to their shells."""
    with Machine(product(request.param), network.arguments()) as machine:
        yield booted(machine)


def counts(guests):
    """How often each device has interrupted; the other guest's prompt is waited for first."""
    guests.value("one", "echo quiet")
    text, _ = guests.do("one", "cat /proc/interrupts")
    found = {name: re.search(rf"(\d+) +mullion .*{re.escape(name)}$", text, re.M) for name in COUNTS}
    assert all(found.values()), text
    return {short: int(found[name].group(1)) for name, short in COUNTS.items()}


def sum_of(guests, path):
    """SHA-256 of a file in the first guest."""
    return guests.value("one", f"sha256sum {path}").split()[0]


def make_file(guests, path, blocks):
    """A file of random blocks of 64 KiB on the disk; its sum, read from the disk."""
    guests.value("one", f"dd if=/dev/urandom of={path} bs=65536 count={blocks} 2>/dev/null; sync; echo ok")
    first = sum_of(guests, path)
    guests.value("one", "echo 3 >/proc/sys/vm/drop_caches; echo ok")
    assert sum_of(guests, path) == first
    return first


def test_root(guests):
    """LIN90 The root file system is the card's; the other guest has its files in memory and no device."""
    assert guests.value("one", "grep ' / ' /proc/mounts").startswith("/dev/mmcblk0 / ext4 rw")
    assert guests.value("one", "cat /sys/block/mmcblk0/size") == str(64 * MIB // 512)
    assert guests.value("one", "ls /sys/bus/amba/drivers/mmci-pl18x | grep -c '[.]mmc'") == "1"
    assert guests.value("two", "grep -c '^/dev' /proc/mounts; true") == "0"
    assert guests.value("two", "ls /proc/device-tree/soc | grep -c @; true") == "0"
    assert guests.value("two", "ls -d /sys/block/mmc* /sys/class/net/eth* 2>/dev/null | wc -l") == "0"


def test_copy(guests):
    """LIN91 Four MiB are written, read back from the card and copied, without a bit changed."""
    before = counts(guests)
    first = make_file(guests, "/root/large", 64)
    guests.value("one", "cp /root/large /root/copy; sync; echo 3 >/proc/sys/vm/drop_caches; echo ok")
    assert sum_of(guests, "/root/copy") == first
    after = counts(guests)
    assert after["mmci"] > before["mmci"] + 10 and after["data"] > before["data"] + 1000
    guests.value("one", "rm /root/large /root/copy; echo ok")


def test_reboot(guests):
    """LIN92 What was written is there after a restart of the guest; the other guest does not notice."""
    first = make_file(guests, "/root/kept", 8)
    guests.value("two", "echo here >/tmp/mark; cat /tmp/mark")
    guests.switch("one")
    guests.machine.send("reboot -f\r")
    text = guests.booted("one")
    assert not BAD.search(text) and "Booting Linux" in text
    assert sum_of(guests, "/root/kept") == first
    assert guests.value("two", "cat /tmp/mark") == "here"


def test_fetch(guests, network):
    """LIN93 The network gave an address; the host answers, and a file comes over whole."""
    assert "10.0.2.15" in guests.value("one", "ifconfig eth0 | grep 'inet addr'")
    before = counts(guests)["network"]
    assert "3 packets received" in guests.do("one", f"ping -c 3 {HOST}")[0]
    guests.value("one", f"tftp -g -r file -l /root/fetched {HOST}; echo ok")
    assert sum_of(guests, "/root/fetched") == hashlib.sha256(network.content).hexdigest()
    assert counts(guests)["network"] > before + 100


def receive(port, into):
    """Take what the guest sends to one who connects; it may not listen yet."""
    while not into:
        with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as one:
            while block := one.recv(65536):
                into.append(block)


def test_send(guests, network):
    """LIN94 A file goes from the card over the network to the host, whole."""
    first = make_file(guests, "/root/sent", 16)
    into = []
    listener = threading.Thread(target=receive, args=(network.port, into), daemon=True)
    guests.switch("one")
    listener.start()
    guests.value("one", f"nc -l -p {PORT} </root/sent; echo sent")
    listener.join(TIMEOUT)
    assert not listener.is_alive()
    assert hashlib.sha256(b"".join(into)).hexdigest() == first


def half(direction, card_command):
    """Lines for a shell that begin a transfer of a block and leave it in the middle, as a driver that is
    stopped at any place may. Registers: both masks, timer, length, control, argument, command; FIFO."""
    values = [(0x3c, 0), (0x40, 0), (0x24, 0xffff), (0x28, 512), (0x2c, 0x91 | direction), (8, 63 * MIB),
              (0xc, 0x440 | card_command)]
    if not direction:
        values += [(0x80, 1)] * 9
    return "\n".join(f"devmem 0x800000{register:02x} 32 {value:#x}" for register, value in values)


@pytest.mark.parametrize("busy", [
    "(while :; do cat /root/base >/dev/null; echo 3 >/proc/sys/vm/drop_caches; done) & sleep 1",
    "(while :; do cp /root/base /root/busy; sync; done) & sleep 1",
    half(2, 17), half(0, 24)], ids=["read", "write", "half-read", "half-written"])
def test_crash(guests, busy):
    """LIN95 A guest that panics while its card is busy comes back and uses its devices again,
    with all that it had written before; the other guest goes on."""
    first = make_file(guests, "/root/base", 32)
    guests.value("two", "echo here >/tmp/mark; cat /tmp/mark")
    guests.value("one", "rm -f /root/busy.sh; echo ok")
    for line in busy.split("\n"):  # a long line would be faster than the shell's echo
        guests.value("one", f"echo '{line}' >>/root/busy.sh; sync; echo ok")
    for _ in range(2):
        guests.switch("one")
        guests.machine.send(". /root/busy.sh; echo c >/proc/sysrq-trigger\r")
        text = guests.booted("one")
        assert "sysrq triggered crash" in text and "Booting Linux" in text
        assert guests.value("one", "grep ' / ' /proc/mounts").startswith("/dev/mmcblk0 / ext4 rw")
        assert sum_of(guests, "/root/base") == first
        assert guests.value("one", "dmesg | grep -c 'EXT4-fs.*error\\|I/O error'; true") == "0"
        assert "3 packets received" in guests.do("one", f"ping -c 3 {HOST}")[0]
    make_file(guests, "/root/after", 4)
    assert guests.value("two", "cat /tmp/mark") == "here"


@pytest.fixture(scope="module", name="disk")
def fixture_disk(tmp_path_factory):
    """A copy of the disk."""
    return made("disk", f"{tmp_path_factory.mktemp('disk')}/disk.img")


@pytest.mark.parametrize("board", BOARDS)
def test_native(board, native_kernel, initramfs, disk):
    """LIN96 The native kernel has the same disk as its root, with the same driver."""
    text = "grep -c mmcblk0.*ext4 /proc/mounts; ls /sys/bus/amba/drivers/mmci-pl18x; ls /sys/class/net/eth0"
    with Boot(board, native_kernel, initramfs, text, ["-snapshot"], disk) as boot:
        said = boot.rest()
    assert re.search(r"^1\n10005000\.mmc", said, re.M), said
    assert "init: status 0" in said


def test_no_disk(native_kernel, initramfs, disk):
    """LIN97 Without the disk that `root=` names Linux says so, with the cure, and goes on in memory."""
    words = command("vexpress-a9", native_kernel, initramfs, "grep -c ext4 /proc/mounts", DETERMINISTIC, disk)
    at = words.index("-drive")
    done = subprocess.run(words[:at] + words[at + 2:], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=TIMEOUT, check=False)
    assert "init: root=/dev/mmcblk0 cannot be mounted" in done.stdout and "Cure: " in done.stdout
    assert "\n0\ninit: status 1" in done.stdout.replace("\r", "")


def test_same_disk(port, busybox):
    """LIN98 The disk is the same byte for byte wherever it is made, has all files, and is sound; a copy
    is left alone, with a remark if there are newer files."""
    port.env["MULLION_BUSYBOX"] = busybox
    images = []
    for cache in ("one", "two"):
        folder, _ = port.build("disk", MULLION_CACHE=f"{port.folder}/{cache}")
        with open(f"{folder}/disk.img", "rb") as file:
            images.append(file.read())
    assert images[0] == images[1] and len(images[0]) == 64 * MIB
    assert port.read("rootfs/init") in run("/sbin/debugfs", "-R", "cat /init", f"{folder}/disk.img")
    assert "Mode:  0755" in run("/sbin/debugfs", "-R", "stat /bin/busybox", f"{folder}/disk.img")
    mine = f"{port.folder}/mine.img"
    assert port.build("disk", mine)[0] == mine
    assert "older files" not in port.build("disk", mine)[1]
    with open(mine, "r+b") as file:
        file.write(b"written")
    port.write("rootfs/etc/more", "more\n")
    said = port.build("disk", mine)[1]
    assert f"{mine} has older files than the present build" in said and "make reset-disk" in said
    with open(mine, "rb") as file:
        assert file.read(7) == b"written"


def test_qemu_disk():
    """LIN99 `make qemu` has the copy in the output folder as its card, keeps it, and `make reset-disk`
    has it made anew."""
    out = build("vexpress-a9", "linux-disk", "linux_defconfig", shared=False)
    words = shlex.split(run("make", "-s", f"O={out}", "print-qemu").splitlines()[-1])
    assert f"if=sd,format=raw,file={out}/disk.img" in words
    with open(f"{out}/disk.img", "r+b") as file:
        file.write(b"written")
    run("make", "-s", f"O={out}", "print-qemu")
    with open(f"{out}/disk.img", "rb") as file:
        assert file.read(7) == b"written"
    run("make", "-s", f"O={out}", "reset-disk")
    run("make", "-s", f"O={out}", "print-qemu")
    with open(f"{out}/disk.img", "rb") as file:
        assert file.read(7) == bytes(7)
