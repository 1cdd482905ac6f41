# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The kernel of docs/guests.md, followed to the letter in a copy of the tree."""

import re

import pexpect

GUIDE = "docs/guests.md"
FILE = re.compile(r"^`([\w/.-]+)`:\n\n```\w+\n(.*?)```", re.M | re.S)


def test_mak053_kernel_of_the_guide_runs(pristine):
    """MAK053: the guide's kernel builds, and its user program does what the guide says."""
    guide = pristine.read(GUIDE)
    files = dict(FILE.findall(guide))
    assert set(files) == {"guests/kernel/main.c", "guests/kernel/user.S", "guests/kernel/Makefile",
                          "guests/kernel/Kconfig", "dts/products/kernel.dts",
                          "configs/kernel_defconfig"}
    for name, text in files.items():
        pristine.write(name, text)
    line = re.search(r"One line more in `guests/Makefile`:\n\n```make\n(.*?)```", guide, re.S)[1]
    pristine.write("guests/Makefile", pristine.read("guests/Makefile") + line)
    pristine.make("kernel_defconfig")
    pristine.make("-j2")
    command = pristine.make("-s", "print-qemu").splitlines()[-1]
    child = pexpect.spawn("/bin/sh", ["-c", "exec " + command], cwd=pristine.path,
                          encoding="utf-8", codec_errors="replace", timeout=900)
    try:
        for said in re.findall(r"^    (kernel \| .*)$", guide, re.M):
            child.expect_exact(said + "\r")
    finally:
        child.close(force=True)
