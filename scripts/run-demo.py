# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Run the demo in QEMU without a terminal, until its verdict.

Called by `make demo` as `run-demo.py OUT QEMU-COMMAND...`. Prints all output;
the exit status is 0 if the demo prints `demo: PASS` within the time limit.
"""

import signal
import sys

import pexpect
from pexpect.popen_spawn import PopenSpawn

LIMIT = 120


def main():
    out, command = sys.argv[1], sys.argv[2:]
    print(f"No terminal: running {out}/system.elf until its verdict, at most {LIMIT} s.", flush=True)
    # Over pipes: some containers have no pseudo-terminals.
    child = PopenSpawn(command, encoding="utf-8", codec_errors="replace", timeout=LIMIT)
    child.logfile_read = sys.stdout
    found = child.expect([r"demo: PASS[^\n]*\n", r"demo: FAIL[^\n]*\n", pexpect.EOF, pexpect.TIMEOUT])
    child.kill(signal.SIGTERM)
    child.wait()
    sys.stdout.flush()
    verdict = ["the demo passed", "the demo failed", "QEMU ended before the verdict",
               f"no verdict after {LIMIT} s"][found]
    print(f"\n{verdict}.")
    sys.exit(0 if found == 0 else 1)


if __name__ == "__main__":
    main()
