# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Linux at the console cell: long pastes, programs that draw in the view of one cell alone, as a
terminal shows them, and a Linux that is left and started again."""

import hashlib
import re

import pytest

from shell import BAD, TIMEOUT, Cells, product
from machine import BOARDS, Machine  # shell.py has set the path
from terminal import Terminal

KEY = "\x14"
PASTE = 100_000


class Console(Cells):
    """The product in QEMU, and a terminal."""

    def __init__(self, machine, out):
        super().__init__(machine, out)
        self.terminal = Terminal(machine, 80, 24)

    def alone(self):
        """Linux gets the terminal, and is told how large that is."""
        self.switch("linux")
        self.machine.send(f"{KEY}r")
        self.machine.until("alone: Ctrl-T ends it")
        self.shell("resize; stty size")

    def shell(self, command):
        """Type a command in the raw view; wait until the shell has come to what follows it."""
        self.nr += 1
        self.machine.send(f"{command}; echo DO''NE{self.nr}\r")
        self.machine.until(f"DONE{self.nr}", timeout=TIMEOUT)
        self.machine.until("# ", timeout=TIMEOUT)

    def keys(self, text, *ends):
        """Press keys, and wait for what they bring."""
        self.machine.send(text)
        for end in ends:
            self.machine.until(end, timeout=TIMEOUT)

    def among(self):
        """Back to the view of all cells."""
        self.machine.send(KEY)
        self.machine.until("input goes to 'linux'")


@pytest.fixture(scope="module", name="console", params=BOARDS)
def fixture_console(request):
    """Linux beside native cells, booted."""
    out = product(request.param, "mixed")
    with Machine(out) as machine:
        console = Console(machine, out)
        assert not BAD.search(console.boot())
        yield console


def md5(text):
    """As md5sum prints it."""
    return hashlib.md5(text.encode()).hexdigest()


def test_paste_into_a_program(console):
    """LIN190 100 KB that are pasted into `cat` arrive whole, and no `?[6n` stands at the prompt."""
    text = "".join(f"{number:08d} of a paste into a program\n" for number in range(PASTE // 35))
    console.machine.send("stty -echo; echo rea''dy; cat >/tmp/paste\r")
    console.machine.until("| ready", timeout=TIMEOUT)
    console.machine.send(text + "\x04")
    console.machine.send("stty echo; md5sum </tmp/paste\r")
    console.machine.until(md5(text), timeout=TIMEOUT)
    assert "[6n" not in console.terminal.text()


def test_paste_into_the_shell(console):
    """LIN191 The same as commands for the shell, which edits each line: every one is done."""
    lines = [f"{number:06d} {'of a paste into the shell, ' * 30}" for number in range(PASTE // 850)]
    console.machine.send("".join(f"echo '{line}'>>/tmp/shell\r" for line in lines))
    assert console.value("md5sum </tmp/shell").split()[0] == md5("".join(f"{line}\n" for line in lines))


def test_size(console):
    """LIN192 Alone, Linux learns how large the terminal is from the terminal itself."""
    console.alone()
    console.keys("stty size\r", "24 80")
    console.terminal.resize(70, 20)
    console.shell("resize")
    console.keys("stty size\r", "20 70", "# ")
    console.terminal.resize(80, 24)
    console.among()


def test_line_editing(console):
    """LIN193 A command is edited in the middle and taken from the history, alone and among other cells."""
    for view in ("among", "alone"):
        if view == "alone":
            console.alone()
        console.keys("echo wrld\x1b[D\x1b[D\x1b[Do\r", "\nworld" if view == "alone" else "| world")
        console.keys("\x1b[A\x7f\x7fst\r", "\nworst" if view == "alone" else "| worst")
        assert re.search(r"# echo worst$", console.terminal.text(), re.M)
    console.among()


def test_vi(console):
    """LIN194 A text is written with vi: its screen is what it should be, and so is the file."""
    console.alone()
    console.keys("vi /tmp/text\r", "\x1b[23;1H~", "1/1")
    console.keys("ifirst line\rsecond line", "second line")
    console.keys("\x1b", "\x1b[2;11H")  # alone, or it would begin a sequence
    console.keys("ggx", "irst line")
    lines = console.terminal.lines()
    assert lines[:4] == ["irst line", "second line", "~", "~"] and lines[22] == "~"
    console.keys(":wq\r", "# ")
    console.among()
    assert console.do("cat /tmp/text")[0].splitlines()[-2:] == ["irst line", "second line"]


def test_less_and_top(console):
    """LIN195 less shows a page and the next one; top its table, colours included."""
    console.alone()
    console.shell("seq 1 100 >/tmp/numbers; clear")
    console.keys("less /tmp/numbers\r", "\x1b[7m")
    assert console.terminal.lines()[:23] == [str(number) for number in range(1, 24)]
    console.keys(" ", "46")
    assert console.terminal.lines()[0] == "24" and console.terminal.lines()[22] == "46"
    console.keys("q", "# ")
    console.shell("clear; top -b -n 1 | grep PID; top -n 1 | cat >/tmp/top")
    console.keys("top\r", "COMMAND", "init")
    assert console.terminal.lines()[0].startswith("Mem:")
    assert any(line.split()[:2] == ["1", "0"] for line in console.terminal.lines()[2:])
    console.keys("q", "# ")
    console.keys("clear; printf '\\033[31mred\\033[0m\\n'\r", "red\x1b[0m")
    row = console.terminal.lines().index("red")
    assert console.terminal.colour(row, 0) == "red"
    console.among()


def test_interrupt_in_a_flood(console):
    """LIN220 Ctrl-C ends a command that floods the console, among other cells and alone; the next one runs."""
    for view in ("among", "alone"):
        if view == "alone":
            console.alone()
        else:
            console.switch("linux")
        console.keys("yes a flood\r", "\na flood" if view == "alone" else "| a flood")
        console.keys("\x03")
        console.shell("echo over")
    console.among()


def test_binary_paste(console):
    """LIN221 Bytes of any kind that are pasted to the shell harm nothing: the next command runs."""
    console.switch("linux")
    data = bytes(byte for byte in range(256) if byte not in b"\x04\r\n" + KEY.encode())
    console.machine.child.proc.stdin.write(data * 4 + b"\x03\x03\r")
    assert console.value("echo over") == "over"
    assert not re.search(r"[\x80-\x9f]", console.terminal.text())


def test_left_and_started_again(console):
    """LIN196 Linux that is left by `exit` says that it stopped; a key starts it again."""
    console.switch("linux")
    console.machine.send("exit\r")
    text = console.machine.until("[stopped; Ctrl-T s starts it again]", timeout=TIMEOUT)
    assert "switched off" not in text
    console.machine.send(f"{KEY}s")
    console.machine.until("'linux' is started again")
    assert "stops this cell, then Ctrl-T s" in console.boot() + console.machine.until("again.")
    assert console.value("echo up") == "up"


def test_panic_is_told_as_one():
    """LIN222 A panic of Linux is reported as one: by Linux itself, by its monitor, and in the monitor's
    list of cells."""
    out = product("vexpress-a9", "mixed", "CONFIG_GUEST_MONITOR=y", {
        'on-fault = "restart";': 'on-fault = "monitor"; monitor = <&monitor>;',
        "\t\twork: work {": """\t\tmonitor: monitor {
			image = "monitor";
			memory = <0x10000>;
			priority = <190>;
			console = <&console>;
			fault-log;
		};

		work: work {"""})
    with Machine(out) as machine:
        console = Console(machine, out)
        console.boot()
        machine.send("echo c >/proc/sysrq-trigger\r")
        text = machine.until("then: its monitor decides", timeout=TIMEOUT)
        assert "the undefined instruction reported now is this panic" in text
        assert re.search(r"what: its operating system panicked, pc 0x", text)
        console.boot()
        console.order("monitor", "cells", r"linux +30 +running +1 \+ 0 +\d+\.\d+ s: its operating system panicked")
