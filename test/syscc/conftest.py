# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Builds the system compiler with sanitizers and runs it as the build does.

Every test gets `syscc`, which takes a description through cpp, dtc and the
compiler in a folder of its own. `--update-golden` rewrites the expected files.
"""

import glob
import os
import pathlib
import shutil
import subprocess

import pytest

import elf

HERE = pathlib.Path(__file__).parent
TOP = HERE.parent.parent
OUT = pathlib.Path(os.environ.get("O", TOP / "build")).absolute() / "syscc-test"
CONFIG = """CONFIG_MAX_CELLS=16
CONFIG_MAX_VCPUS=32
CONFIG_MAX_VCPUS_PER_CELL=4
CONFIG_MAX_CHANNELS=64
CONFIG_MAX_TIMERS=64
CONFIG_CHANNEL_MESSAGE_MAX=4096
CONFIG_VTLB_SPACES=8
CONFIG_VTLB_TABLES=64
CONFIG_FAULT_PRINT=y
CONFIG_VFP=y
CONFIG_DRIVER_PL011=y
CONFIG_DRIVER_GICV1=y
CONFIG_DRIVER_A9_GLOBAL_TIMER=y
# CONFIG_DRIVER_SP804 is not set
CONFIG_DRIVER_VEXPRESS_RESET=y
CONFIG_GUEST_SMALL=y
# CONFIG_GUEST_OFF is not set
"""


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected files")
    parser.addoption("--coverage", action="store_true", help="measure coverage, see coverage.sh")


def run(command, folder=TOP):
    """Run a command; the test fails with its output if it does."""
    done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    return done.stdout


def build(binary, coverage):
    """The system compiler, one object for each source so that make can skip."""
    sources = sorted(glob.glob("scripts/syscc/*.c", root_dir=TOP) +
                     glob.glob("scripts/syscc/rules/*.c", root_dir=TOP))
    newest = max(os.path.getmtime(path) for path in
                 [TOP / name for name in sources] +
                 [pathlib.Path(name) for name in glob.glob(f"{TOP}/scripts/syscc/*.h")] +
                 [TOP / "include/mullion/abi.h", TOP / "include/mullion/note.h"])
    if binary.exists() and binary.stat().st_mtime > newest and not coverage:
        return
    flags = ["-std=c11", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-Iscripts/syscc", "-Iinclude",
             "-DSYSCC_TEST", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    if coverage:
        flags += ["--coverage", "-fprofile-abs-path"]
    binary.parent.mkdir(parents=True, exist_ok=True)
    jobs = []
    objects = []
    for name in sources:
        objects.append(binary.parent / (name.replace("/", "-")[:-2] + ".o"))
        jobs.append(["cc", *flags, "-c", "-o", objects[-1], name])
        if len(jobs) == (os.cpu_count() or 1) or name == sources[-1]:
            running = [subprocess.Popen([str(word) for word in job], cwd=TOP) for job in jobs]
            assert not any([process.wait() for process in running])
            jobs = []
    run(["cc", *flags, "-o", str(binary) + ".new", *objects, "-lfdt"])
    os.rename(str(binary) + ".new", binary)


class Result:
    """What a run of the system compiler left."""

    def __init__(self, done, folder):
        self.status = done.returncode
        self.stdout = done.stdout
        self.errors = done.stderr.splitlines()
        self.folder = folder

    @property
    def problems(self):
        """All that was said, but for hints."""
        return [line for line in self.errors if " hint: [" not in line and "`accept-hints = " not in line]

    def text(self, name):
        return (self.folder / "out" / name).read_text()


class Syscc:
    """The system compiler and a folder to run it in."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        elf.write_images(folder / "images")
        shutil.copy(HERE / "board.dtsi", folder)
        (folder / "out").mkdir()
        (folder / "config").write_text(CONFIG)

    def call(self, *arguments, leaks=False):
        """Run it with these arguments only. A search for lost memory takes longer than the run."""
        done = subprocess.run([self.binary, *[str(word) for word in arguments]], cwd=self.folder,
                              capture_output=True, text=True, check=False,
                              env={**os.environ, "ASAN_OPTIONS": f"detect_leaks={int(leaks)}"})
        assert done.returncode in (0, 1, 2) and "Sanitizer" not in done.stderr, done.stderr
        return Result(done, self.folder)

    def compile_blob(self, blob, *arguments):
        """Compile a flattened device tree."""
        (self.folder / "system.dtb").write_bytes(blob)
        return self.call("--config", "config", "--images", "images", "--out", "out", *arguments,
                         "system.dtb")

    def compile(self, source, *arguments):
        """Compile a description as the build does."""
        (self.folder / "product.dts").write_text(source)
        run(["cpp", "-nostdinc", "-undef", "-x", "assembler-with-cpp", "product.dts", "product.pp"],
            self.folder)
        run(["dtc", "-q", "-@", "-I", "dts", "-O", "dtb", "-o", "system.dtb", "product.pp"],
            self.folder)
        run(["dtc", "-q", "-@", "-I", "dts", "-O", "dts", "-T", "-T", "-o", "map.dts", "product.pp"],
            self.folder)
        run(["sh", "-c", f"LC_ALL=C sed -f {TOP}/scripts/build/ascii.sed product.pp |"
             " dtc -q -@ -I dts -O yaml - > types.yaml"], self.folder)
        return self.compile_blob((self.folder / "system.dtb").read_bytes(), "--source-map",
                                 "map.dts", "--types", "types.yaml", *arguments)


@pytest.fixture(scope="session")
def binary(request):
    """The system compiler with sanitizers."""
    path = OUT / ("coverage" if request.config.getoption("--coverage") else "plain") / "syscc"
    build(path, request.config.getoption("--coverage"))
    return path


@pytest.fixture
def syscc(binary, tmp_path):
    """A system compiler in a folder of its own."""
    return Syscc(binary, tmp_path)


@pytest.fixture(scope="session")
def good():
    """The good description that the tests break."""
    return (HERE / "good.dts").read_text()


@pytest.fixture
def golden(request):
    """Compares text with an expected file, or rewrites that."""
    def compare(name, text):
        path = HERE / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        assert path.exists(), f"no {path}; run pytest --update-golden and look at what it writes"
        assert text == path.read_text(), f"differs from {path}"
    return compare
