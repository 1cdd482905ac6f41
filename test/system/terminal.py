# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""A terminal at the serial line of a machine: what a person sees of what was read so far.

It answers what programs ask a terminal, as where its cursor is.
"""

import pyte


class Terminal:
    """All that tests read from the machine is drawn here as well."""

    def __init__(self, machine, columns=100, rows=24):
        self.machine = machine
        self.screen = pyte.Screen(columns, rows)
        self.screen.write_process_input = machine.send
        self.stream = pyte.Stream(self.screen)
        machine.child.logfile_read = self

    def write(self, text):
        """What was read, from pexpect."""
        self.stream.feed(text)

    def flush(self):
        """As of a file."""

    def resize(self, columns, rows):
        """As a person who drags the window."""
        self.screen.resize(rows, columns)

    def lines(self):
        """The rows of the screen without what is empty at their ends."""
        return [line.rstrip() for line in self.screen.display]

    def text(self):
        """All rows up to the last that is not empty."""
        return "\n".join(self.lines()).rstrip("\n")

    def colour(self, row, column):
        """Of a character, by name."""
        return self.screen.buffer[row][column].fg
