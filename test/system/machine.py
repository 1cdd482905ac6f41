# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Products built for the system tests, and QEMU machines that run them.

One instruction is one nanosecond of virtual time and idle time passes at once,
so that a run does not depend on the host. Everything is built below
build/system-test (or $TEST_OUT) and stays there, to be quick the next time; products
without changes below $TEST_SHARED if there is one, where the steps of `make check`
find those of each other.
"""

import fcntl
import functools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

import pexpect
from pexpect.popen_spawn import PopenSpawn

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.append(f"{TOP}/scripts/build")
import kconfig  # the path must be set first

OUT = os.environ.get("TEST_OUT") or f"{TOP}/build/system-test"
SHARED = os.environ.get("TEST_SHARED") or OUT
BOARDS = {"vexpress-a9": "BOARD_VEXPRESS_A9", "realview-pb-a8": "BOARD_REALVIEW_PB_A8"}
DETERMINISTIC = "-icount shift=0,sleep=off -rtc base=2026-01-01,clock=vm -seed 1"
TIMEOUT = 900  # seconds: of a hung machine, however busy the host is


def run(*command):
    """Run a command in the source tree; return its output."""
    environment = {key: value for key, value in os.environ.items()
                   if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "O", "SEED", "T")}
    done = subprocess.run(command, cwd=TOP, text=True, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}"
    return done.stdout


def write_if_changed(path, text):
    """Keep the time stamp of a file whose content stays."""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def defconfig_path(name):
    """The file of a configuration, of a product or of a test."""
    return next(path for folder in kconfig.FOLDERS
                for path in [f"{TOP}/{folder}/{name}"] if os.path.exists(path))


def build(board, name, defconfig, changes="", shared=True):
    """Build a product: a defconfig, its board replaced, and changed lines. Its folder."""
    out = f"{SHARED if shared and not changes else OUT}/{board}-{name}"
    os.makedirs(os.path.dirname(out), exist_ok=True)
    with open(f"{out}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build_in(out, board, defconfig, changes)
    return out


def build_in(out, board, defconfig, changes):
    """The same, in a folder that nobody else changes meanwhile."""
    with open(defconfig_path(defconfig), encoding="utf-8") as file:
        lines = [line for line in file.read().splitlines() if "CONFIG_BOARD" not in line]
    changed = {line.split("=")[0] for line in changes.split()}
    lines = [line for line in lines
             if line.removeprefix("# ").removesuffix(" is not set").split("=")[0] not in changed]
    text = "\n".join([*lines, f"CONFIG_{BOARDS[board]}=y", *changes.split(), ""])
    run("sh", "scripts/build/out_folder.sh", os.path.abspath(out), "mark")
    write_if_changed(f"{out}/.mullion-output", "")  # make's own, wherever it is
    write_if_changed(f"{out}/test_defconfig", text)
    run("/usr/bin/python3", "scripts/build/kconfig.py", "--out", out, "defconfig",
        f"{out}/test_defconfig")
    run("make", f"O={out}", "-j2", "all")
    if "make reset-disk" in run("make", "-s", f"O={out}", "print-qemu"):  # it is of older files
        run("make", "-s", f"O={out}", "reset-disk", "print-qemu")
    qemu_command.cache_clear()


@functools.lru_cache
def qemu_command(out, arguments):
    """The command that runs a built product, with a place for one more argument."""
    return run("make", "-s", f"O={out}", f"QEMU_ARGS={arguments} -snapshot MONITOR", "print-qemu").splitlines()[-1]


class Machine:
    """A QEMU that runs a built product; its serial line and its monitor. Disks stay as they are."""

    def __init__(self, out, arguments=DETERMINISTIC):
        self.folder = tempfile.mkdtemp(prefix="mullion-")
        monitor = f"-qmp unix:{self.folder}/qmp,server=on,wait=off " \
            f"-gdb unix:{self.folder}/gdb,server=on,wait=off"
        command = qemu_command(out, arguments).replace("MONITOR", monitor)
        # Over pipes: some containers have no pseudo-terminals.
        self.child = PopenSpawn(["/bin/sh", "-c", f"exec {command}"], cwd=TOP,
                                encoding="utf-8", codec_errors="replace", timeout=TIMEOUT)
        self.socket = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # End QEMU with a signal that it can catch, so that a plugin can write its counts.
        self.child.proc.terminate()
        try:
            self.child.proc.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.child.proc.kill()
            self.child.proc.wait()
        if self.socket:
            self.socket.close()
        shutil.rmtree(self.folder)

    def until(self, *texts, timeout=TIMEOUT):
        """Read to the first of the texts; all of it, with plain line ends."""
        try:
            self.child.expect_exact(list(texts), timeout=timeout)
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            tail = "\n".join(self.child.before.splitlines()[-30:])
            raise AssertionError(f"none of {texts} came; the last lines:\n{tail}") from error
        return (self.child.before + self.child.after).replace("\r", "")

    def silent(self, seconds):
        """Nothing more comes for that long, or to the end of QEMU."""
        return self.child.expect([pexpect.TIMEOUT, r".", pexpect.EOF], timeout=seconds) != 1

    def ended(self, seconds):
        """QEMU ends by itself within that time; its line closes a moment before it does."""
        try:
            self.child.proc.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def send(self, text):
        """Type on the serial line."""
        self.child.send(text)

    def qmp(self, command, **arguments):
        """Give QEMU's monitor a command; its answer."""
        if not self.socket:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(TIMEOUT)
            self.socket.connect(f"{self.folder}/qmp")
            self.stream = self.socket.makefile("rw", encoding="utf-8")
            self.stream.readline()
            self.qmp("qmp_capabilities")
        self.stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.stream.flush()
        while True:
            answer = json.loads(self.stream.readline())
            if "return" in answer or "error" in answer:
                return answer.get("return", answer)

    def registers(self):
        """The processor's system registers, by name; secure ones where it has both."""
        text = run("gdb-multiarch", "-nx", "-batch", "-ex", "set architecture arm", "-ex",
                   f"target remote {self.folder}/gdb", "-ex", "info all-registers")
        found = {name: int(value, 16) for name, value in
                 re.findall(r"^([A-Z]\w+) +(0x[0-9a-f]+)", text, re.M)}
        return found | {name[:-2]: value for name, value in found.items() if name.endswith("_S")}

    def memory(self, address, size):
        """Bytes of physical memory."""
        path = f"{self.folder}/memory"
        self.qmp("stop")
        self.qmp("pmemsave", val=address, size=size, filename=path)
        self.qmp("cont")
        with open(path, "rb") as file:
            return file.read()
