# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Linux from Debian's source package, with the port laid over it.

The package is linux-source-6.1; tests name another tarball with
$MULLION_LINUX_SOURCE. patches/series lists the changes to files that Linux has,
files/ holds new ones at their places. What no kernel of ours compiles is left
out when the tarball is unpacked: a third of it remains. Used by build.py,
kernel.py and worktree.py.
"""

import os
import re
import shutil
import subprocess

from cache import HERE, file_sum, folder_sums, script_sums
from say import Failure, environment, last_lines, note, phase, run

PACKAGE = "linux-source-6.1"
SERIES = "6.1."
TOP = "linux-source-6.1"  # the folder in the tarball

# In these folders only what the configuration reads is unpacked. Of drivers/net the
# boards' Ethernet chip is used (ethernet/smsc), with mdio and phy.
UNUSED = ["Documentation", "drivers/gpu", "drivers/infiniband", "drivers/media", "drivers/net/[!emp]*",
          "drivers/net/ethernet/[!s]*", "drivers/net/ethernet/s[!m]*",
          "drivers/scsi", "drivers/staging", "sound", "tools/perf", "tools/testing"]
UNUSED += ["arch/" + name for name in (
    "alpha arc arm64 csky hexagon ia64 loongarch m68k microblaze mips nios2 openrisc parisc "
    "powerpc riscv s390 sh sparc um x86 xtensa").split()]
SUFFIXES = ("*.[chS]", "*.dts", "*.dtsi", "*.rst", "*.txt", "*.yaml", "*.json", "*.svg")


def tarball():
    """Path of the sources as Debian packs them."""
    path = os.environ.get("MULLION_LINUX_SOURCE") or f"/usr/src/{PACKAGE}.tar.xz"
    if not os.path.isfile(path):
        raise Failure(f"Debian's sources of Linux are not there: no file {path}. "
                      f"Cure: apt-get install {PACKAGE}")
    return path


def recorded(package):
    """The version of a package that the port was made with."""
    with open(f"{HERE}/VERSION", encoding="utf-8") as file:
        found = dict(line.split() for line in file if line[0] not in "#\n")
    return found[package]


def installed():
    """The version of the package on this machine, checked."""
    try:
        done = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", PACKAGE],
                              capture_output=True, text=True, check=False, env=environment())
    except FileNotFoundError as error:
        raise Failure("There is no dpkg-query here: build on Debian, which has the "
                      f"package {PACKAGE}") from error
    status, _, version = done.stdout.strip().partition(" ")
    if done.returncode or status != "installed":
        raise Failure(f"The package {PACKAGE} is not installed. Cure: apt-get install {PACKAGE}")
    if not version.startswith(SERIES):
        raise Failure(f"The package {PACKAGE} has version {version}, which is no Linux {SERIES}x; "
                      f"guests/linux/VERSION says {recorded(PACKAGE)}. {cure()}")
    return version


def cure():
    """How to come to the version that the port was made with."""
    return (f"Cure: apt-get install {PACKAGE}={recorded(PACKAGE)}, or bring the port to the "
            "installed version as guests/linux/README.md says")


def version_checked():
    """The version of the package; a note if it is not the one of the port."""
    version = installed()
    if upstream(version) != upstream(recorded(PACKAGE)):
        note(f"{PACKAGE} is {version} and the patches were made for {recorded(PACKAGE)}: "
             "used if all of them apply")
    return version


def upstream(version):
    """The version of Linux in a version of Debian: 6.1.192 of 6.1.192-2."""
    return version.split("-")[0]


def patch_names():
    """The patches in their order; all that is in patches/ must be listed."""
    with open(f"{HERE}/patches/series", encoding="utf-8") as file:
        names = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    there = {name for name in os.listdir(f"{HERE}/patches") if name.endswith(".patch")}
    for name in sorted(set(names) ^ there):
        where = "listed and not there" if name in names else "there and not listed"
        raise Failure(f"guests/linux/patches/{name} is {where}. "
                      "Cure: correct guests/linux/patches/series")
    return names


def inputs():
    """All that decides what the tree is."""
    return [("package", version_checked()), ("tarball", file_sum(tarball())),
            *((f"patches/{name}", file_sum(f"{HERE}/patches/{name}")) for name in patch_names()),
            *folder_sums(f"{HERE}/files", "files"), *script_sums("source.py")]


def unpack(tree):
    """Fill the empty folder `tree` with Debian's Linux."""
    phase("UNPACK", f"{os.path.basename(tarball())} {installed()}")
    leave = [f"--exclude={TOP}/{unused}/{suffix}" for unused in UNUSED for suffix in SUFFIXES]
    run(["tar", "-xf", tarball(), "-C", tree, "--strip-components=1", "--anchored",
         "--wildcards", "--wildcards-match-slash", *leave, TOP])


def apply_patch(tree, name):
    """Apply one patch; what does not fit exactly is an error."""
    path = f"{HERE}/patches/{name}"
    with open(path, encoding="utf-8", errors="replace") as file:
        created = re.findall(r"^--- /dev/null\n\+\+\+ b/(\S+)", file.read(), re.M)
    if created:
        raise Failure(f"guests/linux/patches/{name} makes the new file {created[0]}. "
                      f"Cure: put it into guests/linux/files/{created[0]}")
    done = subprocess.run(["patch", "-p1", "-F0", "--force", "--forward", "--no-backup-if-mismatch",
                           "-d", tree, "-i", path], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          env=environment())
    if done.returncode:
        version, made_for = installed(), recorded(PACKAGE)
        other = f" ({PACKAGE} is {version}, the patches were made for {made_for})" \
            if version != made_for else ""
        raise Failure(f"guests/linux/patches/{name} does not apply{other}:\n"
                      f"{last_lines(done.stdout)}\n"
                      + (cure() if other else "Cure: correct it as guests/linux/README.md says"))


def add_files(tree):
    """Copy the new files over the tree; return their names."""
    names = []
    for top, _, files in os.walk(f"{HERE}/files"):
        for file in files:
            source = os.path.join(top, file)
            name = os.path.relpath(source, f"{HERE}/files")
            if os.path.lexists(f"{tree}/{name}"):
                raise Failure(f"guests/linux/files/{name} is no new file: Linux has one of this "
                              "name. Cure: make it a patch in guests/linux/patches")
            os.makedirs(os.path.dirname(f"{tree}/{name}"), exist_ok=True)
            shutil.copyfile(source, f"{tree}/{name}")
            os.chmod(f"{tree}/{name}", 0o755 if os.access(source, os.X_OK) else 0o644)
            names.append(name)
    return sorted(names)


def new_folder(path):
    """Make the folder that a tree is to be in."""
    if os.path.exists(path) and (not os.path.isdir(path) or os.listdir(path)):
        raise Failure(f"{path} is there already. Cure: name a folder that is new or empty")
    os.makedirs(path, exist_ok=True)


def make_tree(tree):
    """Linux with the port, in a folder that must be new or empty."""
    version_checked()
    new_folder(tree)
    unpack(tree)
    for name in patch_names():
        phase("PATCH", name)
        apply_patch(tree, name)
    phase("COPY", f"{len(add_files(tree))} new files of the port")
