# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""A copy of the source tree that tests of the build may change."""

import os
import re
import shutil
import subprocess
import sys

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, f"{TOP}/scripts/check")
import lint  # the path must be set first

STEP = re.compile(r"^  ([A-Z]+)\s+(\S+)$", re.M)


class Tree:
    """A source tree with its output folder."""

    def __init__(self, path, out="build"):
        self.path = str(path)
        self.out = out

    def run(self, *command, status=0, env=None, stdin=subprocess.DEVNULL):
        """Run a command in the tree; return all it printed."""
        environment = {key: value for key, value in os.environ.items()
                       if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "O", "SEED", "T")}
        environment.update(env or {})
        done = subprocess.run(command, cwd=self.path, stdin=stdin, env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        assert status is None or (done.returncode != 0) == bool(status), done.stdout
        return done.stdout

    def make(self, *arguments, status=0, env=None):
        """Run make; `status` says whether it should fail."""
        return self.run("make", f"O={self.out}", *arguments, status=status, env=env)

    def steps(self, *arguments):
        """Run make; return what it did as a set of (word, file)."""
        return set(STEP.findall(self.make("-j2", *arguments)))

    def file(self, name):
        """Absolute path of a file of the tree."""
        return os.path.join(self.path, name)

    def read(self, name):
        """Content of a file of the tree."""
        with open(self.file(name), encoding="utf-8") as file:
            return file.read()

    def write(self, name, text):
        """Replace the content of a file of the tree."""
        os.makedirs(os.path.dirname(self.file(name)), exist_ok=True)
        with open(self.file(name), "w", encoding="utf-8") as file:
            file.write(text)

    def configure(self, **values):
        """Change lines of .config by hand."""
        text = self.read(f"{self.out}/.config")
        for name, value in values.items():
            line = f"CONFIG_{name}={value}" if value != "n" else f"# CONFIG_{name} is not set"
            text, found = re.subn(rf"^(# )?CONFIG_{name}[= ].*$", line, text, flags=re.M)
            if not found:
                text += line + "\n"
        self.write(f"{self.out}/.config", text)


def copy_tree(destination):
    """Copy the files that git knows and commit them, so that the id is the same."""
    here = os.getcwd()
    os.chdir(TOP)
    names = lint.known_files()
    os.chdir(here)
    for name in names:
        source = os.path.join(TOP, name)
        if name and os.path.isfile(source):
            target = os.path.join(destination, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copy2(source, target)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    dates = {"GIT_AUTHOR_DATE": "2026-01-01T00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00Z"}
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "copy"]):
        subprocess.run(git + command, cwd=destination, check=True, env={**os.environ, **dates})
    return Tree(destination)


def clean(tree):
    """Undo what a test has changed in the sources."""
    tree.run("git", "checkout", "-q", ".")
    tree.run("git", "clean", "-q", "-f", "-d", "-e", "build")
