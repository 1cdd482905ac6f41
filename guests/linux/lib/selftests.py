# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Linux's own tests, tools/testing/selftests, as static programs for ARM.

The table tests/selftests says which. Only their folder is unpacked, beside what a
kernel is made of, so that no kernel is made anew when the table changes. Their
Makefiles are not used: those build for this machine, or all at once. Used by
archive.py.
"""

import collections
import os
import shutil

import cache
import source
from say import Failure, phase, run

COMPILER = "arm-linux-gnueabihf-gcc"
TABLE = f"{cache.HERE}/tests/selftests"
INCLUDE = f"{cache.HERE}/tests/include"
FOLDERS = ("tools/testing/selftests", "tools/include")
# Warnings are not ours to cure. LTO and the like are not used: these are tests of the kernel.
FLAGS = "-O2 -static -s -pthread -D_GNU_SOURCE -w -Wl,--build-id=none".split()
LIBRARIES = ["-lrt", "-lm"]
COLUMNS = 6

Selftest = collections.namedtuple("Selftest", "name seconds when arguments sources flags")


def table():
    """All tests of the table, in its order."""
    found = []
    with open(TABLE, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            fields = [field.strip() for field in line.split("|")]
            if line.startswith("#") or not line.strip():
                continue
            if len(fields) != COLUMNS or fields[2] not in ("quick", "full"):
                raise Failure(f"guests/linux/tests/selftests:{number} has not the columns that its "
                              "head names. Cure: six columns, the third is `quick` or `full`")
            found.append(Selftest(*fields))
    return found


def programs():
    """{program: (sources, flags)}; several tests may be one program with other arguments."""
    result = {}
    for test in table():
        program = test.name.split()[0]
        made_of = (test.sources.split() or [f"{program}.c"], test.flags.split())
        if result.setdefault(program, made_of) != made_of:
            raise Failure(f"guests/linux/tests/selftests: {test.name} is made of other sources or "
                          f"with other flags than {program} before it. Cure: the same ones")
    return result


def inputs():
    """All that decides what the programs are."""
    compiler = run([COMPILER, "--version"]).split("\n")[0]
    made_of = [(name, " ".join(sources + flags)) for name, (sources, flags) in programs().items()]
    return [("tarball", cache.file_sum(source.tarball())), ("gcc", compiler), *made_of,
            *cache.folder_sums(INCLUDE, "tests/include"), *cache.script_sums("selftests.py")]


def build():
    """The programs in the cache, made if they are not there; their folder."""
    def make(folder, lock):
        phase("UNPACK", f"{os.path.basename(source.tarball())}: {', '.join(FOLDERS)}")
        os.mkdir(f"{folder}/tree")
        run(["tar", "-xf", source.tarball(), "-C", f"{folder}/tree", "--strip-components=1",
             *(f"{source.TOP}/{name}" for name in FOLDERS)], (lock,))
        phase("CC", f"{len(programs())} of Linux's own tests")
        for name, (sources, flags) in programs().items():
            compile_one(folder, name, sources, flags, lock)
        shutil.rmtree(f"{folder}/tree")
    return cache.product("selftests", inputs(), make)


def compile_one(folder, name, sources, flags, lock):
    """One program, linked statically."""
    path = f"{folder}/bin/{name}"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    libraries = ["-lgcc"] if "-nostdlib" in flags else LIBRARIES
    # Sources are looked for from here, so that no path of this machine gets into a program.
    run([COMPILER, *FLAGS, *flags, "-idirafter", INCLUDE, "-o", path, *sources, *libraries], (lock,),
        cwd=f"{folder}/tree/{FOLDERS[0]}")
