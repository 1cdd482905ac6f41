# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Runs a script of guests/linux/tests in Linux, natively or in a cell, and waits for its end.

One instruction is one nanosecond of virtual time, so that a run repeats itself as long
as it gets the same input at the same time. Used by linux_selftests.py and
test/linux/test_selftests.py.
"""

import os
import re
import subprocess
import sys

import pexpect
from pexpect.popen_spawn import PopenSpawn

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DETERMINISTIC = "-icount shift=0,sleep=off -rtc base=2026-01-01,clock=vm -seed 1"
MEMORY = "128M"  # as much as in test/products/selftests.dts
READY = "commands in /bin; `exit`"
SHOWN_LINES = 30


class RunError(Exception):
    """A failure, with its cure."""


def printed(*command):
    """The last line that a command prints; its other output goes to the terminal."""
    environment = {key: value for key, value in os.environ.items()
                   if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "O", "T", "SAVE")}
    done = subprocess.run(command, cwd=TOP, text=True, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise RunError(f"`{' '.join(command)}` failed, see above\n{done.stdout}")
    return done.stdout.splitlines()[-1]


def native_command(board, tree=None):
    """How QEMU runs the native kernel with the tests."""
    more = ["--tree", tree] if tree else []
    return printed(sys.executable, "guests/linux/build.py", "run-native", board, "--tests", "--print",
                   f"--qemu-args=-m {MEMORY} {DETERMINISTIC}", *more)


def cell_command(out):
    """How QEMU runs the product of an output folder."""
    return printed("make", "-s", f"O={out}", f"QEMU_ARGS={DETERMINISTIC}", "print-qemu")


def run(command, line, log, limit):
    """What Linux prints from a line for its shell on until `NAME: done`, NAME being that of
    the script; also written to a file. The limit is in seconds of this machine."""
    end = re.match(r"/tests/(\w+)", line)[1].replace("selftests", "selftest") + ": done"
    # Over pipes: some containers have no pseudo-terminals.
    child = PopenSpawn(["/bin/sh", "-c", "exec " + command], cwd=TOP, encoding="utf-8",
                       codec_errors="replace", timeout=limit)
    with open(log, "w", encoding="utf-8") as file:
        child.logfile_read = file
        try:
            child.expect_exact(READY)
            child.expect_exact("# ")
            child.send(line + "\r")
            child.expect_exact(end)
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            tail = "\n".join(child.before.splitlines()[-SHOWN_LINES:])
            raise RunError(f"'{end}' did not come within {limit} s; see {log}. Its end:\n{tail}") \
                from error
        finally:
            child.proc.kill()
            child.proc.wait()
    return plain(child.before)


def plain(text):
    """The text without the console cell's prefix of each line, with plain line ends."""
    return re.sub(r"^\w+ *\| ?", "", text.replace("\r", ""), flags=re.M)


def run_all(commands, line, logs, limit):
    """{side: text} of a script on each side of {side: command of QEMU}."""
    os.makedirs(logs, exist_ok=True)
    name = re.sub(r"\W+", "-", line).strip("-")
    texts = {}
    for side, command in commands.items():
        print(f"{line}: {side} ...", flush=True)
        texts[side] = run(command, line, f"{logs}/{name}-{side}.log", limit)
    return texts


def table(path):
    """[fields] of each line of a table of guests/linux/tests."""
    with open(f"{TOP}/guests/linux/tests/{path}", encoding="utf-8") as file:
        return [[field.strip() for field in line.split("|")] for line in file
                if line.strip() and not line.startswith("#")]
