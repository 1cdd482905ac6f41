# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Debian's stress-ng for ARM with the shared libraries that it needs.

Fetched like busybox, with package lists in the cache. Its dependencies are followed
only as far as they have a library that a program or a library here names: what
libraries of graphics recommend on top is not fetched. Used by archive.py and build.py.
"""

import glob
import os
import re
import shutil

import busybox
import cache
import source
from say import Failure, note, phase, run

PACKAGE = "stress-ng"
PROGRAM = "usr/bin/stress-ng"
READELF = "arm-linux-gnueabihf-readelf"


def sources():
    """All that decides which packages are fetched."""
    return [("package", source.recorded(PACKAGE)), *cache.script_sums("busybox.py", "stress.py")]


def folder():
    """Where they are in the cache, or would be."""
    return cache.product_folder("stress", sources())


def fetch():
    """The folder in the cache with bin/stress-ng, lib/ and `packages`."""
    def make(new, lock):
        phase("FETCH", f"{PACKAGE}:{busybox.ARCHITECTURE} and its libraries")
        for name in ("fetched", "lib", "bin"):
            os.mkdir(f"{new}/{name}")
        packages = Packages(f"{new}/fetched", lock)
        used = collect(packages, new)
        with open(f"{new}/packages", "w", encoding="utf-8") as file:
            file.writelines(f"{name} {packages.version(name)}\n" for name in sorted(used))
        shutil.rmtree(f"{new}/fetched")
    return cache.product("stress", sources(), make)


def inputs():
    """What the archive's key says about it."""
    with open(f"{fetch()}/packages", encoding="utf-8") as file:
        return [tuple(line.split()) for line in file]


class Packages:
    """Packages of the other architecture, fetched and unpacked when they are asked for."""

    def __init__(self, folder, lock):
        self.folder, self.lock, self.failed = folder, lock, []
        self.apt = busybox.apt_command(folder)
        self.try_to("update")

    def try_to(self, *command):
        """Lists that are only in part there may still have what is needed."""
        try:
            run([*self.apt, *command], (self.lock,), cwd=self.folder)
        except Failure as failure:
            self.failed.append(str(failure))

    def file(self, name):
        """Path of a package, or None; the recorded version of the one that has one."""
        if not self.found(name):
            if name == PACKAGE:
                self.try_to("download", f"{name}={source.recorded(name)}")
            if not self.found(name):
                self.try_to("download", name)
                if name == PACKAGE and self.found(name):
                    note(f"{name} {source.recorded(name)} is no longer there: the present one is used")
        return (self.found(name) or [None])[0]

    def found(self, name):
        """What is there of a package."""
        return glob.glob(f"{self.folder}/{glob.escape(name)}_*.deb")

    def unpacked(self, name):
        """Folder with its files, or None."""
        path = self.file(name)
        folder = f"{self.folder}/{name}.files"
        if path and not os.path.isdir(folder):
            run(["dpkg-deb", "-x", path, folder], (self.lock,))
        return folder if path else None

    def field(self, name, field):
        """A field of a package's description."""
        return run(["dpkg-deb", "-f", self.file(name), field]).strip()

    def version(self, name):
        """The version that was fetched."""
        return self.field(name, "Version")

    def depends(self, name):
        """Names of the packages that it depends on, alternatives included."""
        return re.findall(r"(?:^|[,|])\s*([a-z0-9][a-z0-9.+-]*)", self.field(name, "Depends"))


def needed(path):
    """Names of the shared libraries that a program or library names."""
    return re.findall(r"\(NEEDED\).*\[(.*)\]", run([READELF, "-d", path]))


def library(folder, name):
    """Path of a library in a package's files, or None."""
    return next(iter(glob.glob(f"{folder}/lib/*/{name}") + glob.glob(f"{folder}/usr/lib/*/{name}")), None)


def collect(packages, to):
    """Copy the program and all libraries that it needs; names of the packages they are of."""
    if not packages.unpacked(PACKAGE):
        raise missing(PACKAGE, packages)
    shutil.copyfile(f"{packages.unpacked(PACKAGE)}/{PROGRAM}", f"{to}/bin/stress-ng")
    os.chmod(f"{to}/bin/stress-ng", 0o755)
    used, todo = {PACKAGE}, needed(f"{to}/bin/stress-ng")
    while todo:
        name = todo.pop()
        if os.path.exists(f"{to}/lib/{name}"):
            continue
        # Those used so far are asked first: most of the rest is never fetched.
        candidates = sorted(used) + [one for user in sorted(used) for one in packages.depends(user)]
        owner = next((one for one in candidates if packages.unpacked(one)
                      and library(packages.unpacked(one), name)), None)
        if not owner:
            raise missing(f"a package with {name}", packages)
        used.add(owner)
        shutil.copyfile(library(packages.unpacked(owner), name), f"{to}/lib/{name}")
        os.chmod(f"{to}/lib/{name}", 0o755)
        todo += needed(f"{to}/lib/{name}")
    return used


def missing(what, packages):
    """The error: what could not be had, and what apt-get said."""
    return Failure(f"{what} for {busybox.ARCHITECTURE} could not be fetched:\n"
                   + "\n".join(packages.failed[-3:]) +
                   "\nCure: see to the network and /etc/apt/sources.list")
