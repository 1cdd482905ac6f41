# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Products with one Linux among other cells, and how tests talk to all of them."""

import os
import re
import sys

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, f"{TOP}/test/system")
from machine import OUT, TIMEOUT, build, defconfig_path, write_if_changed  # the path must be set first

BOOTED = "commands in /bin; `exit`"
CHOOSE = "\x14"  # Ctrl-T and a number, of the console cell
BAD = re.compile(r"WARNING:|BUG:|Oops|Internal error|Call trace|PANIC|panic|lines lost")


def changed_product(name, replacements):
    """A copy of a product's description with other text in places; its path."""
    with open(defconfig_path(f"{name}_defconfig"), encoding="utf-8") as file:
        source = re.search(r'^CONFIG_SYSTEM_DTS="(.*)"$', file.read(), re.M)[1]
    with open(f"{TOP}/{source}", encoding="utf-8") as file:
        text = file.read()
    for old, new in replacements.items():
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {source}"
        text = text.replace(old, new)
    tag = "-".join(re.sub(r"\W+", "", new)[:20] for new in replacements.values())
    path = os.path.abspath(f"{OUT}/linux-products/{name}-{tag}.dts")
    write_if_changed(path, text)
    return path


def product(board, name, changes="", replacements=None):
    """The folder of a built product, perhaps with another configuration or description."""
    if replacements:
        changes += f' CONFIG_SYSTEM_DTS="{changed_product(name, replacements)}"'
    return build(board, name + ("-changed" if replacements else ""), f"{name}_defconfig", changes)


def system_text(out):
    """What `make show-system` would print of a built product."""
    with open(f"{out}/system/system.txt", encoding="utf-8") as file:
        return file.read()


class Shells:
    """Cells in QEMU that share a console; input goes to one of them at a time."""

    def __init__(self, machine, names, to):
        self.machine = machine
        self.names = names  # in the order in which the console knows them
        self.to = to
        self.nr = 0  # of commands

    def booted(self, *cells):
        """All that comes until these cells, by default all, have come to their shells."""
        text = ""
        while not all(re.search(rf"^{cell} *\| .*{BOOTED}", text, re.M) for cell in cells or self.names):
            text += self.machine.until(BOOTED, timeout=TIMEOUT)
        return text

    def switch(self, cell):
        """Input goes to this cell."""
        if self.to != cell:
            self.machine.send(f"{CHOOSE}{self.names.index(cell) + 1}")
            self.machine.until(f"input goes to '{cell}'")
            self.to = cell

    def do_in(self, cell, command):
        """The lines that a command in this cell's shell prints, and its status.

        The console shows a line again when another cell's came in between, even
        after it was read here: so every command has an end of its own, which its
        echo does not have in one piece, and lines of other cells are left out.
        """
        self.switch(cell)
        self.nr += 1
        self.machine.send(f"{command}; echo DO\\NE{self.nr}:$?.\r")
        text = ""
        while not (end := re.search(rf"^{cell} *\| .*(DONE{self.nr}:(\d+)\.)", text, re.M)):
            text += self.machine.until(".", timeout=TIMEOUT)
        lines = re.findall(rf"^{cell} *\| (.*)", text, re.M)
        lines[-1] = lines[-1].removesuffix(end.group(1))
        while lines and end.group(1).startswith(lines[-1]):
            lines.pop()
        return lines, int(end.group(2))

    def value_in(self, cell, command):
        """The last line that a command in this cell prints, which must have ended well."""
        lines, status = self.do_in(cell, command)
        assert status == 0, lines
        return lines[-1]


class Cells(Shells):
    """A product in QEMU whose console has chosen `linux`."""

    def __init__(self, machine, out):
        super().__init__(machine, re.findall(r"^  console:(\S+) ", system_text(out), re.M), "linux")

    def boot(self):
        """Wait for the shell of Linux; all that was printed."""
        return self.booted("linux")

    def do(self, command):
        """What a command in Linux's shell prints, and its status."""
        lines, status = self.do_in("linux", command)
        return "\n".join(lines), status

    def value(self, command):
        """The last line that a command prints, which must have ended well."""
        return self.value_in("linux", command)

    def order(self, cell, command, answer):
        """Type a line to a cell; all up to a line of it with this answer (a pattern)."""
        self.switch(cell)
        self.machine.send(f"{command}\r")
        text = ""
        while not re.search(rf"^{cell} *\| .*{answer}.*\n", text, re.M):
            text += self.machine.until("\n", timeout=TIMEOUT)
        return text
