# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Which commit and which images the published figures are of.

test/bench/figures.json has them for each document. An image is the same, byte for byte, as long as
nothing has changed that a figure can depend on: so whether figures are those of
today's sources is seen without measuring anything. Used by bench.py and bench_linux.py.
"""

import hashlib
import json
import os
import re

import bench_run
from bench_symbols import BenchError, command

RECORD = f"{bench_run.TOP}/test/bench/figures.json"
# What publishing itself changes, and the generated documents that follow from it.
PUBLISHED = ("docs/*benchmarks.*", "docs/linux-switches.svg", "docs/tests.md", "test/bench/*.json", "README.md")
DIGITS = 16


def digest(path):
    """A few digits of the SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:DIGITS]


def changed():
    """Lines about what differs from the last commit, without what publishing changes."""
    return command(["git", "status", "--porcelain", "--", ".", *(f":!{name}" for name in PUBLISHED)],
                   "git status", cwd=bench_run.TOP).splitlines()


def commit():
    """The commit that is measured. All of it must be there, since the figures will name it."""
    lines = changed()
    if lines:
        raise BenchError("figures name the commit that they are of, and these files are in none:\n  "
                         + "\n  ".join(lines) + "\nCommit them first, or leave out SAVE=1")
    return command(["git", "rev-parse", "--short=12", "HEAD"], "git rev-parse", cwd=bench_run.TOP).strip()


def sentence(name):
    """The line that says so in a document."""
    return f"Measured at commit `{name}`."


def named(text):
    """The commit that a document names."""
    found = re.search(sentence("([0-9a-f]{12})"), text)
    return found.group(1) if found else None


def read():
    """{document: {"commit": name, "images": {name: digest}}}."""
    if not os.path.exists(RECORD):
        return {}
    with open(RECORD, encoding="utf-8") as file:
        return json.load(file)


def record(document, name, images):
    """Note of which commit and images the figures of a document are."""
    found = {**read(), document: {"commit": name, "images": dict(sorted(images.items()))}}
    with open(RECORD, "w", encoding="utf-8") as file:
        file.write(json.dumps(found, indent=2, sort_keys=True) + "\n")


def others(document, images):
    """Names of images that are not those of the published figures."""
    known = read().get(document, {}).get("images", {})
    return sorted(name for name in {**known, **images} if known.get(name) != images.get(name))
