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
import threading
import time

# Lines of the kernel's build that stand for one file made.
MADE = re.compile(r"^  (CC|AS|LD|AR|HOSTCC|HOSTLD|DTC|GEN|LDS|OBJCOPY)\s")
SHOWN_LINES = 30
EVERY = 20  # seconds between two lines of progress without a terminal


class Failure(Exception):
    """What went wrong, where, and the cure; ends the program with status 1."""


def phase(word, text):
    """One line that says what begins, in the form of the build's others."""
    print(f"  {word:<7} {text}", file=sys.stderr, flush=True)
    Going.phase = f"{word:<7} {text}"


def note(text):
    """A remark that is no error."""
    print(f"build.py: {text}", file=sys.stderr, flush=True)


class Going:
    """Says during a block that what began last goes on: each second on a terminal, where one
    line is rewritten, each EVERY seconds elsewhere."""

    phase = ""

    def __init__(self):
        self.start, self.terminal, self.shown = time.monotonic(), sys.stderr.isatty(), False
        self.ended = threading.Event()
        self.clock = threading.Thread(target=self.tick, daemon=True)

    def __enter__(self):
        self.clock.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.clock.join()
        if self.shown and self.terminal:
            print(file=sys.stderr, flush=True)

    def tick(self):
        """Say so until the end."""
        while not self.ended.wait(1 if self.terminal else EVERY):
            self.show()

    def state(self):
        """What goes on."""
        return f"{self.phase}:"

    def show(self):
        """What goes on, and for how long; nothing of what began without a word."""
        if self.phase:
            before, after = ("\r", "") if self.terminal else ("", "\n")
            print(f"{before}  {self.state()} {time.monotonic() - self.start:.0f} s", end=after,
                  file=sys.stderr, flush=True)
            self.shown = True


class Progress(Going):
    """The same for a compilation, whose files are counted."""

    def __init__(self, text):
        super().__init__()
        self.count = 0
        phase("CC", f"{text} ...")
        self.phase = f"{'CC':<7} {text}"

    def __exit__(self, *_):
        self.show()
        super().__exit__()

    def state(self):
        """How far it is."""
        return f"{self.phase}: {self.count} files,"

    def line(self, line):
        """Take note of a line of the kernel's build."""
        if MADE.match(line):
            self.count += 1


def environment(**more):
    """What a command sees of the environment: nothing that changes what is built."""
    keep = ("PATH", "HOME", "TMPDIR", "USER", "http_proxy", "https_proxy", "no_proxy")
    return {name: os.environ[name] for name in keep if name in os.environ} | \
        {"LC_ALL": "C", "TZ": "UTC"} | more


def run(command, fds=(), env=None, **options):
    """Run a command; return what it printed. Its failure is a Failure with its last lines."""
    try:
        with Going():
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
    with open(log, "w", encoding="utf-8", errors="replace") as file, progress, subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", env=env or environment(), pass_fds=fds) as process:
        for line in process.stdout:
            file.write(line)
            lines.append(line)
            progress.line(line)
    if process.returncode:
        # What failed comes first, and the makes that give up come behind it.
        wrong = [line for line in lines if not MADE.match(line)]
        raise Failure(f"`{' '.join(command)}` failed with status {process.returncode}:\n"
                      + last_lines("".join(wrong)) + f"\nAll of it: {log}")
    return [line.rstrip() for line in lines if "warning:" in line]
