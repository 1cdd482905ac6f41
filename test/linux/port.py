# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Copies of guests/linux that tests may change, each with a cache of its own.

Most tests give build.py a tarball with a handful of files in place of Linux, and
programs in place of dpkg-query and others; the real ones are used where a
test says so.
"""

import io
import os
import shutil
import signal
import subprocess
import sys
import tarfile

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, f"{TOP}/guests/linux/lib")
PYTHON = "/usr/bin/python3"
# What build.py uses outside of guests/linux.
OUTSIDE = ("scripts/setup/check_tools.sh", "scripts/setup/packages.txt", "scripts/build/hypercalls.py",
           "scripts/build/hypercalls_check.py", "include/mullion/abi.h", "core/hypercalls.yaml")

# What stands for Linux: files that a kernel has, and some that are left out.
LINUX = {
    "Makefile": "# top\n",
    ".gitignore": "*.o\n*.tmp\n",
    "arch/arm/Makefile": "# arm\n",
    "arch/arm/kernel/entry.S": "".join(f"\t@ line {number}\n" for number in range(40)),
    "kernel/sched.c": "".join(f"int line{number};\n" for number in range(40)),
    "kernel/ignored.o": "known to Linux, and ignored by git\n",
    "drivers/gpu/Kconfig": "# kept\n",
    "drivers/gpu/big.c": "int left_out;\n",
    "drivers/net/loopback.c": "int kept;\n",
    "drivers/net/wild/card.h": "int left_out;\n",
    "drivers/net/ethernet/smsc/chip.c": "int kept;\n",
    "drivers/net/ethernet/sun/chip.c": "int left_out;\n",
    "drivers/net/ethernet/wild/chip.c": "int left_out;\n",
    "arch/x86/Kconfig": "# kept\n",
    "arch/x86/boot/header.S": "@ left out\n",
}


def interruptible():
    """Let a program be interrupted, also if these tests run in the background and cannot be."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def make_tarball(path, files):
    """A tarball in the form of Debian's."""
    with tarfile.open(path, "w:xz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(f"linux-source-6.1/{name}")
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))


def recorded(package="linux-source-6.1"):
    """The version of a package in guests/linux/VERSION."""
    with open(f"{TOP}/guests/linux/VERSION", encoding="utf-8") as file:
        return next(line.split()[1] for line in file if line.startswith(package + " "))


class Port:
    """A copy of guests/linux, its cache, and the environment that build.py gets."""

    def __init__(self, folder, real=False):
        self.folder = str(folder)
        self.path = f"{self.folder}/guests/linux"
        self.cache = f"{self.folder}/cache"
        ignored = ["__pycache__", *([] if real else ["user"])]
        shutil.copytree(f"{TOP}/guests/linux", self.path, ignore=shutil.ignore_patterns(*ignored))
        if not real:
            os.makedirs(f"{self.path}/user")
            shutil.copy(f"{TOP}/guests/linux/user/Makefile", f"{self.path}/user/Makefile")
        os.makedirs(f"{self.folder}/bin")
        for name in OUTSIDE:
            os.makedirs(os.path.dirname(f"{self.folder}/{name}"), exist_ok=True)
            shutil.copy(f"{TOP}/{name}", f"{self.folder}/{name}")
        self.env = {"MULLION_CACHE": self.cache}
        if not real:
            self.empty()
            self.env["MULLION_LINUX_SOURCE"] = f"{self.folder}/linux.tar.xz"
            self.package_version(recorded())
            make_tarball(self.env["MULLION_LINUX_SOURCE"], LINUX)

    def empty(self):
        """Take the port's own patches and files away."""
        shutil.rmtree(f"{self.path}/patches")
        shutil.rmtree(f"{self.path}/files", ignore_errors=True)
        with open(f"{TOP}/guests/linux/patches/series", encoding="utf-8") as file:
            head = [line for line in file if line.startswith("#")]
        self.write("patches/series", "".join(head))

    def write(self, name, text, mode=0o644):
        """Write a file of guests/linux."""
        os.makedirs(os.path.dirname(f"{self.path}/{name}"), exist_ok=True)
        with open(f"{self.path}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(f"{self.path}/{name}", mode)

    def read(self, name):
        """A file of guests/linux."""
        with open(f"{self.path}/{name}", encoding="utf-8") as file:
            return file.read()

    def program(self, name, text):
        """A shell script that is found before the program of that name."""
        path = f"{self.folder}/bin/{name}"
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text)
        os.chmod(path, 0o755)

    def package_version(self, version):
        """Let the package of Linux have another version; None: it is not installed."""
        answer = f"echo 'installed {version}'\n" if version else "exit 1\n"
        self.program("dpkg-query", answer)

    def environment(self, **more):
        """What build.py sees."""
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        kept = {name: value for name, value in os.environ.items()
                if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MULLION_BUSYBOX",
                                 "MULLION_CACHE")}
        return kept | {"PATH": path} | self.env | more

    def command(self, *arguments):
        """The command line of build.py."""
        return [PYTHON, f"{self.path}/build.py", *arguments]

    def build(self, *arguments, status=0, **more):
        """Run build.py; (standard output, standard error)."""
        done = subprocess.run(self.command(*arguments), env=self.environment(**more), text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout.strip(), done.stderr

    def start(self, *arguments):
        """Start build.py in a process group of its own."""
        return subprocess.Popen(self.command(*arguments), env=self.environment(), text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, start_new_session=True,
                                preexec_fn=interruptible)

    def files(self, *folders):
        """{name: (bytes, executable)} below folders of guests/linux."""
        return files_below(self.path, *folders)


def files_below(path, *folders):
    """{name: (bytes, executable)} below folders of a folder."""
    found = {}
    for folder in folders:
        for top, _, names in os.walk(f"{path}/{folder}"):
            for name in names:
                full = os.path.join(top, name)
                with open(full, "rb") as file:
                    found[os.path.relpath(full, path)] = (file.read(), os.access(full, os.X_OK))
    return found
