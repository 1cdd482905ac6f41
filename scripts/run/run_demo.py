# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Run the demo in QEMU: for a person at a terminal, or until its verdict.

Called by `make demo` as `run_demo.py OUT QEMU-COMMAND...`. At a terminal, what runs and what
to try come on one screen when both Linux guests are up and quiet. Without one the
exit status is 0 if the demo passed within the time limit: the demo with Linux if every
step of demo_tour.py did, the one of native cells if it prints `demo: PASS`.

QEMU's clock counts instructions, 4 ns each, which is a processor of 250 MHz. So how late
the real-time task is while others work is about Mullion, however busy this machine is; when all cells
sleep, this machine wakes QEMU up, and is late itself.
"""

import os
import pty
import select
import signal
import sys
import termios
import tty

import pexpect
from pexpect.popen_spawn import PopenSpawn

import demo_tour

LIMIT = 900  # seconds: of a hung machine, however busy the host is
QUIET = 2  # seconds without a line: both Linux guests are at their prompts
CLOCK = ["-icount", "shift=2"]
LEAVE = "Running in QEMU. To leave: press Ctrl-A, then X."


def has_linux(out):
    """Whether the product runs Linux."""
    if not os.path.exists(f"{out}/.config"):
        return False
    with open(f"{out}/.config", encoding="utf-8") as file:
        return "CONFIG_GUEST_LINUX=y" in file.read()


def native_verdict(child):
    """What the monitor says."""
    found = child.expect([r"demo: PASS[^\n]*\n", r"demo: FAIL[^\n]*\n", pexpect.EOF, pexpect.TIMEOUT])
    return ["", "the demo failed", "QEMU ended before the verdict",
            f"no verdict after {LIMIT} s"][found]


def tour_verdict(child):
    """What the tour finds."""
    tour = demo_tour.Tour(child)
    try:
        tour.run()
    except pexpect.EOF:
        return "QEMU ended before the end of the tour"
    except pexpect.TIMEOUT:
        return "the last answer did not come in time"
    return ""


class Screen:
    """Looks for both shells in what QEMU prints; tells what to try once they have become quiet."""

    def __init__(self):
        self.seen, self.left = b"", 2

    def look(self, data):
        """More of what QEMU prints."""
        self.seen = (self.seen + data)[-4096:]
        while self.left and demo_tour.SHELL.encode() in self.seen:
            self.left -= 1
            self.seen = self.seen.partition(demo_tour.SHELL.encode())[2]

    def patience(self):
        """Seconds without a line after which quiet() is to be called; None: not yet, or not any more."""
        return QUIET if self.left == 0 else None

    def quiet(self):
        """What to put out now: nothing comes after it."""
        self.left = None
        return demo_tour.screen().replace("\n", "\r\n").encode()


def read_some(source):
    """Some bytes from a terminal; nothing at its end."""
    try:
        return os.read(source, 1 << 16)
    except OSError:  # so does a terminal end whose other side is gone
        return b""


def connect(qemu):
    """Pass on keys and output until QEMU ends. Keys wait until QEMU takes them; output never does."""
    screen, typed, keyboard = Screen(), b"", [0]
    os.set_blocking(qemu, False)
    while True:
        readable, writable, _ = select.select(
            [qemu] + ([] if typed else keyboard), [qemu] if typed else [], [], screen.patience())
        if not readable and not writable:
            sys.stdout.buffer.write(screen.quiet())
            sys.stdout.flush()
        if writable:
            typed = typed[os.write(qemu, typed):]
        if 0 in readable:
            typed = read_some(0)
            keyboard = keyboard if typed else []
        if qemu in readable:
            data = read_some(qemu)
            if not data:
                return
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
            screen.look(data)


def at_terminal(out, command):
    """Connect the terminal with QEMU until it ends."""
    if not has_linux(out):
        print(LEAVE, flush=True)
        os.execvp(command[0], command)
    print(f"{LEAVE} What to try comes when both Linux guests are up.", flush=True)
    process, qemu = pty.fork()
    if not process:
        os.execvp(command[0], command)
    before = termios.tcgetattr(0)
    tty.setraw(0)
    try:
        connect(qemu)
    finally:
        termios.tcsetattr(0, termios.TCSAFLUSH, before)
        os.close(qemu)
        os.waitpid(process, 0)


def main():
    out, command = sys.argv[1], [*sys.argv[2:], *CLOCK]
    if os.isatty(0) and os.isatty(1):
        at_terminal(out, command)
        return
    print(f"No terminal: running {out}/system.elf until its verdict.", flush=True)
    # Over pipes: some containers have no pseudo-terminals.
    child = PopenSpawn(command, encoding="utf-8", codec_errors="replace", timeout=LIMIT)
    child.logfile_read = sys.stdout
    trouble = tour_verdict(child) if has_linux(out) else native_verdict(child)
    child.kill(signal.SIGTERM)
    child.wait()
    sys.stdout.flush()
    print(f"\n{trouble or 'the demo passed'}.")
    sys.exit(1 if trouble else 0)


if __name__ == "__main__":
    main()
