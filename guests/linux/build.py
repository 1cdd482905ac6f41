#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Makes Linux for Mullion: the kernel that runs in a cell, the native one to
compare with, and their root file system, from Debian's packages.

Called by scripts/build/linux.mk, by tests and by hand; README.md beside it is its
manual. A command that makes something prints its folder on standard output,
and nothing else there. The work is done by the files of lib/.
"""

import argparse
import os
import shlex
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, f"{HERE}/lib")
import archive  # the path must be set first
import busybox
import cache
import debian
import disk
import image
import kernel
import native
import rootfs
import selftests
import source
import stress
import worktree
from say import Failure

KERNELS = ("guest", "native")
TESTS = ("stress", "selftests", "tests")  # products that only tests need


def check_tools(*groups):
    """All packages of these groups must be there; else check_tools.sh says what to install."""
    top = os.path.dirname(os.path.dirname(HERE))
    if subprocess.run(["sh", f"{top}/scripts/setup/check_tools.sh", *groups], check=False).returncode:
        sys.exit(1)


def tree(arguments):
    """`tree`: Linux with the port, to look at or to work in."""
    (worktree.make_git_tree if arguments.git else source.make_tree)(arguments.folder)
    return os.path.abspath(arguments.folder)


def refresh(arguments):
    """`refresh`: what was done in such a tree, back into this folder."""
    return "\n".join(worktree.refresh(arguments.folder))


def build_kernel(arguments):
    """`kernel`: a kernel in the cache, or from a tree of one's own."""
    if arguments.tree:
        return kernel.build_tree(arguments.which, arguments.tree, arguments.jobs)
    return kernel.build(arguments.which, arguments.jobs)


def count_lines(arguments):
    """`lines`: how many files and lines of code the guest kernel was compiled of."""
    folder = kernel.build_tree("guest", arguments.tree, arguments.jobs) if arguments.tree \
        else kernel.build("guest", arguments.jobs)
    with open(f"{folder}/lines", encoding="utf-8") as file:
        return file.read().strip()


def build_image(arguments):
    """`image`: an image for a cell, of the guest kernel and the root file system."""
    return image.build(arguments.file, arguments.jobs, arguments.tree, files(arguments))


def files(arguments):
    """The folder with the root file system that is asked for."""
    return archive.build() if arguments.tests else rootfs.build()


def build_native(arguments):
    """The native kernel, of the cache or of a tree."""
    if arguments.tree:
        return kernel.build_tree("native", arguments.tree, arguments.jobs)
    return kernel.build("native", arguments.jobs)


def fetch(_):
    """`fetch`: what the network is needed for; the folder of the one that every image has."""
    stress.fetch()
    return busybox.fetch()


def build_disk(arguments):
    """`disk`: the root file system as a disk in the cache, or a copy to write to."""
    return disk.copy(arguments.file) if arguments.file else disk.build()


def build_debian(arguments):
    """`debian`: Debian for ARM as a card in the cache, or a copy to write to."""
    check_tools("debian")
    return debian.copy(arguments.file) if arguments.file else debian.build()


def run_native(arguments):
    """`run-native`: the native kernel in QEMU, in place of this process."""
    folders = build_native(arguments), files(arguments)
    image_of = disk.copy(arguments.disk) if arguments.disk else None
    command = native.command(arguments.board, *folders, arguments.run, arguments.qemu_args.split(),
                             image_of)
    if arguments.print:
        return shlex.join(command)
    print("Running in QEMU. To leave: type `exit`, or press Ctrl-A, then X.", file=sys.stderr, flush=True)
    try:
        return os.execvp(command[0], command)
    except FileNotFoundError as error:
        raise Failure(f"{command[0]} is not there. Cure: apt-get install qemu-system-arm") from error


def current_tests():
    """The current products for tests; stress-ng's only if it was fetched, which the rest needs."""
    found = {stress.folder(), cache.product_folder("selftests", selftests.inputs())}
    if os.path.isdir(stress.folder()):
        found.add(cache.product_folder("tests", archive.inputs()))
    return found


def prune(_):
    """`prune`: remove what is in the cache and not current."""
    current = {cache.product_folder(kernel.kind(which), kernel.inputs(which)) for which in KERNELS}
    current |= {cache.product_folder("initramfs", rootfs.inputs()), busybox.fetch(),
                cache.product_folder("disk", disk.inputs()),
                cache.product_folder("debian", debian.inputs()), *current_tests()}
    kinds = [*map(kernel.kind, KERNELS), "initramfs", "disk", "debian", "busybox", *TESTS]
    return "\n".join(name for kind in kinds for name in cache.prune(kind, current))


def with_tests(command):
    """The option of images and runs."""
    command.add_argument("--tests", action="store_true",
                         help="with Linux's own tests and stress-ng in the root file system")


def jobs(command):
    """The option that several commands have."""
    command.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1, metavar="N",
                         help="files compiled at the same time (default: %(default)s)")


def parser():
    """The command line."""
    top = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name, function, text):
        one = commands.add_parser(name, help=text, description=text)
        one.set_defaults(function=function)
        return one
    one = command("tree", tree, "unpack Debian's Linux and lay the port over it")
    one.add_argument("folder", metavar="DIR", help="a new folder")
    one.add_argument("--git", action="store_true", help="as a git repository, one commit for each patch")
    one = command("refresh", refresh, "write patches/ and files/ from a tree made with --git")
    one.add_argument("folder", metavar="DIR", help="the tree; all in it must be committed")
    one = command("kernel", build_kernel, "build a kernel; print its folder")
    one.add_argument("which", choices=KERNELS, help="for a cell, or for the boards themselves")
    one.add_argument("--tree", metavar="DIR", help="of this tree, into DIR-build, not into the cache")
    jobs(one)
    one = command("image", build_image, "build a cell's image of the guest kernel and its files")
    one.add_argument("file", help="where the ELF file goes; as it was if it is the same")
    one.add_argument("--tree", metavar="DIR", help="with the kernel of this tree")
    with_tests(one)
    jobs(one)
    one = command("lines", count_lines, "print the guest kernel's files, lines of sources, lines of headers")
    one.add_argument("--tree", metavar="DIR", help="of the kernel of this tree")
    jobs(one)
    one = command("run-native", run_native, "boot the native kernel in QEMU, made if it is not there")
    one.add_argument("board", choices=sorted(native.BOARDS))
    one.add_argument("--run", default="", metavar="TEXT",
                     help="a command for the shell, after which the machine is switched off")
    one.add_argument("--disk", metavar="FILE",
                     help="take the root file system from this image of a card; made if it is not there")
    one.add_argument("--qemu-args", default="", metavar="ARGS", help="more arguments for QEMU")
    one.add_argument("--print", action="store_true", help="only print the command")
    one.add_argument("--tree", metavar="DIR", help="the kernel of this tree")
    with_tests(one)
    jobs(one)
    one = command("initramfs", files, "build the root file system; print its folder")
    with_tests(one)
    one = command("disk", build_disk, "build the root file system as a disk; print its folder")
    one.add_argument("file", nargs="?", help="copy the disk to this file, if there is none; print its name")
    one = command("debian", build_debian, "make a card with Debian for ARM; print its folder")
    one.add_argument("file", nargs="?", help="copy the card to this new file; print its name")
    command("fetch", fetch, "fetch what images and tests need; print busybox's folder")
    command("prune", prune, "remove from the cache what is not current")
    return top


def main():
    """Do one command."""
    arguments = parser().parse_args()
    # To be stopped is to be interrupted: files are closed and locks are released.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    check_tools("linux")
    try:
        result = arguments.function(arguments)
    except Failure as failure:
        sys.exit(f"build.py: {failure}")
    except KeyboardInterrupt:
        sys.exit("\nbuild.py: interrupted; what was made in part is removed by the next build")
    if result:
        print(result)


if __name__ == "__main__":
    main()
