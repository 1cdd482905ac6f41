# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Debian for ARM as a card: a root file system that is not ours.

debian/make-card has debootstrap make it. Its first process is sysvinit, because systemd wants
a larger kernel. Packages are those that the mirror of this machine has at the time. Used by build.py.
"""

import os
import shutil

import cache
from say import Failure, phase, run

IMAGE = "debian.img"
SUITE = "bookworm"
PACKAGES = "sysvinit-core,sysv-rc,insserv,initscripts,procps,e2fsprogs"
SIZE = "256M"  # QEMU's cards have a size of a power of two


def inputs():
    """All that decides what the card is, except for the packages."""
    return [("suite", SUITE), *cache.folder_sums(f"{cache.HERE}/debian", "debian"), *cache.script_sums("debian.py")]


def build():
    """The card in the cache, made if it is not there; its folder."""
    def make(folder, lock):
        if os.getuid():
            raise Failure("Only root can make a Debian: its programs run here, and its files have many owners. "
                          "Cure: sudo, with MULLION_CACHE for the cache of whom it is for")
        phase("DEBIAN", f"{IMAGE}: {SUITE} for armhf")
        run(["unshare", "--mount", f"{cache.HERE}/debian/make-card", mirror(), SUITE, PACKAGES,
             f"{folder}/root", f"{folder}/{IMAGE}", SIZE], (lock,))
        shutil.rmtree(f"{folder}/root")
    return cache.product("debian", inputs(), make)


def mirror():
    """Where this machine's apt has this Debian from."""
    found = run(["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages",
                 f"Codename: {SUITE}"]).split()
    if not found:
        raise Failure(f"apt knows no mirror of Debian {SUITE}. Cure: a line for it in /etc/apt/sources.list, "
                      "and apt-get update")
    return found[0]


def copy(path):
    """A card of one's own that is written to, which is not there yet; its path."""
    if os.path.exists(path):
        raise Failure(f"{path} is there already, and left as it is. Cure: another name, or remove it")
    run(["cp", "--sparse=always", f"{build()}/{IMAGE}", path])
    return path
