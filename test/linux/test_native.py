# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""The native kernel and the root file system run on both boards in QEMU."""

import re
import shlex
import subprocess

import pexpect
import pytest
from pexpect.popen_spawn import PopenSpawn

from conftest import made
from native import BOARDS, command  # conftest's port has set the path

LIMIT = 60  # seconds; a boot takes about one
DETERMINISTIC = "-icount shift=0,sleep=off -rtc base=2026-01-01,clock=vm -seed 1".split()
# Lines for the shell and what they say: pipes, processes, files, signals, a socket, arithmetic.
SCRIPT = [
    ("for i in 1 2 3; do echo $i | (read x; echo $((x * x))); done > /tmp/squares", ""),
    ("sort -rn /tmp/squares | tr '\\n' ' '", "9 4 1 "),
    ("nc -l -p 99 > /tmp/heard & until echo over loopback | nc localhost 99; do :; done; wait", ""),
    ("cat /tmp/heard", "over loopback"),
    ("sh -c 'trap \"echo caught; exit 7\" TERM; kill $$'; echo status $?", "caught\nstatus 7"),
    ("ls /sys/class/tty | grep -c ttyAMA0; [ -c /dev/zero ] && echo nodes", "1\nnodes"),
    ("hostname -i; df /tmp | grep -c tmpfs", "127.0.0.1\n1"),
]
PROGRAM = r"""
#include <math.h>
#include <pthread.h>
#include <stdio.h>

static void *half(void *x)
{
	*(volatile double *)x /= 2;
	return NULL;
}

int main(int count, char **words)
{
	volatile double x = 7;
	pthread_t thread;

	pthread_create(&thread, NULL, half, (void *)&x);
	pthread_join(thread, NULL);
	printf("%s: %.6f\n", words[count - 1], sqrt(x));
	return count;
}
"""


def release():
    """What `uname -r` says: the version of the package that is installed."""
    text = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "linux-source-6.1"],
                          capture_output=True, text=True, check=True).stdout
    return text.split("-")[0]


class Boot:
    """A QEMU that runs the native kernel."""

    def __init__(self, board, kernel, initramfs, text="", more=(), disk=None):
        # Over pipes: some containers have no pseudo-terminals.
        self.child = PopenSpawn(command(board, kernel, initramfs, text, more, disk), encoding="utf-8",
                                codec_errors="replace", timeout=LIMIT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.proc.poll() is None:
            self.child.proc.kill()
        self.child.proc.wait()

    def until(self, text):
        """Read to a text; what came before it, with plain line ends."""
        try:
            self.child.expect_exact(text)
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            raise AssertionError(f"{text!r} did not come:\n{self.child.before[-3000:]}") from error
        return self.child.before.replace("\r", "")

    def say(self, line):
        """Type a line; what the shell answers."""
        self.child.send(line + "\n")
        self.until(line)
        self.until("\n")
        return self.until("# ")

    def rest(self):
        """All that comes until QEMU ends by itself."""
        self.child.expect(pexpect.EOF)
        assert self.child.proc.wait(timeout=LIMIT) == 0
        return self.child.before.replace("\r", "")


@pytest.mark.parametrize("board", BOARDS)
def test_shell(board, native_kernel, initramfs):
    """LIN60 The native kernel boots to a shell that says how to leave, and leaves."""
    with Boot(board, native_kernel, initramfs) as boot:
        greeting = boot.until("# ")
        assert f"Linux {release()}\n" in greeting
        count = int(re.search(r"^(\d+) commands in /bin; `exit` switches", greeting, re.M).group(1))
        assert boot.say("uname -r").strip() == release()
        assert int(boot.say("ls /bin | wc -l")) == count > 200
        boot.say("stty cols 500")  # so that the shell does not break what is typed
        for line, answer in SCRIPT:
            assert answer in boot.say(line), line
        boot.child.send("exit\n")
        boot.rest()


@pytest.mark.parametrize("board", BOARDS)
def test_interrupt_key(board, native_kernel, initramfs):
    """LIN61 Ctrl-C ends a program that runs in the shell, and not the shell."""
    with Boot(board, native_kernel, initramfs) as boot:
        boot.until("# ")
        boot.child.send("sh -c 'echo begun; exec sleep 1000000'\n")
        boot.until("begun\r\n")
        boot.child.send("\x03")
        boot.until("# ")
        assert boot.say("echo $?").strip() == "130"


@pytest.mark.parametrize("board", BOARDS)
def test_command(board, native_kernel, initramfs):
    """LIN62 A command on the kernel's command line runs, its status is said, the machine goes off."""
    with Boot(board, native_kernel, initramfs, "uname -r; echo a  b; false") as boot:
        text = boot.rest()
    assert f"{release()}\na b\ninit: status 1\n" in text


def test_repeats(native_kernel, initramfs):
    """LIN63 Where an instruction is a nanosecond two runs are the same, to the last message."""
    texts = []
    for _ in range(2):
        text = "cat /proc/uptime /proc/interrupts /proc/stat"
        with Boot("vexpress-a9", native_kernel, initramfs, text, DETERMINISTIC) as boot:
            texts.append(boot.rest())
    assert "init: status 0" in texts[0]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("board", BOARDS)
def test_program(board, native_kernel, port, busybox):
    """LIN64 A program of user/ is in the root file system and runs: threads, floating point."""
    port.env["MULLION_BUSYBOX"] = busybox
    port.write("user/root-of.c", PROGRAM)
    folder, _ = port.build("initramfs")
    with Boot(board, native_kernel, folder, "root-of one two") as boot:
        assert "two: 1.870829\ninit: status 3\n" in boot.rest()


def test_run_native(native_kernel, initramfs):
    """LIN65 `run-native` prints the command that these tests use."""
    said = made("run-native", "vexpress-a9", "--print", "--qemu-args=-seed 1", "--run=uname -r")
    assert shlex.split(said) == command("vexpress-a9", native_kernel, initramfs, "uname -r",
                                        ["-seed", "1"])
    assert '-- "uname -r"' in shlex.split(said)[-3]
