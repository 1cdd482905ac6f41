# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The size of the microvisor: `make size`.

Text is every read-only section of mullion.elf except the boot-time tables
(section .system), whose size depends on the system description. Source lines are
those of the privileged part without comments and blank lines.
"""

import argparse
import glob
import json
import os
import re
import subprocess
import sys

TEXT_BUDGET = 31 * 1024
LINE_BUDGET = 9800
NOT_TEXT = {".system", ".images"}
SOURCES = ["core/**/*.[chS]", "arch/**/*.[chS]", "drivers/**/*.[chS]", "include/**/*.h"]


def output(*command):
    """Standard output of a command."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def sections(prefix, elf):
    """(name, bytes, read-only, in the file) of each section that is in memory."""
    result = []
    lines = output(prefix + "objdump", "-h", "-w", elf).splitlines()
    for line in lines:
        match = re.match(r"\s*\d+ (\S+)\s+([0-9a-f]{8}) .*?2\*\*\d+\s+(.*)", line)
        if match and "ALLOC" in match.group(3) and int(match.group(2), 16):
            flags = match.group(3)
            result.append((match.group(1), int(match.group(2), 16), "READONLY" in flags,
                           "CONTENTS" in flags))
    return result


def objects(prefix, out, files):
    """Sizes of each object: text with read-only data, data, bss."""
    result = {}
    for line in output(prefix + "size", *files).splitlines()[1:]:
        text, data, bss, _, _, name = line.split(None, 5)
        result[os.path.relpath(name, out)] = [int(text), int(data), int(bss)]
    return result


def code_lines(path):
    """The number of lines with more than comments and white space."""
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), file.read(), flags=re.S)
    text = re.sub(r"//[^\n]*|^\s*@[^\n]*", "", text, flags=re.M)
    return sum(1 for line in text.splitlines() if line.strip())


def count_sources():
    """(lines of C, lines of assembly) of the privileged part."""
    c = asm = 0
    for pattern in SOURCES:
        for path in glob.glob(pattern, recursive=True):
            if path.endswith(".S"):
                asm += code_lines(path)
            else:
                c += code_lines(path)
    return c, asm


def delta(now, before):
    """How a figure changed, as text."""
    return "" if before is None or now == before else f"  ({now - before:+d})"


def report(figures, before):
    """Print all figures; True if they are within the budgets."""
    old = before.get("sections", {})
    print("Sections of mullion.elf:")
    for name, size in figures["sections"].items():
        print(f"  {name:<24}{size:>9}{delta(size, old.get(name))}")
    old = before.get("objects", {})
    print("\nObjects:                      text     data      bss")
    for name, sizes in sorted(figures["objects"].items(), key=lambda item: -item[1][0]):
        change = delta(sizes[0], old.get(name, [None])[0])
        print(f"  {name:<24}{sizes[0]:>9}{sizes[1]:>9}{sizes[2]:>9}{change}")
    text, lines = figures["text"], figures["lines"]
    print(f"\nMicrovisor text  {text:>6} of {TEXT_BUDGET} bytes "
          f"({text * 100 // TEXT_BUDGET} %){delta(text, before.get('text'))}")
    print(f"Source lines     {sum(lines):>6} of {LINE_BUDGET} ({lines[0]} C, {lines[1]} assembly)")
    return text <= TEXT_BUDGET and sum(lines) <= LINE_BUDGET


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prefix", default="arm-none-eabi-")
    parser.add_argument("--out", default="build")
    parser.add_argument("--save", action="store_true", help="keep the figures for comparison")
    parser.add_argument("objects", nargs="+")
    arguments = parser.parse_args()

    found = sections(arguments.prefix, os.path.join(arguments.out, "mullion.elf"))
    figures = {
        "sections": {name: size for name, size, _, _ in found},
        "objects": objects(arguments.prefix, arguments.out, arguments.objects),
        "text": sum(size for name, size, readonly, content in found
                    if readonly and content and name not in NOT_TEXT),
        "lines": count_sources(),
    }
    baseline = os.path.join(arguments.out, "size.json")
    before = {}
    if os.path.exists(baseline):
        with open(baseline, encoding="utf-8") as file:
            before = json.load(file)
    good = report(figures, before)
    if arguments.save:
        with open(baseline, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=1)
        print(f"Saved in {baseline}.")
    if not good:
        sys.exit("size: over budget")


if __name__ == "__main__":
    main()
