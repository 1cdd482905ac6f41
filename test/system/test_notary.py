# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The notary's own code on this machine: the MACs against published ones, all that it answers
against a model, and how it gets its library. (Linux as its client: test/linux/test_notary.py.)"""

import hmac
import os
import random
import shutil
import struct
import subprocess

import pytest

from machine import OUT, TOP

FOLDER = f"{TOP}/guests/notary"
LIBRARY = ["hash/sha2small.c", "mac/hmac.c", "codec/dec32be.c", "codec/enc32be.c"]
ADD, SIGN, VERIFY, FORGET = 1, 2, 3, 4
OK, DIFFERENT, MALFORMED, TOO_LONG, BUSY = range(5)
LONGEST, RATE, BURST, COST = 0x100000, 0x100000, 0x20000, 256
SECOND = 10**9

# RFC 4231: test cases 1 to 4, 6 and 7 (5 is of a shortened MAC): key, message, HMAC-SHA-256.
PUBLISHED = [
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (bytes(range(1, 26)), b"\xcd" * 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    (b"\xaa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    (b"\xaa" * 131, b"This is a test using a larger than block-size key and a larger than block-size data. "
     b"The key needs to be hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
]


def fetch(**environment):
    """What fetch.py prints and says, and its status."""
    return subprocess.run(["/usr/bin/python3", f"{FOLDER}/fetch.py"], env=os.environ | environment, text=True,
                          capture_output=True, check=False)


@pytest.fixture(scope="module", name="program")
def fixture_program():
    """The notary's code as a program of this machine."""
    library = fetch().stdout.strip()
    path = f"{OUT}/notary-host"
    os.makedirs(OUT, exist_ok=True)
    includes = [f"-I{TOP}/guests/linux/user/notary", f"-I{FOLDER}"]
    flags = ["-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover", "-Wall", "-Wextra", "-Werror"]
    subprocess.run(["gcc", *flags, *includes, f"-isystem{library}/inc", f"-I{library}/src", "-o", path,
                    f"{TOP}/test/system/notary_host.c", f"{FOLDER}/service.c", f"{FOLDER}/mac.c",
                    *(f"{library}/src/{name}" for name in LIBRARY)], check=True)
    return path


def request(op, number, data=b"", time=0):
    """A request in the form that the program reads."""
    return framed(struct.pack("<II", op, number) + data, time)


def framed(message, time=0):
    """Any message in that form."""
    return struct.pack("<IQ", len(message), time) + message


def begin(time=0):
    """A client that begins."""
    return struct.pack("<IQ", 0xffffffff, time)


def answers(program, key, *requests):
    """[(status, id, MAC)] of the replies."""
    done = subprocess.run([program, key.hex()], input=b"".join(requests), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return list(struct.iter_unpack("<II32s", done.stdout))


@pytest.mark.parametrize("key, message, mac", PUBLISHED, ids=["1", "2", "3", "4", "6", "7"])
def test_sys290_published_vectors(program, key, message, mac):
    """SYS290: every published MAC comes out, in one piece and byte by byte, and is verified; with
    one bit changed it is not."""
    pieces = [request(ADD, 1, message[i:i + 1]) for i in range(min(len(message), 200))]
    wrong = bytes([bytes.fromhex(mac)[0] ^ 1]) + bytes.fromhex(mac)[1:]
    found = answers(program, key, begin(), request(SIGN, 1, message), *pieces, request(SIGN, 2),
                    request(VERIFY, 3, bytes.fromhex(mac) + message), request(VERIFY, 4, wrong + message))
    assert found[0] == (OK, 1, bytes.fromhex(mac))
    assert found[-3] == (OK, 2, bytes.fromhex(mac))
    assert found[-2:] == [(OK, 3, bytes(32)), (DIFFERENT, 4, bytes(32))]


class Model:
    """What the notary should answer."""

    def __init__(self, key):
        self.key, self.text, self.budget, self.time = key, b"", BURST, 0

    def spend(self, cost, now):
        """Whether the client may ask for so much now."""
        earned = min(now - self.time, SECOND) * RATE // SECOND
        if earned:
            self.budget, self.time = min(self.budget + earned, BURST), now
        if self.budget < cost:
            return False
        self.budget -= cost
        return True

    def answer(self, message, now):
        """The reply to a message at a time."""
        op, number = struct.unpack("<II", message[:8]) if len(message) >= 8 else (0, 0)
        if not self.spend(COST + len(message), now):
            return BUSY, number, bytes(32)
        status, mac = self.perform(op, message[8:])
        if op != ADD or status != OK:
            self.text = b""
        return status, number, mac

    def perform(self, op, data):
        """(status, MAC) of what may be done."""
        given = data[:32] if op == VERIFY else b""
        if op not in (ADD, SIGN, VERIFY) or len(given) < 32 * (op == VERIFY):
            return (OK if op == FORGET and not data else MALFORMED), bytes(32)
        text = self.text + data[len(given):]
        if len(text) > LONGEST:
            return TOO_LONG, bytes(32)
        self.text = text
        mac = hmac.digest(self.key, text, "sha256") if op != ADD else bytes(32)
        if op == VERIFY:
            return (OK if mac == given else DIFFERENT), bytes(32)
        return OK, mac


def random_message(rng, model):
    """A request, a good one or not."""
    op = rng.choice([ADD, ADD, ADD, SIGN, VERIFY, FORGET, 0, 5, rng.getrandbits(32)])
    data = rng.randbytes(rng.choice([0, 1, 31, 32, 33, 63, 64, 65, rng.randrange(1016), 4088]))
    if op == VERIFY and rng.random() < 0.5:
        data = hmac.digest(model.key, model.text + data, "sha256") + data
    message = struct.pack("<II", op, rng.getrandbits(32)) + data
    return message[:rng.randrange(8)] if rng.random() < 0.05 else message


@pytest.mark.parametrize("seed", range(4))
def test_sys291_model(program, seed):
    """SYS291: thousands of random requests, many of them malformed, are answered as a model does,
    and touch no memory that they should not."""
    rng = random.Random(seed)
    key, now, requests, expected = rng.randbytes(32), 0, [begin()], []
    model = Model(key)
    for _ in range(4000):
        now += rng.choice([0, 1000, 100_000, 1_000_000, 10**11 if rng.random() < 0.01 else 0])
        message = random_message(rng, model)
        expected.append(model.answer(message, now))
        requests.append(framed(message, now))
    assert answers(program, key, *requests) == expected
    assert {status for status, _, _ in expected} >= {OK, DIFFERENT, MALFORMED, BUSY}


def test_sys292_longest(program):
    """SYS292: a message of the longest size is signed, one byte more is not, and the next one is."""
    key, piece = b"k" * 32, bytes(4088)
    pieces = [request(ADD, 0, piece, SECOND * i) for i in range(LONGEST // 4088)]
    last = LONGEST - 4088 * len(pieces)
    text = bytes(LONGEST)
    time = SECOND * LONGEST
    found = answers(program, key, begin(), *pieces, request(SIGN, 1, bytes(last), time),
                    *pieces, request(SIGN, 2, bytes(last + 1), time), request(SIGN, 3, b"", time))
    assert found[len(pieces)] == (OK, 1, hmac.digest(key, text, "sha256"))
    assert found[-2:] == [(TOO_LONG, 2, bytes(32)), (OK, 3, hmac.digest(key, b"", "sha256"))]


def test_sys293_other_sources_are_refused(tmp_path):
    """SYS293: a tarball that is not the recorded one is not used, and the message says what to do;
    without a network it says how to bring the right one."""
    path = tmp_path / "bearssl_0.6.orig.tar.xz"
    path.write_bytes(b"something else")
    cache = {"MULLION_CACHE": str(tmp_path / "cache")}
    done = fetch(MULLION_BEARSSL=str(path), **cache)
    assert done.returncode and "is not the tarball that guests/notary/VERSION names" in done.stderr
    done = fetch(MULLION_BEARSSL="/none", **cache)
    assert done.returncode and "MULLION_BEARSSL=/none is no file. Cure: " in done.stderr
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/apt-get").write_text("#!/bin/sh\necho no network >&2\nexit 100\n")
    (tmp_path / "bin/apt-get").chmod(0o755)
    done = fetch(PATH=f"{tmp_path}/bin:{os.environ['PATH']}", MULLION_BEARSSL="", **cache)
    assert done.returncode and "no network" in done.stderr and "MULLION_BEARSSL=/path/to/it" in done.stderr
    assert not os.path.exists(tmp_path / "cache/source-bearssl-102a625bd8f6155260867a50c508df8d")


def test_sys294_sources_lists(tmp_path):
    """SYS294: the mirror is found in both formats of apt's lists, with and without lines for
    sources; lists of others are left alone."""
    shutil.copy(f"{FOLDER}/fetch.py", tmp_path / "notary_fetch.py")
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text(
        "# deb http://old.example/debian bookworm main\n"
        "deb [arch=amd64] http://one.example/debian bookworm main contrib\n"
        "deb http://other.example/apt cloud-bookworm main\n")
    (tmp_path / "sources.list.d/debian.sources").write_text(
        "Types: deb\n# a remark\nURIs: http://two.example/debian\nSuites: bookworm bookworm-updates\n"
        "Components: main\n\nTypes: deb\nURIs: http://three.example/debian-security\n"
        "Suites: bookworm-security\nComponents: main\n")
    code = "import notary_fetch, sys; print(*notary_fetch.mirrors(sys.argv[1]))"
    done = subprocess.run(["/usr/bin/python3", "-c", code, str(tmp_path)], cwd=tmp_path, text=True,
                          capture_output=True, check=True)
    assert done.stdout.split() == ["http://one.example/debian", "http://two.example/debian"]
