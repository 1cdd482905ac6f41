# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""How the tests read what a shell says of a command, whatever the console shows beside it."""

import pytest
from shell import Shells

PROMPT = "# \x1b[6n"


class Line:
    """A serial line on which text comes that is known beforehand."""

    def __init__(self, text):
        self.text = text
        self.typed = ""

    def until(self, end, timeout=0):
        """As of a machine; there is no text after the last."""
        del timeout
        found, end, self.text = self.text.partition(end)
        assert end, "no more text"
        return found + end

    def send(self, text):
        """As of a machine."""
        self.typed += text


TEXTS = {
    "plain": "one | # x; echo DO\\NE1:$?.\none | a\none | b.c\none | DONE1:0.\n",
    "reshown end": "one | # x\none | b.c\none | DONE1\ntwo | 1. x\none | DONE1:0.\n",
    "other's line": "one | # x\none | b.c\ntwo | last.\none | DONE1:0.\n",
    "earlier end": f"one | DONE0:0.\none | {PROMPT}x\none | b.c\none | DONE1:0.\n",
    "other's end": f"one | {PROMPT}\ntwo | DONE1:7.\none | {PROMPT}x\none | b.c\none | DONE1:0.\n",
    "no line end": "one | # x\none | b.cDONE1:0.\n",
}


@pytest.mark.parametrize("text", TEXTS)
def test_value(text):
    """LIN171 The last line that a command prints is found, and no other cell's."""
    line = Line(TEXTS[text])
    assert Shells(line, ("one", "two"), "one").value_in("one", "x") == "b.c"
    assert line.typed == "x; echo DO\\NE1:$?.\r"


def test_switched():
    """LIN172 The end of another cell's command that the console shows again is none of the next one."""
    line = Line("one | # x\none | a\none | DONE1:0."
                f"\nconsole | input goes to 'two' (Ctrl-T: another cell)\ntwo | {PROMPT}\none | DONE1:0.\n"
                f"two | {PROMPT}y\ntwo | b\ntwo | DONE2:0.\n")
    shells = Shells(line, ("one", "two"), "one")
    assert shells.value_in("one", "x") == "a"
    assert shells.value_in("two", "y") == "b"
    assert "\x142y; " in line.typed


def test_status():
    """LIN173 A command's status is what it ended with, of any number of digits."""
    assert Shells(Line("one | # x\none | DONE1:127.\n"), ("one",), "one").do_in("one", "x") == (["# x"], 127)


def test_booted():
    """LIN174 Each cell's shell is waited for, though the console shows one's line again."""
    said = "all | 300 commands in /bin; `exit`"
    line = Line(f"one{said[3:]}\ntwo | booting\none{said[3:]}\ntwo{said[3:]}\none | rest")
    assert Shells(line, ("one", "two"), "one").booted().endswith("two | 300 commands in /bin; `exit`")
    line = Line(f"one{said[3:]}\ntwo{said[3:]}")
    assert Shells(line, ("one", "two"), "one").booted("two")
    assert not line.text
