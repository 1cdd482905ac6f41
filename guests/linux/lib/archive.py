# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""The root file system with tests on top: Linux's own, and stress-ng.

They are a second archive behind the first one, which the kernel unpacks over it, and
are in no other image. Everything is in /tests but stress-ng, in /bin, and its
libraries, in /lib. Used by build.py and image.py.
"""

import os
import stat

import cache
import rootfs
import selftests
import stress
from say import phase

SCRIPTS = ("common.sh", "selftests", "selftests.sh", "stressors", "stress.sh")


def inputs():
    """All that decides what the archive is."""
    scripts = [(f"tests/{name}", cache.file_sum(f"{cache.HERE}/tests/{name}")) for name in SCRIPTS]
    return [*rootfs.inputs(), *selftests.inputs(), *stress.inputs(), *scripts,
            *cache.script_sums("archive.py")]


def build():
    """Its folder in the cache, with `initramfs.cpio.gz` as rootfs.py names it."""
    def make(folder, _):
        base, own, more = rootfs.build(), selftests.build(), stress.fetch()
        phase("CPIO", "initramfs.cpio.gz with tests")
        with open(f"{base}/initramfs.cpio.gz", "rb") as file:
            data = file.read()
        data += bytes(-len(data) % 4)
        with open(f"{folder}/initramfs.cpio.gz", "wb") as file:
            file.write(data + rootfs.packed(rootfs.archive(entries(own, more))))
    return cache.product("tests", inputs(), make)


def entries(own, more):
    """[(name, mode, content, device)] of all that comes on top."""
    files = [(f"tests/{name}", f"{cache.HERE}/tests/{name}") for name in SCRIPTS]
    files += [(f"tests/bin/{name}", f"{own}/bin/{name}") for name in selftests.programs()]
    files += [("bin/stress-ng", f"{more}/bin/stress-ng")]
    files += [(f"lib/{name}", f"{more}/lib/{name}") for name in os.listdir(f"{more}/lib")]
    folders = {"lib"}
    for name, _ in files:
        while name := os.path.dirname(name):
            folders.add(name)
    found = [(name, stat.S_IFDIR | 0o755, b"", None) for name in folders - {"bin"}]
    return sorted(found + [rootfs.file_entry(name, path) for name, path in files])
