# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Builds a kernel, in the cache or from a tree that somebody works in.

Two kernels are made of one tree: `guest` runs in a cell, `native` on the two
boards themselves, to compare with. The configuration is allnoconfig with
configs/common.config and the kernel's own fragment over it. Used by build.py.
"""

import filecmp
import os
import re
import shutil
import sys
import tempfile

import cache
import lines
import source
from say import Failure, Progress, environment, follow, note, phase, run

COMPILER = "arm-linux-gnueabihf-"
# What each kernel consists of, besides vmlinux and System.map.
IMAGES = {"guest": ["Image"], "native": ["Image", "zImage"]}
DTBS = {"guest": [], "native": ["vexpress-v2p-ca9.dtb", "arm-realview-pba8.dtb"]}
TOP = os.path.dirname(os.path.dirname(cache.HERE))
LINE = re.compile(r"^(?:(CONFIG_\w+)=(.*)|# (CONFIG_\w+) is not set)$")


def kind(which):
    """The kind of product in the cache."""
    return f"kernel-{which}"


def inputs(which):
    """All that decides what a kernel is."""
    versions = [(tool, run([COMPILER + tool, "--version"]).split("\n")[0]) for tool in ("gcc", "ld")]
    fragments = [(name, cache.file_sum(f"{cache.HERE}/{name}")) for name in fragment_names(which)]
    return [*source.inputs(), *versions, *fragments, *(interface_sums() if which == "guest" else []),
            *cache.script_sums("kernel.py", "lines.py")]


def build(which, jobs):
    """A kernel in the cache, made if it is not there; its folder."""
    def make(folder, lock):
        tree = f"{folder}/tree"
        os.mkdir(tree)
        source.make_tree(tree)
        # Inside of the tree, so that no path of this machine gets into the kernel.
        compile_kernel(which, tree, f"{tree}/build", jobs, (lock,))
        collect(which, f"{tree}/build", folder)
        phase("CLEAN", "the tree")
        shutil.rmtree(tree)
    return cache.product(kind(which), inputs(which), make)


def build_tree(which, tree, jobs):
    """A kernel from a tree that somebody works in, into TREE-build; its folder."""
    tree = os.path.abspath(tree)
    if not os.path.isfile(f"{tree}/arch/arm/Makefile"):
        raise Failure(f"{tree} is no tree of Linux. Cure: guests/linux/build.py tree --git {tree}")
    out = f"{tree}-build/{which}"
    compile_kernel(which, tree, out, jobs)
    os.makedirs(f"{out}/product", exist_ok=True)
    collect(which, out, f"{out}/product")
    return f"{out}/product"


def compile_kernel(which, tree, out, jobs, fds=()):
    """Configure and compile; `out` has the objects afterwards."""
    os.makedirs(out, exist_ok=True)
    make = ["make", "-C", tree, f"O={out}", "ARCH=arm", f"CROSS_COMPILE={COMPILER}", f"-j{jobs}"]
    # What the kernel says about its making is the same wherever and whenever it is made;
    # LOCALVERSION, even if empty, keeps it from asking git.
    env = environment(LOCALVERSION="", KBUILD_BUILD_TIMESTAMP="Thu Jan  1 00:00:00 UTC 2026",
                      KBUILD_BUILD_USER="mullion", KBUILD_BUILD_HOST="mullion",
                      KBUILD_BUILD_VERSION="1")
    configure(which, make, out, env, fds)
    goals = ["vmlinux", *IMAGES[which], *DTBS[which]]
    if which == "guest":
        write_interface(f"{out}/include/mullion")
    warnings = follow(make + goals, f"{out}/build.log", Progress(f"{which} kernel"), fds, env)
    for line in warnings[:20]:
        note(line)


def make_interface(folder):
    """The interface between microvisor and guest: all that the kernel has of Mullion's own."""
    run([sys.executable, f"{TOP}/scripts/build/hypercalls.py", "--header", f"{folder}/hypercalls.h",
         f"{TOP}/core/hypercalls.yaml"])
    shutil.copyfile(f"{TOP}/include/mullion/abi.h", f"{folder}/abi.h")


def interface_sums():
    """What the header says is the same whatever hypercalls.yaml has for readers."""
    with tempfile.TemporaryDirectory() as new:
        make_interface(new)
        return [(f"mullion/{name}", cache.file_sum(f"{new}/{name}")) for name in sorted(os.listdir(new))]


def write_interface(folder):
    """The interface, where the kernel finds it as <mullion/...>."""
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory() as new:
        make_interface(new)
        for name in os.listdir(new):
            if not os.path.exists(f"{folder}/{name}") or \
                    not filecmp.cmp(f"{new}/{name}", f"{folder}/{name}", shallow=False):
                shutil.copyfile(f"{new}/{name}", f"{folder}/{name}")


# Configuration ----------------------------------------------------------------

def fragment_names(which):
    """The parts of a kernel's configuration."""
    return ["configs/common.config", f"configs/{which}.config"]


def options(path):
    """The options that a fragment or a .config sets; n is None."""
    with open(path, encoding="utf-8") as file:
        found = [match for match in map(LINE.match, file.read().split("\n")) if match]
    return {match[1] or match[3]: match[2] for match in found}


def wanted(which):
    """The options of all fragments of a kernel; none may be there twice."""
    result = {}
    for name in fragment_names(which):
        for option, value in options(f"{cache.HERE}/{name}").items():
            if option in result:
                raise Failure(f"guests/linux/{name} sets {option}, and so does a fragment before "
                              "it. Cure: leave it in one of them")
            result[option] = value
    return result


def configure(which, make, out, env, fds=()):
    """Make .config: allnoconfig and the fragments. A build that has the same stays as it is."""
    lines = [f"{name}={value}\n" if value is not None else f"# {name} is not set\n"
             for name, value in wanted(which).items()]
    text = "".join(lines)
    merged = f"{out}/merged.config"
    if os.path.exists(merged) and os.path.exists(f"{out}/.config"):
        with open(merged, encoding="utf-8") as file:
            if file.read() == text:
                run([*make, "olddefconfig"], fds, env)
                return check_config(which, out)
    phase("CONFIG", f"{which} kernel")
    with open(merged, "w", encoding="utf-8") as file:
        file.write(text)
    run([*make, "allnoconfig"], fds, env | {"KCONFIG_ALLCONFIG": merged})
    return check_config(which, out)


def check_config(which, out):
    """Every option must have become what the fragments say."""
    have = options(f"{out}/.config")
    wrong = [f"{name} is {have.get(name) or 'n'}, not {value or 'n'}"
             for name, value in wanted(which).items() if have.get(name) != value]
    if wrong:
        names = " and ".join(f"guests/linux/{name}" for name in fragment_names(which))
        raise Failure(f"The {which} kernel's configuration is not what {names} say:\n    "
                      + "\n    ".join(wrong) + "\nCure: set what these options depend on, or what "
                      "selects them; see their entries in the Kconfig files of Linux")


# Results ------------------------------------------------------------------------

def collect(which, out, folder):
    """Copy what a kernel consists of out of its objects."""
    boot = f"{out}/arch/arm/boot"
    paths = [f"{boot}/{name}" for name in IMAGES[which]] + [f"{boot}/dts/{name}" for name in DTBS[which]]
    for path in [*paths, f"{out}/vmlinux", f"{out}/System.map"]:
        shutil.copyfile(path, f"{folder}/{os.path.basename(path)}")
    shutil.copyfile(f"{out}/.config", f"{folder}/config")
    with open(f"{folder}/lines", "w", encoding="utf-8") as file:
        file.write("%u %u %u\n" % lines.count(out))
