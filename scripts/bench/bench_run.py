# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Run an image in QEMU under the counting plugin, always in the same way.

Builds the plugin and its configuration (from the symbols of the microvisor and
of the cells) and reads the plugin's output. Used by bench.py. As a program it prints
QEMU's arguments for measuring the stretches of any run: see stretch_args().
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import time

from bench_symbols import BenchError, addresses, command, read_nm

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# One instruction is one nanosecond, and nothing depends on the host's clock.
DETERMINISTIC = ["-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm", "-seed", "1"]
# Functions in which interrupts are polled: the first of these that the compiler has not inlined.
POLLS = ("irq_dispatch",)
# Functions that run only after an interrupt: each interrupt controller's driver ends it there.
TAKES = ("gicv1_end", "gicv1_end_masked")
# Functions that run only when the scheduler takes a step of a cell.
PASSES = ("cell_step",)
# Code that runs at its physical address, before the MMU is on.
PHYSICAL_SIZE = 0x1000
# The address at which guest user mode of guest-driver sees bench_page, see guest-driver.h.
USER_PAGE, USER_PAGE_SIZE = 0x09000000, 0x1000
# Cells with marks, and the suffix for the names of their marks.
MARKED = {"driver": "", "server": "", "fault-restart": "_r", "fault-monitor": "_w"}
# Of the host's clock, for a machine that hangs: a busy host must not end a run.
TIMEOUT = 3600


def make(out, *goals):
    """Run make with an output folder, quietly."""
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "O", "V", "SEED", "T")}
    command(["make", "-s", f"-j{os.cpu_count() or 1}", f"O={out}", *goals],
            f"make O={out} {' '.join(goals)}", cwd=TOP, env=environment)


def build_plugin(out):
    """Build the plugin in a folder; its path."""
    out = os.path.abspath(out)
    command(["make", "-s", "-C", f"{TOP}/test/plugin", f"O={out}"], "building the plugin")
    return os.path.join(out, "mvcount.so")


def marks_of(elf):
    """(address, name) of each mark in an ELF file."""
    for name, address in addresses(elf).items():
        if name.startswith("bench_mark_"):
            yield address, name[len("bench_mark_"):]


def guest_marks(out):
    """The marks of guest-driver; those in bench_page at the address that guest user mode sees."""
    elf = f"{out}/guests/guest-driver/guest-driver.elf"
    page = addresses(elf)["bench_page"]
    for address, name in marks_of(elf):
        inside = page <= address < page + USER_PAGE_SIZE
        yield (address - page + USER_PAGE if inside else address), name


def cell_marks(out):
    """(address, name) of each mark in the cells of a product of the benchmark.

    fault-restart and fault-monitor have marks of the same names; the suffix tells them apart:
    the first letter of the cells' names, which are revived and watched.
    """
    if option(out, "SYSTEM_DTS").endswith("/bench/products/guest.dts"):
        yield from guest_marks(out)
        return
    for cell, suffix in MARKED.items():
        for name, address in addresses(f"{out}/guests/{cell}/{cell}.elf").items():
            if name.startswith("bench_mark_"):
                yield address, name[len("bench_mark_"):] + suffix
            elif name == "_start" and suffix:
                yield address, "start" + suffix


def write_config(out, path, marks=()):
    """Tell the plugin about the microvisor in an output folder."""
    known = addresses(f"{out}/mullion.elf")
    poll = next((name for name in POLLS if name in known), None)
    for name in ("vectors", "entry_phys", *TAKES, *PASSES):
        if name not in known:
            raise BenchError(f"{out}/mullion.elf has no symbol '{name}', which the plugin needs")
    lines = [f"vectors {known['vectors']:#x}", f"entry {known['entry_phys']:#x} {PHYSICAL_SIZE:#x}"]
    if poll:
        lines.append(f"poll {known[poll]:#x}")
    lines += [f"taken {known[name]:#x}" for name in TAKES]
    lines += [f"passed {known[name]:#x}" for name in PASSES]
    lines += [f"mark {address:#x} {name}" for address, name in marks]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def option(out, name):
    """The value of an option in the configuration of an output folder, or None."""
    with open(f"{out}/.config", encoding="utf-8") as file:
        found = re.search(rf'^CONFIG_{name}="?([^"\n]+)"?$', file.read(), re.M)
    return found.group(1) if found else None


def plugin_args(plugin, config, result, more=""):
    """QEMU's arguments for the plugin."""
    return ["-plugin", f"{plugin},config={config},out={result}{more}"]


def run(out, plugin, name, marks=(), more=""):
    """Run the image of an output folder to its end; the plugin's output as bytes."""
    result, config = (os.path.abspath(f"{out}/{name}.{end}") for end in ("jsonl", "conf"))
    write_config(out, config, marks)
    if os.path.exists(result):
        os.remove(result)
    board = option(out, "QEMU_MACHINE")
    if not board:
        raise BenchError(f"{out}/.config names no QEMU machine: choose a board that has one")
    command([os.environ.get("QEMU") or "qemu-system-arm", "-M", board,
             "-m", option(out, "QEMU_MEMORY"), "-display", "none", "-monitor", "none",
             "-serial", f"file:{out}/{name}.log", "-no-reboot", "-kernel", f"{out}/system.elf",
             *DETERMINISTIC, *plugin_args(plugin, config, result, more)], f"QEMU on {board}",
            timeout=TIMEOUT, env={**os.environ, "QEMU_AUDIO_DRV": "none"})
    with open(result, "rb") as file:
        return file.read()


def run_until(out, name, kernel, end, arguments):
    """Run a kernel on the board of an output folder until its serial line says `end` (bytes)."""
    return run_machine(option(out, "QEMU_MACHINE"), option(out, "QEMU_MEMORY"), f"{out}/{name}",
                       kernel, end, arguments)


def run_machine(board, memory, base, kernel, end, arguments):
    """Run a kernel on a board until its serial line says `end`; returns the plugin's output.

    The plugin's output file must be BASE.jsonl; the serial line is in BASE.log.
    """
    result, log = (os.path.abspath(f"{base}.{kind}") for kind in ("jsonl", "log"))
    for path in (result, log):
        if os.path.exists(path):
            os.remove(path)
    with open(f"{base}.qemu", "wb") as said, subprocess.Popen(
            [os.environ.get("QEMU") or "qemu-system-arm", "-M", board, "-m", memory, "-display",
             "none", "-monitor", "none", "-serial", f"file:{log}", "-no-reboot", "-kernel", kernel,
             *DETERMINISTIC, *arguments],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            env={**os.environ, "QEMU_AUDIO_DRV": "none"}) as process:
        ended = wait_for(process, log, end)
        process.terminate()
        process.wait()
    if not ended:
        raise BenchError(f"'{end.decode()}' never came on {board}: see {log}")
    with open(result, "rb") as file:
        return parse(file.read())


def wait_for(process, log, end):
    """Whether the last line comes in time."""
    for _ in range(10 * TIMEOUT):
        if os.path.exists(log):
            with open(log, "rb") as file:
                if end in file.read():
                    return True
        if process.poll() is not None:
            return False
        time.sleep(0.1)
    return False


def parse(data):
    """The plugin's records."""
    return [json.loads(line) for line in data.splitlines()]


def stretch_args(out):
    """QEMU's arguments that make a run of an image leave its stretches in a folder.

    There are none unless the environment has MULLION_STRETCHES=FOLDER. So they can always
    be passed to QEMU (`make print-qemu` does) and cost nothing unless asked for. QEMU
    must end by itself or by a signal that it can catch. Debug builds are left
    out: their checks hold interrupts up on purpose.
    """
    folder = os.environ.get("MULLION_STRETCHES")
    if not folder or option(out, "DEBUG_CHECKS") == "y":
        return []
    folder = os.path.abspath(folder)
    os.makedirs(folder, exist_ok=True)
    product = os.path.splitext(os.path.basename(option(out, "SYSTEM_DTS")))[0]
    nm = read_nm(f"{out}/mullion.elf")
    version = hashlib.sha256(nm.encode()).hexdigest()[:6]
    base = os.path.join(folder, f"{product}-{option(out, 'QEMU_MACHINE')}-{version}")
    with open(base + ".sym", "w", encoding="utf-8") as file:
        file.write(nm)
    write_config(out, base + ".conf")
    return plugin_args(build_plugin(os.path.join(folder, "plugin")), base + ".conf",
                       base + ".%p.jsonl")


if __name__ == "__main__":
    print(" ".join(stretch_args(sys.argv[1])))
