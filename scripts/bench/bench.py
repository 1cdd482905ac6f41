# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The benchmark: `make bench`.

Builds native.dts, guest.dts, worst.dts and late.dts of test/bench/products for both boards, runs
each twice in QEMU under the counting plugin (test/plugin), compares an operating system in
a cell with itself on the bare board (bench_os.py), lets a guest with hostile tables try to hold
interrupts up, and writes bench.json, benchmarks.md and benchmarks.svg. Also:
  --profile ROW       which functions the instructions of a row go to
  --interrupts-off    only the longest stretches with interrupts off and the latest
                      handlers, of the benchmark, of --tests, and of the runs in --stretches
  --tests             run the system tests as well, for their longest stretches
  --save              renew docs/benchmarks.*, the baseline test/bench/bench.json, and what
                      test/bench/figures.json says about them (bench_figures.py)
"""

import argparse
import json
import os
import shutil
import subprocess
import sys

import bench_figures
import bench_latency
import bench_os
import bench_report
import bench_rows
import bench_run
import bench_stretch
import yaml
from bench_symbols import BenchError, Functions, read_nm, source_functions, totals

sys.path.insert(0, f"{bench_run.TOP}/scripts/report")
import size  # the path must be set first

BOARDS = ("vexpress-a9", "realview-pb-a8")
REFERENCE = "vexpress-a9"
GUEST_PRODUCT = "bench-guest"
OS_PRODUCT = "bench-os"
LATE_PRODUCT = "bench-late"
HOSTILE_PRODUCT, HOSTILE_END = "bench-hostile", b"| done"
PRODUCTS = ("bench", GUEST_PRODUCT, "bench-worst", LATE_PRODUCT, HOSTILE_PRODUCT, OS_PRODUCT)
STRETCH_GOAL = 2000
LATENCY_GOAL = 2500
CALL_BUDGET = 32
BASELINE = f"{bench_run.TOP}/test/bench/bench.json"
PROFILED = 3  # which execution of a row --profile looks at


def build(out, board, product="bench"):
    """Build the benchmark for a board; its output folder."""
    folder = f"{out}/{product}-{board}"
    bench_run.make(folder, f"{product}-{board}_defconfig")
    bench_run.make(folder, "all")
    return folder


def images(out, board):
    """{name: digest} of what is measured on a board."""
    return {f"{product}-{board}": bench_figures.digest(f"{build(out, board, product)}/system.bin")
            for product in PRODUCTS}


def run_twice(folder, plugin, marks=()):
    """The plugin's records; an error if a second run gives different ones."""
    first = bench_run.run(folder, plugin, "run1", marks)
    if first != bench_run.run(folder, plugin, "run2", marks):
        raise BenchError(f"two runs differ: compare {folder}/run1.jsonl and {folder}/run2.jsonl")
    return bench_run.parse(first)


def stretches_of(folder, records):
    """The longest stretches of a run."""
    functions = Functions(read_nm(f"{folder}/mullion.elf"))
    return bench_stretch.merge([(os.path.basename(folder), records, functions)])


def stretch_row(merged, name="interrupts_off"):
    """The longest stretch as a row of bench.json."""
    longest = merged[0]
    number = sum(kind["number"] for kind in merged)
    return {"row": name, "unit": "instructions", "instructions": longest["longest"],
            "first": longest["longest"], "min": longest["longest"], "max": longest["longest"],
            "samples": number, "goal": STRETCH_GOAL, "met": longest["longest"] <= STRETCH_GOAL,
            "entry": longest["entry"], "path": bench_stretch.path_text(longest["path"])}


def latencies_of(folder, records):
    """How late an interrupt's handler can be in a run."""
    functions = Functions(read_nm(f"{folder}/mullion.elf"))
    return bench_latency.merge([(os.path.basename(folder), records, functions)])


def latency_row(sites, name="latency_worst"):
    """The latest handler as a row of bench.json: at the place where it is worst."""
    worst = sites[0]
    total = bench_latency.total(worst)
    return {"row": name, "unit": "instructions", "instructions": total, "first": total,
            "min": total, "max": total, "samples": sum(site["taken"] for site in sites),
            "goal": LATENCY_GOAL, "met": total <= LATENCY_GOAL, "place": worst["place"],
            "wait": worst["wait"], "handling": worst["handling"],
            "wait_path": bench_stretch.path_text(worst["wait_path"]),
            "handling_path": bench_stretch.path_text(worst["handling_path"])}


def run_hostile(folder, plugin):
    """The plugin's records of a guest with hostile tables."""
    config, result = (os.path.abspath(f"{folder}/hostile.{end}") for end in ("conf", "jsonl"))
    bench_run.write_config(folder, config)
    return bench_run.run_until(folder, "hostile", f"{folder}/system.elf", HOSTILE_END,
                               bench_run.plugin_args(plugin, config, result))


def measure_hostile(folder, plugin):
    """(longest stretches, latest handlers) under a guest with hostile tables."""
    records = run_hostile(folder, plugin)
    return stretches_of(folder, records), latencies_of(folder, records)


def measure_board(board, out, plugin):
    """(rows for bench.json, [(name, stretches)], latest handlers) of a board."""
    folder = build(out, board)
    records = run_twice(folder, plugin, list(bench_run.cell_marks(folder)))
    usual = stretches_of(folder, records)
    late = [latencies_of(folder, records)]
    folder = build(out, board, GUEST_PRODUCT)
    of_guest = run_twice(folder, plugin, list(bench_run.cell_marks(folder)))
    guest = stretches_of(folder, of_guest)
    late.append(latencies_of(folder, of_guest))
    folder = build(out, board, "bench-worst")
    of_worst = run_twice(folder, plugin)
    worst = stretches_of(folder, of_worst)
    late.append(latencies_of(folder, of_worst))
    folder = build(out, board, LATE_PRODUCT)
    of_late = run_twice(folder, plugin)
    late.append(latencies_of(folder, of_late))
    latest = stretches_of(folder, of_late)
    hostile, of_hostile = measure_hostile(build(out, board, HOSTILE_PRODUCT), plugin)
    sites = bench_latency.merge_sites([*late, of_hostile])
    rows = [*bench_rows.measure(records), *bench_rows.measure(of_guest, bench_rows.GUEST_ROWS),
            *bench_os.measure(build(out, board, OS_PRODUCT), board, plugin),
            bench_rows.boot(records), stretch_row(usual),
            stretch_row(guest, "interrupts_off_guest"),
            stretch_row(worst, "interrupts_off_worst"),
            stretch_row(latest, "interrupts_off_late"),
            stretch_row(hostile, "interrupts_off_hostile"), latency_row(sites)]
    return [{"board": board, **row} for row in rows], [
        (f"benchmark, {board}", usual), (f"benchmark of guests, {board}", guest),
        (f"at its worst, {board}", worst), (f"at its latest, {board}", latest),
        (f"with hostile tables, {board}", hostile)], sites


def measure_size(out):
    """Rows that need no run: text, source lines, hypercalls. Of the demo, all options at default."""
    folder = f"{out}/size"
    bench_run.make(folder, f"{REFERENCE}_defconfig")
    bench_run.make(folder, "all")
    sections = size.sections("arm-none-eabi-", f"{folder}/mullion.elf")
    text = sum(bytes_ for name, bytes_, readonly, content in sections
               if readonly and content and name not in size.NOT_TEXT)
    with open("core/hypercalls.yaml", encoding="utf-8") as file:
        calls = len(yaml.safe_load(file)["calls"])
    for row, unit, value, goal in (("text", "bytes", text, size.TEXT_BUDGET),
                                   ("source", "lines", sum(size.count_sources()),
                                    size.LINE_BUDGET),
                                   ("hypercalls", "hypercalls", calls, CALL_BUDGET)):
        yield {"board": REFERENCE, "row": row, "unit": unit, "value": value, "goal": goal,
               "met": value <= goal}


def row_named(name):
    """The row of that id."""
    known = [*bench_rows.ROWS, *bench_rows.GUEST_ROWS]
    for row in known:
        if row.id == name:
            return row
    raise BenchError(f"there is no row '{name}'; rows: " + " ".join(row.id for row in known))


def product_of(name):
    """The product in which the row of that id is measured."""
    return GUEST_PRODUCT if row_named(name) in bench_rows.GUEST_ROWS else "bench"


def profile(name, board, folder, plugin):
    """Print where the instructions of a row go."""
    row = row_named(name)
    if row.how == "handled":
        raise BenchError(f"row '{name}' spans several stretches: profile irq_device, virq_fetch, "
                         "virq_ack, vcpu_resume and wait_switch instead")
    start = "stretch" if row.how == "entry" else row.start
    data = bench_run.run(folder, plugin, "profile", list(bench_run.cell_marks(folder)),
                         f",from={start},to={row.end},nth={PROFILED}")
    paths = [record["path"] for record in bench_run.parse(data) if "window" in record]
    if not paths:
        raise BenchError(f"row '{name}' was not executed {PROFILED} times")
    steps = Functions(read_nm(f"{folder}/mullion.elf")).follow(paths[0])
    print(f"{name} on {board}: {row.text}\n{sum(count for _, count in steps)} instructions\n")
    print("By function of the image:")
    print("\n".join(f"  {count:>6}  {function}" for function, count in totals(steps)))
    print("\nBy function of the sources (innermost, where the compiler inlined):")
    print("\n".join(f"  {count:>6}  {function}" for function, count in
                    source_functions(f"{folder}/system.elf", paths[0])))
    print("\nPath: " + bench_stretch.path_text(steps))


def write(out, rows, stretches, late, commit):
    """Write all results, of a commit or None, into a folder."""
    with open(f"{out}/bench.json", "w", encoding="utf-8") as file:
        # One row a line, so that a difference can be read.
        lines = ",\n".join(json.dumps(row, sort_keys=False) for row in rows)
        file.write(f"[\n{lines}\n]\n")
    with open(f"{out}/benchmarks.svg", "w", encoding="utf-8") as file:
        file.write(bench_report.chart(rows))
    with open(f"{out}/benchmarks.md", "w", encoding="utf-8") as file:
        file.write(bench_report.document(rows, stretches, late, BOARDS, commit))


def save(out, commit):
    """Publish the results and make them the baseline."""
    bench_figures.record("benchmarks", commit, {name: digest for board in BOARDS
                                                for name, digest in images(out, board).items()})
    shutil.copy(f"{out}/bench.json", BASELINE)
    for name in ("benchmarks.md", "benchmarks.svg"):
        shutil.copy(f"{out}/{name}", f"{bench_run.TOP}/docs/{name}")
    print("Saved in docs/benchmarks.md, docs/benchmarks.svg, test/bench/bench.json and figures.json.")


def run_tests(folder):
    """Run the system tests so that they leave their stretches in a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                           "test/system"], check=False,
                          env={**os.environ, "MULLION_STRETCHES": folder})
    if done.returncode:
        raise BenchError("the system tests fail; their stretches say nothing")


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", default="build/bench", help="folder for builds and results")
    parser.add_argument("--board", choices=BOARDS, default=REFERENCE, help="for --profile")
    parser.add_argument("--profile", metavar="ROW", help="where the instructions of a row go")
    parser.add_argument("--interrupts-off", action="store_true",
                        help="only the longest stretches with interrupts off")
    parser.add_argument("--stretches", metavar="DIR",
                        help="results of other runs, see bench_run.stretch_args()")
    parser.add_argument("--tests", action="store_true", help="run the system tests as well")
    parser.add_argument("--save", action="store_true", help="renew docs and baseline")
    return parser.parse_args()


def main():
    options = arguments()
    out = os.path.abspath(options.out)
    os.makedirs(out, exist_ok=True)
    plugin = bench_run.build_plugin(f"{out}/plugin")
    if options.profile:
        profile(options.profile, options.board,
                build(out, options.board, product_of(options.profile)), plugin)
        return
    commit = bench_figures.commit() if options.save else None
    rows, merged, late = [], [], []
    for board in BOARDS:
        some, stretches, sites = measure_board(board, out, plugin)
        rows += some
        merged += stretches
        late.append((f"benchmarks, {board}", sites))
    if options.tests:
        options.stretches = f"{out}/stretches"
        run_tests(options.stretches)
    if options.stretches:
        runs = list(bench_stretch.read_folder(options.stretches))
        others = bench_stretch.merge(runs)
        if not others:
            raise BenchError(f"{options.stretches} holds no results of runs")
        merged.append(("system tests", others))
        late.append(("system tests", bench_latency.merge(runs)))
        rows += [{"board": "all", **stretch_row(others, "interrupts_off_tests")},
                 {"board": "all", **latency_row(late[-1][1], "latency_worst_tests")}]
    if not options.interrupts_off:
        rows += measure_size(out)
        write(out, rows, merged, late, commit)
        print(bench_report.table_text(rows, BOARDS))
    for name, stretches in merged:
        print(f"\nInterrupts off, {name}:")
        print("\n".join("  " + line for line in bench_stretch.report(stretches, STRETCH_GOAL)))
    for name, sites in late:
        print(f"\nLatest handlers, {name}:")
        print("\n".join("  " + line for line in bench_latency.report(sites, LATENCY_GOAL)))
    if not options.interrupts_off:
        print(f"\nWritten: {options.out}/bench.json, benchmarks.md, benchmarks.svg")
    if options.save:
        save(out, commit)


if __name__ == "__main__":
    try:
        os.chdir(bench_run.TOP)
        main()
    except BenchError as error:
        sys.exit(f"bench: {error}")
