# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Names for addresses: symbols of ELF files and paths of the counting plugin."""

import bisect
import os
import subprocess

PREFIX = os.environ.get("CROSS_COMPILE") or "arm-none-eabi-"


class BenchError(Exception):
    """An error that the user must know of and can cure."""


def command(arguments, what, **options):
    """Run a command; returns its output, or raises a BenchError that says what failed."""
    try:
        done = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, **options)
    except FileNotFoundError as error:
        raise BenchError(f"{arguments[0]} is missing: make setup") from error
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{what}: not finished after {error.timeout} s") from error
    if done.returncode:
        raise BenchError(f"{what} failed:\n{done.stdout}")
    return done.stdout


def read_nm(elf):
    """Output of nm for an ELF file, sorted by address."""
    return command([PREFIX + "nm", "-n", elf], f"reading the symbols of {elf}")


def parse_nm(text):
    """(address, type, name) of each line of nm, without mapping symbols."""
    for line in text.splitlines():
        words = line.split()
        if len(words) == 3 and not words[2].startswith("$"):
            yield int(words[0], 16), words[1], words[2]


def addresses(elf):
    """{name: address} of an ELF file."""
    return {name: address for address, _, name in parse_nm(read_nm(elf))}


def plain(name):
    """A function's name without the compiler's suffixes."""
    return name.split(".")[0]


class Functions:
    """Finds the function of the microvisor that an address lies in."""

    def __init__(self, nm):
        found = [(address, plain(name)) for address, kind, name in parse_nm(nm) if kind in "tT"]
        self.starts = [address for address, _ in found]
        self.names = [name for _, name in found]

    def find(self, address):
        """Name of the function at an address; code before the MMU is on has none."""
        index = bisect.bisect_right(self.starts, address) - 1
        return self.names[index] if index >= 0 else "(physical)"

    def follow(self, path):
        """[(function, instructions)] of a path of the plugin, in its order."""
        result = []
        for start, count in path:
            for address in range(start, start + count * 4, 4):
                name = self.find(address)
                if result and result[-1][0] == name:
                    result[-1][1] += 1
                else:
                    result.append([name, 1])
        return [tuple(item) for item in result]


def totals(steps):
    """[(name, instructions)] summed up by name, most first."""
    result = {}
    for name, count in steps:
        result[name] = result.get(name, 0) + count
    return sorted(result.items(), key=lambda item: (-item[1], item[0]))


def unfold(path):
    """Each address of a path, in its order."""
    for start, count in path:
        yield from range(start, start + count * 4, 4)


def source_functions(elf, path):
    """[(source function, instructions)] of a path, most first.

    Unlike symbols these see through inlining: the innermost function counts.
    """
    unique = sorted(set(unfold(path)))
    text = command([PREFIX + "addr2line", "-f", "-e", elf, *(hex(address) for address in unique)],
                   f"reading the debug information of {elf}").splitlines()
    names = dict(zip(unique, text[0::2]))
    lines = dict(zip(unique, text[1::2]))
    unknown = Functions(read_nm(elf))
    return totals((names[address] if names[address] != "??" else unknown.find(address), 1)
                  if lines[address] else ("??", 1) for address in unfold(path))
