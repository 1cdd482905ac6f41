# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The steps of `make check`: linters, tests on this machine, every product's build, each file
of tests in QEMU, fuzzers. test/runs.yaml decides which run has a step, by the step's key."""

import collections
import glob
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../build"))
import kconfig  # the path must be set first

PYTHON = sys.executable
JOBS = f"-j{os.cpu_count() or 1}"
HUNG = 3600  # seconds after which a step does not go on any more, however busy the host is
REFERENCE = "vexpress-a9"  # the product for which the budgets are stated
SHOWCASE = "showcase_defconfig"
RANDOM_SEEDS = (1, 2, 3, 4, 5, 6)

# Folders of pytest files that are one step: id, sentence.
FOLDERS = {
    "test/unit": ("GEN", "Tests of the generators pass"),
    "test/syscc": ("SYC", "Tests of the system compiler pass"),
    "test/docs": ("DOC", "The documents are true to the tree"),
    "test/plugin": ("PLG", "Tests of the counting plugin pass"),
}

# Folders of which each file is one step: id, sentence, and groups of files that are one step
# because they share a product that takes long to build.
FILES = {
    "test/build": ("MAK", "Tests of the build pass", ()),
    "test/bench": ("BEN", "Benchmarks give the same figures twice and keep their goals", ()),
    "test/linux": ("LIN", "The port of Linux is sound", (("config", "port"),)),
    "test/system": ("SYS", "System tests in QEMU pass", (("core", "isolation", "life"),)),
}

# A step: test/runs.yaml knows it by its key; first: it is quick, so it runs first.
Step = collections.namedtuple("Step", "id sentence command needs limit key first",
                              defaults=("", False))


def step(number, sentence, command, needs="", key="", first=False):
    """A step with the usual limit."""
    return Step(number, sentence, command, needs, HUNG, key or number, first)


def shared():
    """Use a compiler cache, if there is one: many products have most of the host tools' objects
    in common."""
    return "HOSTCC='ccache gcc' " if shutil.which("ccache") else ""


def runs_demo(config_goal):
    """Whether a configuration is of a demo: of `make demo`'s, or the default, of native cells."""
    if config_goal == SHOWCASE:
        return True
    path = kconfig.defconfig_path(config_goal)
    if not os.path.exists(path):
        return True
    with open(path, encoding="utf-8") as file:
        return "CONFIG_SYSTEM_DTS=" not in file.read()


def build_step(name, out, config_goal):
    """Configure and build one product in a folder of its own, twice; run it if it is the demo."""
    make = f"make --no-print-directory O={out}/{name}"
    again = f"{shared()}{make} {JOBS} all"
    command = f"{make} {config_goal} && {again} && ! {again} | grep ."
    sentence = f"{name} builds without a warning, and a second time nothing"
    if runs_demo(config_goal):
        sentence += ", and its demo passes"
        command += f" && {PYTHON} scripts/run/run_demo.py {out}/{name} $({make} -s print-qemu)"
    if config_goal == SHOWCASE:
        sentence += ", and README shows it"
        command += f" && {PYTHON} scripts/check/same_picture.py {out}/{name}/system/system.dot docs/demo-system.svg"
    if name == REFERENCE:
        sentence += ", within its budgets"
        command += f" && {make} size"
    return step(f"BLD-{name}", sentence, command)


def pytest_step(number, sentence, out, paths):
    """Run pytest files, with products of their own where these are changed."""
    tests = f"{os.path.abspath(out)}/tests"
    command = f"TEST_OUT={tests}/{number} TEST_SHARED={tests}/products " \
        f"{shared()}{PYTHON} -m pytest -q -rfEs --durations=8 " \
        f"--durations-min=10 -p no:cacheprovider {' '.join(paths)}"
    return step(number, sentence, command, paths[0], key=paths[0])


def steps_of_files(folder, out):
    """A step for each file of a folder, or for those that go together."""
    number, sentence, groups = FILES[folder]
    names = {os.path.basename(path)[len("test_"):-len(".py")]: path
             for path in sorted(glob.glob(f"{folder}/test_*.py"))}
    for group in groups:
        for name in group[1:]:
            names[group[0]] += " " + names.pop(name)
    for name, paths in names.items():
        yield pytest_step(f"{number}-{name}", f"{sentence}: {name.replace('_', ' ')}", out, paths.split())


def build_steps(out):
    """A step for each product, and some for random configurations."""
    for path in kconfig.defconfigs():
        name = os.path.basename(path)
        yield build_step(name.replace("_defconfig", ""), out, name)
    for seed in RANDOM_SEEDS:
        yield build_step(f"random-{seed}", out, f"randconfig SEED={seed}")


def all_steps(out):
    """Every step."""
    yield step("LNT", "The sources pass all linters", f"{PYTHON} scripts/check/lint.py", first=True)
    yield step("UNI", "Unit tests of the microvisor on this machine pass",
               f"make --no-print-directory unit O={out}/tests/UNI", "test/unit/Makefile", first=True)
    yield step("MMU", "Tests of the page-table walk and the vTLB on this machine pass",
               f"make --no-print-directory mmu-test O={out}/tests/MMU", "test/mmu/Makefile", first=True)
    for folder, (number, sentence) in FOLDERS.items():
        yield pytest_step(number, sentence, out, [folder])
    for folder in FILES:
        yield from steps_of_files(folder, out)
    yield from build_steps(out)
    for path in sorted(glob.glob("test/fuzz/*.sh")):
        name = os.path.basename(path)[:-len(".sh")]
        yield step(f"FUZ-{name}", f"A short run of {path} finds nothing", f"sh {path}", path)
