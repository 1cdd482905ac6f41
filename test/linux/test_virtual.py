# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Network and disks between cells: guests that talk to each other and to a native
cell, a disk that one has and the other uses, what restarts do to both, and peers
that do what they must not."""

import os
import re
import subprocess

import pytest

from test_cell import CELLS, CONFIGURATIONS, TIMEOUT, TOP, Machine, booted, build, product

SERVER = "/sys/bus/platform/devices/hypervisor:channel-ends"
DISK = f"{SERVER}:shared"
BOARDS = [name for name in CONFIGURATIONS if name != "smallest"]
DATA = "cat /bin/busybox /bin/busybox"  # about 3 MB, and cheap to make
SUM = f"{DATA} | md5sum"


def told(guests, cell, command, expected):
    """The command prints this line at last, within some seconds."""
    waiting = f"for i in 1 2 3 4 5 6 7 8 9 10; do [ \"$({command})\" = '{expected}' ] && break; sleep 1; done"
    guests.do(cell, waiting)
    assert guests.value(cell, command) == expected


def statistic(guests, cell, link, name):
    """A number of the statistics of a network link."""
    return int(guests.value(cell, f"cat /sys/class/net/{link}/statistics/{name}"))


def with_disk(guests):
    """A file system on the disk of guest two, mounted there."""
    told(guests, "two", "cat /sys/block/vda/size", "16384")
    guests.value("two", "mke2fs -F /dev/vda >/dev/null 2>&1 && echo made")
    guests.value("two", "mkdir -p /d && mount -t ext2 /dev/vda /d && echo mounted")


def alive(guests):
    """Neither kernel has complained of itself."""
    for cell in CELLS:
        assert guests.value(cell, "dmesg | grep -c 'WARNING\\|BUG\\|Oops'; true") == "0"


@pytest.fixture(scope="module", name="guests", params=CONFIGURATIONS)
def fixture_guests(request):
    """The product in QEMU, both guests at their shells."""
    with Machine(product(request.param)) as machine:
        yield booted(machine)


def test_ping(guests):
    """LIN110 The guests reach each other by the addresses of their command lines, with packets
    of any size."""
    assert "0% packet loss" in guests.do("one", "ping -c 3 192.168.7.2")[0]
    for size in (0, 1, 1472, 1473, 6000):
        text, status = guests.do("two", f"ping -c 2 -s {size} 192.168.7.1")
        assert status == 0 and "2 packets received" in text, text


def test_addresses(guests):
    """LIN111 Links have the names of their channels, an address of their own and the MTU that
    the channel's messages allow."""
    addresses = {guests.value(cell, f"cat /sys/class/net/{link}/address")
                 for cell, link in (("one", "lan"), ("one", "lab"), ("two", "lan"))}
    assert len(addresses) == 3 and all(address.startswith("02:") for address in addresses)
    assert guests.value("one", "cat /sys/class/net/lan/mtu") == "1500"


def test_tcp(guests):
    """LIN112 Megabytes over TCP arrive as they were sent, in both directions."""
    for sender, receiver, address in (("one", "two", "192.168.7.2"), ("two", "one", "192.168.7.1")):
        expected = guests.value(receiver, SUM)
        guests.do(receiver, "tail -f /dev/null | nc -l -p 5000 | md5sum >/tmp/sum & true")
        guests.do(sender, f"sleep 1; {DATA} | nc {address} 5000")
        told(guests, receiver, "cat /tmp/sum", expected)
    assert statistic(guests, "two", "lan", "rx_errors") == 0


def test_native(guests):
    """LIN113 A native cell answers ping and UDP, also those who come by another guest."""
    for cell in CELLS:
        assert "3 packets received" in guests.do(cell, "ping -c 3 192.168.8.2")[0]
        assert "2 packets received" in guests.do(cell, "ping -c 2 -s 1400 192.168.8.2")[0]
        assert guests.value(cell, "udp 192.168.8.2 7 hello-$((6 * 7))") == "hello-42"
        assert "ns since boot" in guests.do(cell, "udp 192.168.8.2 13 time")[0]
    assert guests.do("one", "ping -c 1 -W 1 192.168.8.77")[1] != 0


def test_closed_link(guests):
    """LIN114 A peer that takes nothing costs frames, which are counted, and holds up nobody."""
    guests.do("two", "ip link set lan down")
    dropped = statistic(guests, "one", "lan", "tx_dropped")
    assert int(guests.value("one", "udp 192.168.7.255 9 -n 3000")) > 100
    assert statistic(guests, "one", "lan", "tx_dropped") > dropped
    assert "2 packets received" in guests.do("one", "ping -c 2 192.168.8.2")[0]
    guests.do("two", "ip link set lan up; ip route add 192.168.8.0/24 via 192.168.7.1")
    assert "3 packets received" in guests.do("one", "sleep 2; ping -c 3 192.168.7.2")[0]


def test_disk(guests):
    """LIN115 Guest two has a file system on the disk of guest one, of several megabytes, which
    guest one sees as well; caches are written back on sync."""
    with_disk(guests)
    expected = guests.value("two", SUM)
    guests.value("two", f"{DATA} >/d/numbers; cp /d/numbers /d/copy; sync; echo written")
    guests.value("two", "umount /d && echo 3 >/proc/sys/vm/drop_caches && mount -t ext2 /dev/vda /d && echo again")
    for name in ("numbers", "copy"):
        assert guests.value("two", f"md5sum </d/{name}") == expected
    guests.value("two", "umount /d && echo done")
    guests.value("one", f"echo > {DISK}/backing; mkdir -p /d; mount -t ext2 -o ro /dev/mtdblock0 /d && echo seen")
    assert guests.value("one", "md5sum </d/copy") == expected
    guests.value("one", f"umount /d; echo /dev/mtdblock0 ro > {DISK}/backing && cat {DISK}/backing")
    told(guests, "two", "cat /sys/block/vda/ro", "1")
    assert guests.do("two", "dd if=/dev/zero of=/dev/vda bs=512 count=1 2>/dev/null")[1] != 0
    assert guests.value("two", "mount -t ext2 -o ro /dev/vda /d; md5sum </d/copy; umount /d").endswith(expected)
    assert re.search(r"^refused 0$", guests.do("one", f"cat {DISK}/status")[0], re.M)
    alive(guests)


@pytest.mark.parametrize("board", BOARDS)
def test_client_restarts(board):
    """LIN116 What guest two has synced is there after it rebooted, and after it panicked while it
    wrote; guest one notices nothing."""
    with Machine(product(board)) as machine:
        guests = booted(machine)
        with_disk(guests)
        expected = guests.value("two", f"{DATA} >/d/numbers; sync; md5sum </d/numbers")
        machine.send("reboot -f\r")
        guests.booted("two")
        told(guests, "two", "cat /sys/block/vda/size", "16384")
        assert guests.value("two", "mkdir -p /d; mount -t ext2 /dev/vda /d; md5sum </d/numbers") == expected
        machine.send(f"(while :; do {DATA} >/d/more; sync; done) & sleep 3; echo c >/proc/sysrq-trigger\r")
        guests.booted("two")
        told(guests, "two", "cat /sys/block/vda/size", "16384")
        assert guests.value("two", "mkdir -p /d; mount -t ext2 /dev/vda /d; md5sum </d/numbers") == expected
        assert "2 packets received" in guests.do("two", "ping -c 2 192.168.7.1")[0]
        assert re.search(r"^refused 0$", guests.do("one", f"cat {DISK}/status")[0], re.M)
        alive(guests)


@pytest.mark.parametrize("board", BOARDS)
def test_server_restarts(board):
    """LIN117 When guest one is restarted while guest two writes to its disk and has a link to it, the
    writer waits and goes on: all that it wrote is there, no I/O error was seen, and the link works."""
    with Machine(product(board)) as machine:
        guests = booted(machine)
        with_disk(guests)
        expected = guests.value("two", SUM)
        guests.do("two", f"(for i in 1 2 3 4 5 6; do {DATA} >/d/f$((i % 2)); sync; sleep 1; done; "
                  "echo all >/tmp/written) & true")
        guests.switch("one")
        machine.send("sleep 2; reboot -f\r")
        guests.booted("one")
        told(guests, "two", "sleep 5; cat /tmp/written", "all")
        guests.value("two", "umount /d && echo 3 >/proc/sys/vm/drop_caches; mount -t ext2 /dev/vda /d && echo again")
        for name in ("f0", "f1"):
            assert guests.value("two", f"md5sum </d/{name}") == expected
        assert guests.value("two", "dmesg | grep -c 'I/O error\\|EXT2-fs error\\|is gone'; true") == "0"
        assert "2 packets received" in guests.do("two", "ping -c 2 192.168.7.1")[0]
        alive(guests)


def test_other_disk():
    """LIN118 A disk whose content did not outlive its cell is not taken for the old one: what was
    mounted gets I/O errors, and the new disk appears. The same if it is exchanged."""
    with Machine(product("vexpress-a9")) as machine:
        guests = booted(machine)
        guests.value("one", f"echo > {DISK}/backing; echo /dev/ram0 > {DISK}/backing; cat {DISK}/backing")
        told(guests, "two", "cat /sys/block/vda/size", "32768")
        guests.value("two", "mke2fs -F /dev/vda >/dev/null 2>&1; mkdir -p /d; mount -t ext2 /dev/vda /d && echo mounted")
        guests.value("two", "echo old >/d/file; sync; echo synced")
        guests.switch("one")
        machine.send("reboot -f\r")
        guests.booted("one")
        told(guests, "two", "cat /sys/block/vd[a-z]/size | head -n 1", "16384")
        assert guests.do("two", "echo 3 >/proc/sys/vm/drop_caches; dd if=/d/file of=/dev/null 2>/dev/null || "
                         "dd if=/dev/zero of=/d/new bs=4k count=900 conv=fsync 2>/dev/null")[1] != 0
        guests.do("two", "umount /d 2>/dev/null")
        assert "old" not in guests.do("two", "dd if=/dev/vdb bs=4k count=10 2>/dev/null | grep -c file")[0]
        alive(guests)


@pytest.fixture(scope="module", name="misused", params=BOARDS)
def fixture_misused(request):
    """(guest, machine) of the product with a bad peer."""
    with Machine(build(request.param, f"test-links-{request.param}", "test-links_defconfig")) as machine:
        yield booted(machine, "one"), machine


def test_bad_frames(misused):
    """LIN119 Messages that are no frames are counted and dropped, frames of nonsense do no harm, and
    a peer that then takes nothing any more holds up nobody."""
    guests, machine = misused
    guests.switch("one")
    machine.send("ping -c 1 -W 1 192.168.9.2 >/dev/null\r")
    text = machine.until("wild ones sent", timeout=TIMEOUT)
    assert "wild: 1517 bytes gave error 6" in text and "16 short messages" in text
    told(guests, "one", "cat /sys/class/net/wild/statistics/rx_length_errors", "16")
    assert statistic(guests, "one", "wild", "rx_packets") >= 50
    assert int(guests.value("one", "udp 192.168.9.255 9 -n 3000")) > 100
    assert statistic(guests, "one", "wild", "tx_dropped") > 0
    assert guests.value("one", "dmesg | grep -c 'WARNING\\|BUG\\|Oops'; true") == "0"


def test_bad_client(misused):
    """LIN120 A client of a disk that writes nonsense into the ring, as known cases and as random
    words, is refused; it gets a disk again when it behaves, and the server goes on."""
    guests, machine = misused
    guests.switch("one")
    machine.send(f"echo /dev/ram0 > {SERVER}:disk/backing\r")
    text = machine.until("cases are right", timeout=TIMEOUT)
    right, cases = re.search(r"disk: (\d+) of (\d+) cases", text).groups()
    assert right == cases, text
    text = machine.until("random rings survived, then", "PANIC", timeout=TIMEOUT)
    text += machine.until("good", "bad", timeout=TIMEOUT)
    assert "disk: 300 of 300 random rings survived, then good" in text, text
    refused = re.search(r"^refused (\d+)$", guests.do("one", f"cat {SERVER}:disk/status")[0], re.M)
    assert int(refused.group(1)) >= 100
    assert guests.value("one", "dmesg | grep -c 'WARNING\\|BUG\\|Oops'; true") == "0"


def test_ring(tmp_path):
    """LIN121 The server's reader of rings touches nothing outside of the segment, whatever is in it,
    and takes what is right: under the address sanitiser, with random rings."""
    driver = f"{TOP}/guests/linux/files/drivers/mullion"
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ring")
    subprocess.run(["gcc", "-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Werror",
                    "-fsanitize=address,undefined", "-fno-sanitize-recover=all", f"-I{folder}", f"-I{driver}",
                    f"{folder}/main.c", f"{driver}/ring.c", "-o", f"{tmp_path}/ring"], check=True)
    for seed in range(1, 4):
        done = subprocess.run([f"{tmp_path}/ring", str(seed), "30000"], capture_output=True, text=True,
                              check=False)
        assert done.returncode == 0, done.stderr
        assert int(done.stdout.split()[0]) > 10000
