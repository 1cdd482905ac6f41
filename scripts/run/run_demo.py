# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Run the demo in QEMU without a terminal, until its verdict.

Called by `make demo` as `run_demo.py OUT QEMU-COMMAND...`. Prints all output;
the exit status is 0 if the demo passed within the time limit: the demo with Linux if
every step of demo_tour.py did, the one of native cells if it prints `demo: PASS`.
"""

import os
import signal
import sys

import pexpect
from pexpect.popen_spawn import PopenSpawn

import demo_tour

LIMIT = 120


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


def main():
    out, command = sys.argv[1], sys.argv[2:]
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
