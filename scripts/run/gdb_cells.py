# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Debugger commands for cells; loaded by the file that `make gdb` writes.

All cells are linked at the same addresses, so only one cell's symbols are useful at
a time: whenever the program stops in a cell, that cell's symbols are loaded. The
cell's environment page (struct mv_env) tells which cell it is.
"""

import os
import subprocess

import gdb

ENV_CELL_NAME = 0xEF010008  # MV_ENV_BASE, behind magic and nr_entries
KERNEL_BASE = 0xF0000000
HELP = """Mullion: symbols of the microvisor are loaded. When the program stops in a
cell, the symbols of that cell are loaded too.
  cells                 the cells and their images
  cell NAME             load a cell's symbols now
  cell-break NAME WHERE a breakpoint that stops only in that cell
  break, continue, backtrace, info registers: as always"""


class State:
    """State that the commands share."""
    images = {}  # cell name -> ELF
    loaded = ""  # the ELF whose symbols are loaded


def read_images(folder, blob):
    """Cells and their images, from the compiled system description."""
    def fdtget(*arguments):
        run = subprocess.run(["fdtget", *arguments], capture_output=True, text=True, check=False)
        return run.stdout.split("\n")[:-1]

    images = {}
    for cell in fdtget("-l", blob, "/cells"):
        if fdtget("-d", "", blob, f"/cells/{cell}", "status") == ["disabled"]:
            continue
        for image in fdtget(blob, f"/cells/{cell}", "image"):
            images[cell.split("@")[0]] = symbols_of(os.path.join(folder, image), image)
    return images


def symbols_of(folder, image):
    """The file with the symbols of an image: its ELF, or that of the operating system in it."""
    kernel = os.path.join(folder, "vmlinux")
    return kernel if os.path.exists(kernel) else os.path.join(folder, image + ".elf")


def load(cell):
    """Replace the loaded symbols of a cell by those of another one."""
    elf = State.images.get(cell)
    if not elf or elf == State.loaded or not os.path.exists(elf):
        return
    if State.loaded:
        gdb.execute(f"remove-symbol-file {os.path.abspath(State.loaded)}", to_string=True)
    gdb.execute(f"add-symbol-file {os.path.abspath(elf)}", to_string=True)
    State.loaded = elf
    print(f"[symbols of cell {cell}]")


def current_cell():
    """Name of the cell that is being executed, None in the microvisor or before boot."""
    try:
        if int(gdb.parse_and_eval("(unsigned int)$pc")) >= KERNEL_BASE:
            return None
        name = gdb.selected_inferior().read_memory(ENV_CELL_NAME, 24).tobytes()
        return name.split(b"\0")[0].decode("ascii", "replace")
    except gdb.error:
        return None  # before the first cell runs there is no such page


def on_stop(_):
    """Load the symbols of the cell that the program stopped in."""
    cell = current_cell()
    if cell:
        load(cell)


class CellBreakpoint(gdb.Breakpoint):
    """A breakpoint for one cell, at an address that is valid in all cells."""

    def __init__(self, cell, address):
        super().__init__(f"*{address:#x}")
        self.cell = cell

    def stop(self):
        return current_cell() == self.cell


class Cells(gdb.Command):
    """cells [FOLDER BLOB]: list the cells, or say where they come from."""

    def __init__(self):
        super().__init__("cells", gdb.COMMAND_FILES)

    def invoke(self, argument, from_tty):
        words = gdb.string_to_argv(argument)
        if len(words) == 2:
            State.images = read_images(*words)
            return
        for cell, elf in State.images.items():
            print(f"  {cell:<16} {elf}{'  (loaded)' if elf == State.loaded else ''}")


class Cell(gdb.Command):
    """cell NAME: load the symbols of a cell."""

    def __init__(self):
        super().__init__("cell", gdb.COMMAND_FILES)

    def invoke(self, argument, from_tty):
        if argument not in State.images:
            raise gdb.GdbError(f"no cell '{argument}'; there are: {', '.join(State.images)}")
        load(argument)

    def complete(self, text, word):
        return [name for name in State.images if name.startswith(text)]


class CellBreak(gdb.Command):
    """cell-break NAME WHERE: a breakpoint that stops only in that cell."""

    def __init__(self):
        super().__init__("cell-break", gdb.COMMAND_BREAKPOINTS)

    def invoke(self, argument, from_tty):
        cell, _, where = argument.partition(" ")
        if cell not in State.images or not where:
            raise gdb.GdbError("cell-break CELL FUNCTION, CELL FILE:LINE or CELL *ADDRESS")
        load(cell)
        # By address, since the symbols go when another cell's are loaded. The microvisor has others.
        places = [place for place in gdb.decode_line(where)[1] or () if place.pc < KERNEL_BASE]
        if not places:
            raise gdb.GdbError(f"no '{where}' in cell '{cell}'")
        CellBreakpoint(cell, places[0].pc)


class CellHelp(gdb.Command):
    """cell-help: what these commands do."""

    def __init__(self):
        super().__init__("cell-help", gdb.COMMAND_FILES)

    def invoke(self, argument, from_tty):
        print(HELP)


Cells()
Cell()
CellBreak()
CellHelp()
gdb.events.stop.connect(on_stop)
