# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""The QEMU command that runs the native kernel on a board.

Used by build.py, and by tests and benchmarks that add arguments of their own.
"""

import os

from say import Failure

# Board as in configs/, which is QEMU's name too; its device tree in the kernel's folder.
BOARDS = {"vexpress-a9": "vexpress-v2p-ca9.dtb", "realview-pb-a8": "arm-realview-pba8.dtb"}
MEMORY = "256M"
MAX_TEXT = 900  # of the 1024 of a command line


def command(board, kernel, initramfs, text="", more=(), disk=None):
    """The command as a list: the folders of kernel and initramfs, a command for the
    shell in Linux (none: a shell on the serial line), more arguments for QEMU, the
    image of a disk to take the root file system from."""
    append = "console=ttyAMA0 quiet"
    if disk:
        append += " root=/dev/mmcblk0"
        more = ["-drive", f"if=sd,format=raw,file={disk}", *more]
    if text:
        append += f" -- {quoted(text)}"
    # The sound chip of these boards: see scripts/build/run.mk.
    return [os.environ.get("QEMU") or "qemu-system-arm", "-M", board, "-m", MEMORY,
            "-audiodev", "none,id=mute", "-global", "pl041.audiodev=mute", "-nographic", "-no-reboot",
            "-kernel", f"{kernel}/zImage", "-dtb", f"{kernel}/{BOARDS[board]}",
            "-initrd", f"{initramfs}/initramfs.cpio.gz", "-append", append, *more]


def quoted(text):
    """The text as one argument of init: the kernel knows double quotes and no escape."""
    if '"' in text or len(text) > MAX_TEXT:
        raise Failure(f"The command for Linux has a double quote or more than {MAX_TEXT} letters, "
                      "which the kernel's command line cannot pass on. Cure: single quotes, a script")
    return f'"{text}"'
