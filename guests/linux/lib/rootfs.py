# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""The root file system of guest and native Linux, as an initramfs.

Its files are those of rootfs/, Debian's busybox for armhf and the programs of
user/, linked statically. The archive is written here, in the
kernel's `newc` format, so that nobody needs to be root for its device nodes;
order, owners and times are fixed, so that it is the same wherever it is made.
Used by build.py.
"""

import gzip
import io
import os
import stat

import busybox
import cache
from say import phase, run

COMPILER = "arm-linux-gnueabihf-gcc"
FOLDERS = "bin dev etc mnt proc root run sys tmp usr usr/bin".split()
# name, mode, major and minor number: what init needs before it mounts devtmpfs.
DEVICES = [("dev/console", 0o600, 5, 1), ("dev/null", 0o666, 1, 3)]
LINKS = [("bin/sh", "busybox")]


def inputs():
    """All that decides what the archive is."""
    compiler = run([COMPILER, "--version"]).split("\n")[0]
    return [*busybox.inputs(), ("gcc", compiler), *cache.folder_sums(f"{cache.HERE}/rootfs", "rootfs"),
            *cache.folder_sums(f"{cache.HERE}/user", "user"), *cache.script_sums("rootfs.py")]


def build():
    """The initramfs in the cache, made if it is not there; its folder."""
    def make(folder, lock):
        os.mkdir(f"{folder}/user")
        phase("MAKE", "guests/linux/user")
        run(["make", "-s", "-C", f"{cache.HERE}/user", f"O={folder}/user", f"LINUX_CC={COMPILER}"],
            (lock,))
        phase("CPIO", "initramfs.cpio.gz")
        with open(f"{folder}/initramfs.cpio.gz", "wb") as file:
            file.write(packed(archive(entries(f"{folder}/user"))))
    return cache.product("initramfs", inputs(), make)


def entries(user):
    """[(name, mode, content, device)] of all that is in the archive."""
    found = [(name, stat.S_IFDIR | 0o755, b"", None) for name in FOLDERS]
    found += [(name, stat.S_IFLNK | 0o777, target.encode(), None) for name, target in LINKS]
    found += [(name, stat.S_IFCHR | mode, b"", (major, minor)) for name, mode, major, minor in DEVICES]
    files = [(name, f"{cache.HERE}/{name}") for name, _ in cache.folder_sums(f"{cache.HERE}/rootfs", "rootfs")]
    found += [file_entry(name.partition("/")[2], path) for name, path in files]
    found.append(file_entry("bin/busybox", busybox.program()))
    found += [file_entry(f"bin/{name}", f"{user}/{name}") for name in os.listdir(user)]
    return sorted(found)


def file_entry(name, path):
    """A file with its content; of its mode only `executable` counts."""
    with open(path, "rb") as file:
        content = file.read()
    return name, stat.S_IFREG | (0o755 if os.access(path, os.X_OK) else 0o644), content, None


def archive(found):
    """The entries as a cpio archive in the newc format."""
    out = io.BytesIO()
    for number, (name, mode, content, device) in enumerate([*found, ("TRAILER!!!", 0, b"", None)], 1):
        major, minor = device or (0, 0)
        links = 2 if stat.S_ISDIR(mode) else 1
        # inode, mode, user, group, links, time, size, device, node, length of the name, sum
        fields = (number, mode, 0, 0, links, 0, len(content), 0, 0, major, minor, len(name) + 1, 0)
        out.write(b"070701" + b"".join(b"%08X" % field for field in fields))
        for part in (name.encode() + b"\0", content):
            out.write(part)
            out.write(b"\0" * (-out.tell() % 4))
    return out.getvalue()


def packed(data):
    """The data as gzip writes it, without a name and a time."""
    return gzip.compress(data, 9, mtime=0)
