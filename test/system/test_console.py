# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The console cell in QEMU: long pastes, keys, cells that end, the view of one cell alone, as
a terminal shows it. (Its screen alone: test/unit/test_screen.c; with Linux: test/linux/test_console.py.)"""

import re
import zlib

import pytest

from machine import BOARDS, OUT, TOP, Machine, build, write_if_changed
from terminal import Terminal

# Bits of pyte's modes: what a terminal tells of the mouse, and how.
MOUSE = {1002 << 5, 1006 << 5}
CELLS = ("sum", "ends", "paint", "deaf", "flood", "tick", "more7", "more8", "more9", "more10", "last")
KEY = "\x14"
PASTE = 100_000
FLOOD = 3000


class Console:
    """The product in QEMU, and a terminal."""

    def __init__(self, machine):
        self.machine = machine
        self.terminal = Terminal(machine)
        self.all = machine.until("input goes to 'sum'") + machine.until("last  ", "last |")

    def until(self, *texts):
        """As of the machine; all of it is kept."""
        text = self.machine.until(*texts)
        self.all += text
        return text

    def select(self, cell):
        """Input goes to this cell."""
        number = CELLS.index(cell) + 1
        self.machine.send(f"{KEY}{number}" if number < 10 else f"{KEY}0{number}")
        self.until(f"input goes to '{cell}'")

    def ticks(self):
        """The numbers of all whole lines of the cell that counts."""
        self.until("\n")
        return [int(number) for number in re.findall(r"^tick *\| (\d+) tick$", self.all, re.M)]


@pytest.fixture(scope="module", name="console", params=BOARDS)
def fixture_console(request):
    """The console with all its cells."""
    out = build(request.param, "console", "test-console_defconfig")
    with Machine(out) as machine:
        yield Console(machine)


def paste(console, data):
    """Send these characters to the cell that adds them up; they arrive whole."""
    console.select("sum")
    console.machine.send(f"{len(data)}\n")
    console.until("ready for")
    console.machine.send(data)
    console.until(f"{len(data)} bytes, CRC {zlib.crc32(data.encode('utf-8')):08x}")


def test_long_paste(console):
    """SYS310: of 100 KB that are pasted to a cell that reads slowly not one character is lost."""
    paste(console, "".join(f"{number:08d} of a paste\n" for number in range(PASTE // 19)))


def test_binary_paste(console):
    """SYS311: so are all characters but the console's own key, and no other cell loses a line."""
    paste(console, "".join(chr(number) for number in range(128) if number != 0x14) * 100)
    ticks = console.ticks()
    assert ticks == list(range(ticks[0], ticks[0] + len(ticks))) and len(ticks) > 100
    assert "lost" not in console.all


def test_cell_that_does_not_read(console):
    """SYS312: a cell that reads nothing does not block the console's keys: what is typed for it is
    dropped and told in number."""
    console.select("deaf")
    console.machine.send("x" * 5000)
    console.until("'deaf' takes no input")
    console.machine.send(f"{KEY}1")
    text = console.until("characters for 'deaf' lost")
    assert 0 < int(re.search(r"(\d+) characters for 'deaf' lost", text).group(1)) < 5000
    console.until("input goes to 'sum'")
    paste(console, "still there")


def test_keys(console):
    """SYS313: the key and a question mark, or any other that it does not know, tell all keys; cells beyond
    the ninth are chosen by two digits."""
    for letter in "?x\r":
        console.machine.send(KEY + letter)
        text = console.until("? this")
        assert "2 ends, " in text and "Ctrl-T for the next" in text and "start it again" in text
        assert "r its bytes alone" in text and "011 last," in text.replace("\n", "")
    console.select("last")
    console.machine.send("hello\r")
    console.until("last   | line of 5")
    console.machine.send(KEY + KEY)
    console.until("input goes to 'sum'")
    console.machine.send(f"{KEY}012")
    console.until("there is no cell 12")


def test_start_again(console):
    """SYS314: a cell that has ended says so and how it is started again; one that runs is asked for
    twice, one that is not in the console's hands is refused."""
    console.select("ends")
    console.machine.send("exit\r")
    console.until("ends   | [stopped; Ctrl-T s starts it again]")
    console.machine.send(f"{KEY}s")
    console.until("'ends' is started again")
    console.until("ends   | here")
    console.machine.send(f"{KEY}s")
    console.until("'ends' runs; Ctrl-T S")
    console.machine.send(f"{KEY}S")
    console.until("ends   | here")
    console.machine.send("fault\r")
    console.until("ends   | [stopped by a fault; Ctrl-T s starts it again]")
    console.machine.send(f"{KEY}s")
    console.until("ends   | here")
    console.select("deaf")
    console.machine.send(f"{KEY}s")
    console.until("'deaf' is not in the console's hands")


def test_typed_for_a_stopped_cell(console):
    """SYS326: what is typed for a cell that is stopped is dropped, which is said once; its next life does
    not get it."""
    console.select("ends")
    console.machine.send("exit\r")
    console.until("[stopped; Ctrl-T s starts it again]")
    console.machine.send("fault\r")
    console.until("'ends' is stopped: what is typed for it is dropped; Ctrl-T s starts it again")
    console.machine.send(f"more\r{KEY}s")
    text = console.until("'ends' is started again")
    assert "is stopped" not in text and "lost" not in text
    console.until("ends   | here")
    console.machine.send("five!\r")
    assert "fault" not in console.until("ends   | line of 5")


def test_long_line(console):
    """SYS315: a line that is too long for the library's line editor is not taken, and told with what
    was lost; less is taken whole."""
    console.select("ends")
    console.machine.send("y" * 79 + "\r")
    console.until("ends   | line of 79")
    console.machine.send("y" * 100 + "\r")
    console.until("ends   | [21 characters lost: the line is too long and not taken]")


def test_progress_bar(console):
    """SYS316: among other cells' lines, one that is written again and again stays one line, without
    the colours."""
    console.select("ends")
    console.terminal.resize(100, 5000)  # others print meanwhile, more lines the busier this machine is
    console.machine.send("bar\r")
    console.until("100 % done")
    console.select("sum")
    bars = [line for line in console.terminal.lines() if line.startswith("ends") and "%" in line]
    console.terminal.resize(100, 24)
    assert bars == ["ends   | 100 % done"]


def test_paint_among_others(console):
    """SYS317: a cell that draws is a line among the others: no sequence of it comes through, or in part."""
    console.select("paint")
    console.machine.send("pqz")
    text = console.until("<7a>")
    assert "thirdfirst <7a>" in text[text.rindex("paint"):] and "[6n" not in text and "title" not in text


def test_raw_view(console):
    """SYS318: alone a cell has the terminal, both ways: it draws, keys and the terminal's answers come as
    they are; what others wrote meanwhile is whole and shown afterwards."""
    terminal = console.terminal
    console.select("paint")
    console.all = ""
    console.machine.send(f"{KEY}r")
    console.until("alone: Ctrl-T ends it")
    console.machine.send("p\x1b[A\x03\xe4")
    console.until("<a4>")
    assert terminal.lines()[:5] == ["first", "", "    third", "", "<1b><5b><41><03><c3><a4>"]
    assert terminal.colour(0, 0) == "red" and terminal.colour(2, 4) == "default"
    assert terminal.screen.mode >= MOUSE
    console.machine.send("q")
    console.until("<52>")
    assert terminal.lines()[4].endswith("<1b><5b><35><3b><32><35><52>")
    terminal.resize(60, 20)
    console.machine.send("p!")
    console.until("<21>")
    assert terminal.text() == "first\n\n    third\n\n<21>"
    terminal.resize(100, 24)
    console.machine.send(KEY)
    console.until("input goes to 'paint'")
    console.until("tick")
    assert not terminal.screen.mode & MOUSE
    ticks = console.ticks()
    assert ticks == list(range(ticks[0], ticks[0] + len(ticks)))
    assert "lost" not in console.all


def test_raw_view_in_a_flood(console):
    """SYS319: what does not fit into the console's memory meanwhile is told in number: every line of a
    flood is shown or counted."""
    console.select("paint")
    console.machine.send(f"{KEY}r")
    console.until("alone: Ctrl-T ends it")
    console.all = ""
    console.machine.send("f")
    console.until("flooded")
    console.machine.send(KEY)
    console.until("and are lost")
    console.machine.send(KEY + KEY)
    console.until("input goes to")
    shown = re.findall(r"^flood *\| line (\d+) of a flood that ends$", console.all, re.M)
    assert [int(number) for number in shown[:10]] == list(range(10))
    lost = sum(map(int, re.findall(r"(\d+) lines (?:of other cells did not fit|lost)", console.all)))
    assert FLOOD <= len(shown) + lost < FLOOD + 1000


def test_endless_writer_and_missing_selection():
    """SYS327: of a cell that writes more than the line takes it is told, too, that it was started again;
    a cell to select that is not there is named."""
    with open(f"{TOP}/test/products/console.dts", encoding="utf-8") as file:
        text = file.read()
    for old, new in ("priority = <200>;", "priority = <75>;"), ("select=sum", "select=nobody"), \
            ('args = "line";', 'args = "endless";'):
        text = text.replace(old, new, 1)
    path = f"{OUT}/test-console-endless.dts"
    write_if_changed(path, text)
    out = build("vexpress-a9", "console-endless", "test-console_defconfig", f'CONFIG_SYSTEM_DTS="{path}"')
    with Machine(out) as machine:
        machine.until("there is no cell 'nobody' to select")
        machine.until("input goes to 'sum'")
        machine.send(f"{KEY}2{KEY}S")
        machine.until("'ends' is started again")
        text = machine.until("ends   | [started again]")
        assert text.count("of no end") < 100
        machine.until("of no end")


@pytest.mark.parametrize("board", BOARDS)
def test_unknown_port(board):
    """SYS320: a console whose serial port no driver knows gives up, and says which port and what it is."""
    with open(f"{TOP}/test/products/console.dts", encoding="utf-8") as file:
        text = file.read()
    text = text.replace('\t\tends: ends {', """\t\tsecond: second {
			image = "console";
			memory = <0x18000>;
			priority = <100>;
			devices = <&uart1>;
			console = <&console>;
		};

		ends: ends {""") + '\n&uart1 {\n\tcompatible = "acme,uart-3";\n};\n'
    path = f"{OUT}/test-console-unknown.dts"
    write_if_changed(path, text)
    out = build(board, "console-unknown", "test-console_defconfig", f'CONFIG_SYSTEM_DTS="{path}"')
    with Machine(out) as machine:
        machine.until("second | panic: no driver for 'uart1', which is \"acme,uart-3\"")
