# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Run the demo in QEMU: for a person at a terminal, or until its verdict.

Called by `make demo` as `run_demo.py OUT QEMU-COMMAND...`. At a terminal, what runs and what
to try come on one screen when both Linux guests are up. Without one the
exit status is 0 if the demo passed within the time limit: the demo with Linux if every
step of demo_tour.py did, the one of native cells if it prints `demo: PASS`.

QEMU's clock counts instructions, 4 ns each, which is a processor of 250 MHz. So how late
the real-time task is while others work is about Mullion, however busy this machine is; when all cells
sleep, this machine wakes QEMU up, and is late itself.
"""

import os
import signal
import sys

import pexpect
from pexpect.popen_spawn import PopenSpawn

import demo_tour

LIMIT = 120
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
    """Passes on what QEMU prints, and adds what to try once both Linux guests are up."""

    def __init__(self):
        self.seen, self.left = b"", 2

    def __call__(self, data):
        self.seen = (self.seen + data)[-4096:] if self.left else b""
        while self.left and demo_tour.SHELL.encode() in self.seen:
            self.left -= 1
            self.seen = self.seen.partition(demo_tour.SHELL.encode())[2]
            if not self.left:
                return data + demo_tour.screen().replace("\n", "\r\n").encode()
        return data


def at_terminal(out, command):
    """Connect the terminal with QEMU until it ends."""
    if not has_linux(out):
        print(LEAVE, flush=True)
        os.execvp(command[0], command)
    print(f"{LEAVE} What to try comes when both Linux guests are up.", flush=True)
    child = pexpect.spawn(command[0], command[1:])
    child.interact(escape_character=None, output_filter=Screen())
    child.close()


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
