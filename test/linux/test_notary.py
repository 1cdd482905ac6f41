# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""The notary with Linux as its client: signs and verifies, bears all that a hostile client sends,
and keeps its key; and the count of what it relies on."""

import hmac
import re
import subprocess

import pytest

from shell import BAD, TOP, Cells, product, system_text
from machine import BOARDS, Machine, run  # shell.py has set the path

# Test cases 1 and 4 of RFC 4231: key, a command that prints the message, the MAC.
CASES = {
    "vexpress-a9": (b"\x0b" * 20, "printf 'Hi There'",
                    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    "realview-pb-a8": (bytes(range(1, 26)), "i=0; while [ $i -lt 50 ]; do printf '\\315'; i=$((i+1)); done",
                       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
}
MESSAGE, HEAD = 1024, 8  # of the channel, of a request
# Around the blocks of the hash, around the pieces in which the client sends.
SIZES = [0, 1, 55, 56, 63, 64, 65, 119, 120, MESSAGE - HEAD - 1, MESSAGE - HEAD, MESSAGE - HEAD + 1, 5000, 70001]
LONGEST, RATE, BURST = 0x100000, 0x100000, 0x20000
DEVICE = "/dev/mullion/notary"
OK, MALFORMED, BUSY = 0, 2, 4


class Notary:
    """A booted product with its key."""

    def __init__(self, board, machine, out):
        self.key, self.command, self.mac = CASES[board]
        self.cells, self.machine, self.out = Cells(machine, out), machine, out

    def raw(self, text):
        """Send bytes, written as printf takes them; the status of the reply and its id."""
        words = self.cells.value(f"printf '{text}' >{DEVICE}; echo $(dd if={DEVICE} bs=40 count=1 2>/dev/null | hexdump -e '2/4 \"%u \"' -n 8)")
        return tuple(map(int, words.split()))

    def serves(self):
        """It signs as it should."""
        return self.cells.value(f"({self.command}) | notary sign") == self.mac


@pytest.fixture(scope="module", name="notary", params=BOARDS)
def fixture_notary(request):
    """Linux and the notary, with the key of a published case."""
    out = product(request.param, "mixed", f'CONFIG_GUEST_NOTARY_KEY="{CASES[request.param][0].hex()}"')
    with Machine(out) as machine:
        notary = Notary(request.param, machine, out)
        assert not BAD.search(notary.cells.boot())
        yield notary


def test_sign(notary):
    """LIN150 The MAC of a published case comes out in Linux's shell, and those of messages of all
    sizes are what another implementation says."""
    assert notary.serves()
    text = b"y\n" * SIZES[-1]
    found, status = notary.cells.do(f"for n in {' '.join(map(str, SIZES))}; do yes | head -c $n | notary sign; done")
    assert status == 0
    assert re.findall(r"^[0-9a-f]{64}$", found, re.M) == \
        [hmac.new(notary.key, text[:size], "sha256").hexdigest() for size in SIZES]


def test_verify(notary):
    """LIN151 A MAC is verified; one of another message, or with a bit changed, is not."""
    cells = notary.cells
    cells.value("yes | head -c 3000 >/tmp/a; yes | head -c 3001 >/tmp/b; mac=$(notary sign /tmp/a); echo")
    assert cells.value("notary verify $mac /tmp/a") == "ok"
    assert cells.do("notary verify $mac /tmp/b")[0].splitlines()[-1] == "different"
    assert cells.do("notary verify $mac /tmp/b")[1] == 1
    flipped = "$(echo $mac | sed 's/^[0-7]/8/; t; s/^./0/')"
    assert cells.do(f"notary verify {flipped} /tmp/a")[1] == 1
    text, status = cells.do("notary verify ${mac}0 /tmp/a")
    assert status == 2 and "a MAC has 64 hexadecimal digits" in text
    assert cells.do("notary verify $mac /tmp/none")[1] == 2


def test_malformed(notary):
    """LIN152 What is no request is answered with an error, whoever reads it, and the next good
    request is served."""
    word = "\\{:o}\\0\\0\\0".format
    number = word(7)
    for text in ("a", "1234567", word(0) + number, word(5) + number, "\\377\\377\\377\\377" + number,
                 word(3) + number, word(3) + number + "x" * 31, word(4) + number + "x"):
        expected = 7 if len(re.findall(r"\\\d+|.", text)) >= HEAD else 0
        assert notary.raw(text) == (MALFORMED, expected), text
        assert notary.serves()
    assert notary.raw(word(4) + number) == (OK, 7)


def test_limits(notary):
    """LIN153 A message of the longest size is signed, a longer one refused; and a client gets no
    more of the notary's time than its share."""
    cells = notary.cells
    mac = hmac.new(notary.key, bytes(LONGEST), "sha256").hexdigest()
    lines = cells.do("cat /proc/uptime; head -c 1048576 /dev/zero | notary sign; cat /proc/uptime")[0].splitlines()
    start, end = (float(line.split()[0]) for line in lines if re.fullmatch(r"[\d.]+ [\d.]+", line))
    assert mac in lines
    assert end - start > (LONGEST - BURST) / RATE
    text, status = cells.do("head -c 1048577 /dev/zero | notary sign")
    assert status == 2 and "the message is too long" in text
    assert notary.serves()


def test_hostile(notary):
    """LIN154 A client that sends without end and reads nothing stops itself alone: the notary
    and other cells go on."""
    cells = notary.cells
    cells.order("control", "reset", "begin anew")
    assert cells.do(f"timeout 1 sh -c 'while :; do printf 12345678 >{DEVICE}; done'; true")[1] == 0
    report = cells.order("control", "report", r"missed \d+ of \d+")
    missed, due = re.search(r"missed (\d+) of (\d+)", report).groups()
    assert int(missed) == 0 and int(due) > 900
    text, status = cells.do(f"head -c {MESSAGE + 1} /dev/zero | dd of={DEVICE} bs={MESSAGE + 1} iflag=fullblock")
    assert status != 0 and "Message too long" in text
    assert notary.serves()
    # Two at once take turns.
    both = cells.do("for i in 1 2 3 4; do yes | head -c 3000 | notary sign & done; wait")[0]
    expected = hmac.new(notary.key, (b"y\n" * 1500), "sha256").hexdigest()
    assert re.findall(r"^[0-9a-f]{64}$", both, re.M) == [expected] * 4


def test_key_stays(notary):
    """LIN155 Linux has no mapping of the notary's memory and no capability to it: root reads none of it,
    and nothing that stems from the key is anywhere in Linux's memory."""
    text = system_text(notary.out)
    row = re.search(r"^  linux((?: +[\w.-]+){5})$", text, re.M).group(1).split()
    column = re.search(r"^ +control console notary work linux$", text, re.M).group().split()
    assert dict(zip(column, row)) == {"control": ".", "console": "M", "notary": "M", "work": ".", "linux": "-"}
    places = {name: (int(start, 16), int(end, 16)) for start, end, name in
              re.findall(r"^  (0x\w+)-(0x\w+) .* cell (\w+)$", text, re.M)}
    assert notary.serves()
    start, end = places["notary"]
    memory = notary.machine.memory(start, end + 1 - start)
    symbols = dict(reversed(line.split()[::2]) for line in
                   run("arm-none-eabi-nm", f"{notary.out}/guests/notary/notary.elf").splitlines())
    at = int(symbols["key_context"], 16) - 0x10000
    secrets = [notary.key.hex().encode(), memory[at + 4:at + 36], memory[at + 68:at + 100]]
    # Else the search would find nothing whatever happens.
    assert all(secret in memory and len(set(secret)) > 1 for secret in secrets)
    start, end = places["linux"]
    linux = notary.machine.memory(start, end + 1 - start)
    assert b"Linux version 6.1" in linux
    assert not any(secret in linux for secret in secrets)
    for address in (places["notary"][0], places["notary"][0] + at // 4 * 4, 0xf0000000):
        text, status = notary.cells.do(f"devmem {address:#x}")
        assert status != 0 and not re.search(r"^0x[0-9A-Fa-f]{8}$", text, re.M), text
    # The same command does read what is Linux's own.
    assert notary.cells.do("devmem 0x10008000")[1] == 0
    assert notary.serves()


def test_trusted_lines(notary):
    """LIN156 `make trusted-lines` counts what the notary relies on: all its objects, and no others;
    by far less than Linux."""
    text = run("make", "-s", f"O={notary.out}", "trusted-lines")
    rows = {name.strip(): tuple(map(int, numbers.split())) for name, numbers in
            re.findall(r"^(\S.*?)((?: +\d+){4})$", text, re.M)}
    total, linux = rows["all that 'notary' relies on"], rows["to compare: Linux"]
    parts = [row for name, row in rows.items() if row not in (total, linux)]
    assert [sum(column) for column in zip(*parts)] == list(total)
    assert all(files and sources and lines == sources + headers for files, sources, headers, lines in rows.values()
               if (files, sources, headers, lines) != rows["tables of the system"])
    for name, files in (("cell notary", ("main.c", "service.c", "mac.c")),):
        sources = [f"{TOP}/guests/notary/{file}" for file in files]
        assert rows[name][:2] == (len(files), sum(map(lines_of, sources)))
    assert rows["library bearssl"][0] == 4
    size = run("make", "-s", f"O={notary.out}", "size")
    assert rows["microvisor"][3] <= int(re.search(r"Source lines +(\d+)", size).group(1)) + 400  # generated ones
    assert rows["microvisor"][0] > 30 and total[3] < linux[3] / 40


def lines_of(path):
    """Lines of a file that the compiler sees something in, found in another way than the script's."""
    done = subprocess.run(["gcc", "-fpreprocessed", "-dD", "-E", "-P", "-w", path], capture_output=True, text=True,
                          check=True)
    return sum(1 for line in done.stdout.splitlines() if line.strip())
