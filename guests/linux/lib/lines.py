# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Counts the lines of code that a kernel was compiled of, for `make trusted-lines`.

What the kernel's build leaves beside each object (.NAME.o.cmd) names its source and the headers
that it includes. A line counts if it is neither blank nor comment alone; a file counts once. Used
by kernel.py, as long as the objects are there.
"""

import os
import re

# Programs of the build, and what only unpacks the kernel.
NOT_KERNEL = ("scripts", "tools", "usr", "arch/arm/boot", "arch/arm/vdso")


def code_lines(path):
    """Lines that hold more than comment and white space."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), file.read(), flags=re.S)
    text = re.sub(r"//[^\n]*|^\s*@[^\n]*", "", text, flags=re.M)
    return sum(1 for line in text.splitlines() if line.strip())


def notes(out):
    """The texts beside all objects of the kernel."""
    for top, folders, names in os.walk(out):
        here = os.path.relpath(top, out)
        folders[:] = [name for name in folders if os.path.normpath(f"{here}/{name}") not in NOT_KERNEL]
        for name in names:
            if name.startswith(".") and name.endswith(".o.cmd"):
                with open(f"{top}/{name}", encoding="utf-8") as file:
                    yield file.read()


def count(out):
    """(sources, lines of them, lines of headers) of the objects in a build folder."""
    sources, headers = set(), set()
    for text in notes(out):
        found = re.search(r"^source_\S+ := (\S+)$", text, re.M)
        if not found:
            continue
        sources.add(os.path.normpath(os.path.join(out, found[1])))
        listed = re.search(r"^deps_\S+ := \\\n((?:.*\\\n)*)", text, re.M)
        headers |= {os.path.normpath(os.path.join(out, name))
                    for name in re.findall(r"^ +(\S+\.h) \\$", listed[1] if listed else "", re.M)}
    return (len(sources), sum(map(code_lines, sources)),
            sum(code_lines(name) for name in headers if not name.startswith("/usr/")))
