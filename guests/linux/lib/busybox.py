# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Debian's busybox for ARM, which the root file system has as its shell.

It is fetched with apt-get into the cache, with package lists of its own there:
nothing is installed, no foreign architecture is added to this machine, and
nobody needs to be root. $MULLION_BUSYBOX names a package that is there already
instead. Used by rootfs.py and build.py.
"""

import glob
import os
import shutil

import cache
import source
from say import Failure, note, phase, run

PACKAGE = "busybox-static"
ARCHITECTURE = "armhf"


def fetch():
    """The folder in the cache with the package, unpacked."""
    own = os.environ.get("MULLION_BUSYBOX")
    if own and not os.path.isfile(own):
        raise Failure(f"MULLION_BUSYBOX={own} is no file. Cure: name a package "
                      f"{PACKAGE}_VERSION_{ARCHITECTURE}.deb, or none")
    names = [("package", cache.file_sum(own) if own else source.recorded(PACKAGE)),
             *cache.script_sums("busybox.py")]

    def make(folder, lock):
        package = own or download(folder, lock)
        run(["dpkg-deb", "-x", package, f"{folder}/files"], (lock,))
        if not os.path.isfile(f"{folder}/files/bin/busybox"):
            raise Failure(f"There is no bin/busybox in {package}. Cure: name another package with "
                          "MULLION_BUSYBOX")
        with open(f"{folder}/version", "w", encoding="utf-8") as file:
            file.write(run(["dpkg-deb", "-f", package, "Version"]))
    return cache.product("busybox", names, make)


def program():
    """Path of the program."""
    return f"{fetch()}/files/bin/busybox"


def inputs():
    """What the root file system's key says about it."""
    with open(f"{fetch()}/version", encoding="utf-8") as file:
        version = file.read().strip()
    return [(PACKAGE, version), ("busybox", cache.file_sum(program()))]


def download(folder, lock):
    """Fetch the package of the recorded version, else the present one; its path."""
    phase("FETCH", f"{PACKAGE}:{ARCHITECTURE}")
    apt = apt_command(folder)
    said = []
    # Lists that are only in part there may still have what is needed.
    for command in (["update"], ["download", f"{PACKAGE}={source.recorded(PACKAGE)}"],
                    ["download", PACKAGE]):
        try:
            run([*apt, *command], (lock,), cwd=folder)
        except Failure as error:
            said.append(str(error))
        found = glob.glob(f"{folder}/{PACKAGE}_*.deb")
        if found:
            break
    else:
        raise Failure(f"{PACKAGE} for {ARCHITECTURE} could not be fetched:\n" + "\n".join(said) +
                      "\nCure: see to the network and /etc/apt/sources.list, or fetch the package "
                      f"elsewhere and say MULLION_BUSYBOX=/path/to/{PACKAGE}_VERSION_{ARCHITECTURE}.deb")
    shutil.rmtree(f"{folder}/apt")
    if command[-1] == PACKAGE:
        note(f"{PACKAGE} {source.recorded(PACKAGE)} is no longer there: the present one is used")
    return found[0]


def apt_command(folder):
    """apt-get with lists of its own, for the other architecture."""
    for name in ("state/lists/partial", "archives/partial"):
        os.makedirs(f"{folder}/apt/{name}")
    with open(f"{folder}/apt/status", "w", encoding="utf-8"):
        pass
    settings = {"APT::Architecture": ARCHITECTURE, "APT::Architectures": ARCHITECTURE,
                "APT::Sandbox::User": "", "Acquire::Languages": "none",
                "Acquire::IndexTargets::deb-src::Sources::DefaultEnabled": "false",
                "Dir::State": f"{folder}/apt/state", "Dir::State::status": f"{folder}/apt/status",
                "Dir::Cache": f"{folder}/apt"}
    return ["apt-get", "-q", *(f"-o{name}={value}" for name, value in settings.items())]
