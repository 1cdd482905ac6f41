# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Linux on the bare board and under Mullion: guests/linux/user/bench.

Counts all instructions between the two marks of each row, whoever executes
them: natively the program and its kernel, under Mullion the microvisor as well. Of the
rounds of a row the least counts, because a tick of the timer may fall into one. Writes
linux.json, linux.md and linux.svg. Also:
  --profile ROW    which functions the instructions of a row go to, native beside Mullion
Without --native and --initramfs these are what guests/linux/build.py makes. Without
--mullion only the native figures are found.
"""

import argparse
import collections
import json
import os
import re
import sys

import bench_linux_profile
import bench_linux_report
import bench_run
from bench_symbols import BenchError, command

Row = collections.namedtuple("Row", "id text okl4")
Figure = collections.namedtuple("Figure", "total microvisor")
Setup = collections.namedtuple("Setup", "name board memory kernel arguments config maps")

# okl4: overhead in per cent of time, lmbench on a Cortex-A8 at 500 MHz (Heiser & Leslie 2010).
ROWS = [
    Row("null", "system call that does nothing (getppid)", 60),
    Row("read", "read 1 byte of /dev/zero", 15),
    Row("write", "write 1 byte to /dev/null", 24),
    Row("stat", "stat of a file", 7),
    Row("fstat", "fstat of a file", 42),
    Row("open_close", "open a file and close it", -10),
    Row("select_10", "select on 10 descriptors of a file", 14),
    Row("select_100", "select on 100 descriptors of a file", 1),
    Row("select_tcp_10", "select on 10 descriptors of a TCP socket", None),
    Row("select_tcp_100", "select on 100 descriptors of a TCP socket", None),
    Row("sig_install", "install a signal handler", 16),
    Row("sig_handler", "send a signal to oneself, with its handler", -14),
    Row("prot_fault", "write to a read-only page, with the handler of the signal", 67),
    Row("page_fault", "first touch of an anonymous page", None),
    Row("mmap", "map 64 KiB of a file, touch each page, unmap", None),
    Row("pipe", "byte to another process and back, by pipes", 31),
    Row("unix", "byte to another process and back, by a UNIX socket", 53),
    Row("semaphore", "to another process and back, by SysV semaphores", None),
    Row("ctx_2p_0k", "context switch, 2 processes", None),
    Row("ctx_8p_0k", "context switch, 8 processes", None),
    Row("ctx_2p_16k", "context switch, 2 processes that read 16 KiB each", None),
    Row("fork", "fork, exit, wait", 8),
    Row("exec", "fork, execve of a small static program, wait", 5),
    Row("sh", "fork, execve of a shell that runs one command, wait", 3),
    Row("tcp", "1 KiB through TCP on loopback, in bulk", 3),
    Row("udp", "1 KiB through UDP on loopback, in bulk", 4),
]
ALONE = "_alone"  # such a row is subtracted from the row before it
DTBS = {"vexpress-a9": "vexpress-v2p-ca9.dtb", "realview-pb-a8": "arm-realview-pba8.dtb"}
NATIVE_MEMORY = "128"  # as much as in dts/products/bench-linux.dts
CONSOLE = "console=ttyAMA0"
END = b"bench: done"


# Arithmetic ---------------------------------------------------------------------

def samples(records):
    """{row: [Figure of each round]}, not divided yet, from the plugin's records."""
    result, begun = {}, {}
    for record in records:
        name, _, edge = record.get("mark", "").rpartition("_")
        if edge == "begin":
            begun[name] = record["counts"]
        elif edge == "end" and name in begun:
            before, after = begun.pop(name), record["counts"]
            user, kernel = after[0] - before[0], after[1] - before[1]
            result.setdefault(name, []).append(Figure(user + kernel, kernel))
    return result


def operations(log):
    """{row: operations of a round}, as the program says."""
    return {name: int(times) for name, times in
            re.findall(r"bench: (\w+): (\d+) operations, \d+ rounds", log)}


def check_log(log):
    """An error if a row failed; the reasons of those that cannot run as {row: reason}."""
    failed = re.findall(r"bench: (.*failed.*|there is no row.*)", log)
    if failed:
        raise BenchError("rows failed:\n  " + "\n  ".join(line.strip() for line in failed))
    return {name: reason.strip() for name, reason in
            re.findall(r"bench: (\w+) skipped: (.*)", log)}


def per_operation(found, times):
    """{row: Figure of one operation}: the round with the least instructions."""
    result = {}
    for name, number in times.items():
        if name not in found:
            raise BenchError(f"row '{name}' ran, but its marks were not executed: is the program in "
                             "the root file system the one that --programs names?")
        least = min(found[name])
        result[name] = Figure(least.total / number, least.microvisor / number)
    return result


def without_alone(figures):
    """The same rows without what a process does alone, rounded."""
    result = {}
    for name, figure in figures.items():
        alone = figures.get(name + ALONE, Figure(0, 0))
        if not name.endswith(ALONE):
            result[name] = Figure(round(figure.total - alone.total),
                                  round(figure.microvisor - alone.microvisor))
    return result


def evaluate(records, log):
    """({row: Figure}, {row: why it cannot run}) of one run."""
    skipped = check_log(log)
    figures = without_alone(per_operation(samples(records), operations(log)))
    for row in ROWS:
        if row.id not in figures and row.id not in skipped:
            raise BenchError(f"row '{row.id}' neither ran nor was skipped")
    return figures, skipped


def overhead(native, mullion):
    """How many per cent more."""
    return round(100 * (mullion - native) / native, 1)


def combine(native, mullion):
    """Rows for linux.json, of those that both (or the one that was run) could measure."""
    for row in ROWS:
        if row.id not in native or (mullion and row.id not in mullion):
            continue
        result = {"row": row.id, "unit": "instructions", "native": native[row.id].total}
        if mullion:
            figure = mullion[row.id]
            result.update(mullion=figure.total, microvisor=figure.microvisor,
                          overhead=overhead(native[row.id].total, figure.total))
        yield {**result, "okl4": row.okl4}


# Runs ----------------------------------------------------------------------------

def build_linux(*words):
    """The folder that guests/linux/build.py makes and names."""
    tool = f"{bench_run.TOP}/guests/linux/build.py"
    if not os.path.exists(tool):
        raise BenchError(f"{tool} is not there: give --native, --initramfs and --programs")
    return command([sys.executable, tool, *words], f"build.py {' '.join(words)}").split("\n")[-2]


def find_files(options):
    """Fill in what the command line leaves open."""
    if not options.native:
        options.native = build_linux("kernel", "native")
    if not options.initramfs or not options.programs:
        folder = build_linux("initramfs")
        options.initramfs = options.initramfs or f"{folder}/initramfs.cpio.gz"
        options.programs = options.programs or f"{folder}/user"
    if options.mullion and not options.guest_map:
        options.guest_map = f"{build_linux('kernel', 'guest')}/System.map"


def native_setup(options, text="bench"):
    """How the native kernel runs a command for its shell."""
    arguments = ["-dtb", f"{options.native}/{DTBS[options.board]}", "-initrd", options.initramfs,
                 "-append", f"{CONSOLE} -- {text}"]
    config = os.path.abspath(f"{options.out}/native.conf")
    with open(config, "w", encoding="utf-8") as file:
        file.writelines(f"mark {address:#x} {name}\n" for address, name in marks(options))
    return Setup("native", options.board, NATIVE_MEMORY, f"{options.native}/zImage", arguments, config,
                 bench_linux_profile.Maps(f"{options.native}/System.map", options.programs, None))


def mullion_setup(options):
    """How the image with Linux in a cell runs."""
    config = os.path.abspath(f"{options.out}/mullion.conf")
    bench_run.write_config(options.mullion, config, marks(options))
    return Setup("mullion", bench_run.option(options.mullion, "QEMU_MACHINE"),
                 bench_run.option(options.mullion, "QEMU_MEMORY"), f"{options.mullion}/system.elf",
                 [], config, bench_linux_profile.Maps(options.guest_map, options.programs,
                                                      f"{options.mullion}/mullion.elf"))


def marks(options):
    """The marks of the benchmark's program."""
    return list(bench_run.marks_of(f"{options.programs}/bench"))


def run(setup, out, plugin, more="", end=END):
    """(records, serial line) of a run to its end."""
    base = os.path.abspath(f"{out}/{setup.name}")
    records = bench_run.run_machine(
        setup.board, setup.memory, base, setup.kernel, end,
        [*setup.arguments, *bench_run.plugin_args(plugin, setup.config, base + ".jsonl", more)])
    with open(base + ".log", encoding="utf-8", errors="replace") as file:
        return records, file.read()


def write(out, rows, board):
    """Write all results into a folder."""
    with open(f"{out}/linux.json", "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
    with open(f"{out}/linux.md", "w", encoding="utf-8") as file:
        file.write("\n".join(bench_linux_report.section(rows, ROWS, board)) + "\n")
    if "mullion" in rows[0]:
        with open(f"{out}/linux.svg", "w", encoding="utf-8") as file:
            file.write(bench_linux_report.chart(rows))


def measure(setups, out, plugin):
    """Rows for linux.json; says what was skipped, and where."""
    found = []
    for setup in setups:
        figures, skipped = evaluate(*run(setup, out, plugin))
        found.append(figures)
        for name, reason in skipped.items():
            print(f"{setup.name}: row '{name}' cannot run: {reason}")
    return list(combine(found[0], found[1] if len(found) > 1 else None))


def profile(name, setups, out, plugin):
    """Print where the instructions of a row go."""
    counts = []
    for setup in setups:
        records, log = run(setup, out, plugin, bench_linux_profile.arguments(name))
        times = operations(log).get(name)
        if not times:
            raise BenchError(f"there is no row '{name}', or it cannot run; rows: "
                             + " ".join(operations(log)))
        counts.append((setup, bench_linux_profile.by_function(records, setup.maps, times)))
    print("\n".join(bench_linux_report.profile(name, counts)))


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--out", default="build/bench-linux", help="folder for results")
    parser.add_argument("--board", choices=sorted(DTBS), default="vexpress-a9", help="of the native run")
    parser.add_argument("--native", metavar="DIR", help="folder of zImage, device trees, System.map")
    parser.add_argument("--initramfs", metavar="FILE", help="root file system of the native run")
    parser.add_argument("--programs", metavar="DIR", help="folder of the ELF file 'bench'")
    parser.add_argument("--mullion", metavar="DIR",
                        help="output folder of a product whose Linux runs 'bench'")
    parser.add_argument("--guest-map", metavar="FILE", help="System.map of the guest kernel")
    parser.add_argument("--profile", metavar="ROW", help="where the instructions of a row go")
    return parser.parse_args()


def main():
    options = arguments()
    os.makedirs(options.out, exist_ok=True)
    find_files(options)
    plugin = bench_run.build_plugin(f"{options.out}/plugin")
    setups = [native_setup(options)] + ([mullion_setup(options)] if options.mullion else [])
    if options.profile:
        profile(options.profile, setups, options.out, plugin)
        return
    rows = measure(setups, options.out, plugin)
    write(options.out, rows, options.board)
    print("\n".join(bench_linux_report.text(rows)))
    print(f"\nWritten: {options.out}/linux.json and the like")


if __name__ == "__main__":
    try:
        main()
    except BenchError as error:
        sys.exit(f"bench_linux: {error}")
