# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Counts the lines of code that one cell relies on: `make trusted-lines CELL=notary`.

It counts the files that were really compiled and linked in an output folder: all objects of the
microvisor; of the cell, the cell library and other libraries the objects that the linker took;
and the headers that all these include. A line counts unless it is blank or only a comment; a
header counts once. Relies on the file that the build leaves beside each object (.NAME.cmd), on
the cell's linker map, and for Linux on the counts that guests/linux/build.py makes.
"""

import argparse
import os
import re
import subprocess
import sys

from size import code_lines

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOURCES = (".c", ".S")


class Problem(Exception):
    """Something is missing; with the cure."""


def dependencies(obj):
    """The files that an object was compiled from."""
    path = os.path.join(os.path.dirname(obj), f".{os.path.basename(obj)}.cmd")
    try:
        with open(path, encoding="utf-8") as file:
            found = re.search(r"^deps-\S+ := \\\n((?:\t.*\\\n)*)", file.read(), re.M)
    except FileNotFoundError as error:
        raise Problem(f"there is no {path}. Build first: make") from error
    names = [line.strip(" \t\\") for line in found.group(1).split("\n")] if found else []
    return [name for name in names if name and not name.startswith("$(")]


def linked(elf):
    """(object, archive or None) of all objects that the linker took for an image."""
    path = elf.replace(".elf", ".map")
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError as error:
        raise Problem(f"there is no {path}: is it a native cell of this product?") from error
    members = re.findall(r"^(\S+\.a)\((\S+)\)$", text[:text.index("Memory Configuration")], re.M)
    objects = re.findall(r"^LOAD (\S+\.o)$", text, re.M)
    return [*((name, None) for name in objects), *((member, archive) for archive, member in members)]


def objects_of(folder):
    """{name: path} of the objects below a folder."""
    return {name: os.path.join(top, name) for top, _, names in os.walk(folder) for name in names
            if name.endswith(".o")}


def parts_of_cell(out, cell):
    """{part: objects} of a cell's image; libgcc has no sources here and is left to the compiler."""
    parts = {"cell": [], "cell library": []}
    for name, archive in linked(f"{out}/guests/{cell}/{cell}.elf"):
        if archive is None:
            parts["cell"].append(name)
        elif archive.endswith("libmv.a"):
            parts["cell library"].append(f"{out}/guests/lib/{name}")
        elif not archive.endswith("libgcc.a"):
            folder = os.path.dirname(archive)
            parts.setdefault(f"library {os.path.basename(folder)}", []).append(objects_of(folder)[name])
    return parts


def count(objects, seen):
    """(files, lines of sources, lines of headers), without headers that were counted before."""
    sources, headers = set(), set()
    for obj in objects:
        for name in dependencies(obj):
            (sources if name.endswith(SOURCES) else headers).add(os.path.normpath(name))
    headers = {name for name in headers - seen if name.endswith(".h") and not name.startswith("/usr/")}
    seen |= headers
    return (len(sources), sum(map(code_lines, sorted(sources))), sum(map(code_lines, sorted(headers))))


def linux_lines(tree):
    """(files, sources, headers) as guests/linux/build.py has counted them."""
    done = subprocess.run([sys.executable, f"{TOP}/guests/linux/build.py", "lines",
                           *(["--tree", tree] if tree else [])], text=True, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise Problem("the lines of Linux could not be counted, see above")
    return tuple(map(int, done.stdout.split()))


def table(rows):
    """The rows as text, the first column as wide as it must be."""
    width = max(len(row[0]) for row in rows)
    lines = [f"{'':{width}} {'files':>6} {'sources':>9} {'headers':>9} {'lines':>9}"]
    for name, files, sources, headers in rows:
        lines.append(f"{name:{width}} {files:>6} {sources:>9} {headers:>9} {sources + headers:>9}")
    return "\n".join(lines)


def total(name, rows):
    """A row that is the sum of others."""
    return (name, *(sum(row[column] for row in rows) for column in (1, 2, 3)))


def rows_of(out, cell, kernel):
    """A row for each part that the cell relies on; shared headers count in the first part."""
    seen = set()
    parts = {"microvisor": kernel, "tables of the system": [f"{out}/system/tables.o"],
             **parts_of_cell(out, cell)}
    return [(part if part != "cell" else f"cell {cell}", *count(objects, seen))
            for part, objects in parts.items()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default="build")
    parser.add_argument("--cell", required=True)
    parser.add_argument("--linux", action="store_true", help="count Linux as well, to compare")
    parser.add_argument("--linux-tree", default="", help="where somebody works on Linux, if so")
    parser.add_argument("objects", nargs="+", help="of the microvisor")
    arguments = parser.parse_args()
    try:
        rows = rows_of(arguments.out, arguments.cell, arguments.objects)
        rows.append(total(f"all that '{arguments.cell}' relies on", rows))
        if arguments.linux:
            rows.append(("to compare: Linux", *linux_lines(arguments.linux_tree)))
    except Problem as problem:
        sys.exit(f"trusted-lines: {problem}")
    print("Lines of code, without comments and blank lines; headers once:")
    print(table(rows))


if __name__ == "__main__":
    main()
