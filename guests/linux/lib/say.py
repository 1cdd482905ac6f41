# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Messages, progress and commands of guests/linux/build.py.

Everything for people goes to standard error, so that standard output is the
result alone and can be used in scripts. Used by all files of this folder.
"""

import os
import re
import subprocess
import sys
import time

# Lines of the kernel's build that stand for one file made.
MADE = re.compile(r"^  (CC|AS|LD|AR|HOSTCC|HOSTLD|DTC|GEN|LDS|OBJCOPY)\s")
SHOWN_LINES = 30
EVERY = 100  # files between two lines of progress without a terminal


class Failure(Exception):
    """What went wrong, where, and the cure; ends the program with status 1."""


def phase(word, text):
    """One line that says what begins, in the form of the build's others."""
    print(f"  {word:<7} {text}", file=sys.stderr, flush=True)


def note(text):
    """A remark that is no error."""
    print(f"build.py: {text}", file=sys.stderr, flush=True)


class Progress:
    """Counts files; rewrites one line on a terminal, adds some lines elsewhere."""

    def __init__(self, text):
        self.text, self.count, self.start = text, 0, time.time()
        self.terminal = sys.stderr.isatty()
        phase("CC", f"{text} ...")

    def line(self, line):
        """Take note of a line of the kernel's build."""
        if not MADE.match(line):
            return
        self.count += 1
        if self.terminal:
            self.show("\r", "")
        elif self.count % EVERY == 0:
            self.show("", "\n")

    def show(self, before, after):
        """How far it is."""
        print(f"{before}  CC      {self.text}: {self.count} files, "
              f"{time.time() - self.start:.0f} s", end=after, file=sys.stderr, flush=True)

    def end(self):
        """The final count."""
        self.show("\r" if self.terminal else "", "\n")


def environment(**more):
    """What a command sees of the environment: nothing that changes what is built."""
    keep = ("PATH", "HOME", "TMPDIR", "USER", "http_proxy", "https_proxy", "no_proxy")
    return {name: os.environ[name] for name in keep if name in os.environ} | \
        {"LC_ALL": "C", "TZ": "UTC"} | more


def run(command, fds=(), env=None, **options):
    """Run a command; return what it printed. Its failure is a Failure with its last lines."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="surrogateescape",
                              env=env or environment(), pass_fds=fds, check=False, **options)
    except FileNotFoundError as error:
        raise Failure(f"{error.filename} is not there. Cure: make setup") from error
    if done.returncode:
        raise Failure(f"`{' '.join(command)}` failed with status {done.returncode}:\n"
                      + last_lines(done.stdout))
    return done.stdout


def last_lines(text):
    """The end of an output, indented."""
    return "\n".join("    " + line for line in text.splitlines()[-SHOWN_LINES:])


def follow(command, log, progress, fds=(), env=None):
    """Run a long command into a log file and count its files; return its warnings."""
    lines = []
    with open(log, "w", encoding="utf-8", errors="replace") as file, subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", env=env or environment(), pass_fds=fds) as process:
        for line in process.stdout:
            file.write(line)
            lines.append(line)
            progress.line(line)
    progress.end()
    if process.returncode:
        # What failed comes first, and the makes that give up come behind it.
        wrong = [line for line in lines if not MADE.match(line)]
        raise Failure(f"`{' '.join(command)}` failed with status {process.returncode}:\n"
                      + last_lines("".join(wrong)) + f"\nAll of it: {log}")
    return [line.rstrip() for line in lines if "warning:" in line]
