# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The ends of the options' ranges, measured against the budget of interrupts off.

Every option of core/Kconfig and arch/arm/Kconfig that is a number with a range is
here, measured at both ends or with the reason why its value is no work of the
microvisor's; so are the switches that change paths. `make check` takes all lower ends
together and all upper ends together, `make check-all` each end alone as well, on both boards.
"""

import glob
import os
import sys

import kconfiglib
import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{TOP}/scripts/bench")
import bench  # the path must be set first
import bench_latency
import bench_run

WORST, LATE, HOSTILE, LIMITS = "bench-worst", bench.LATE_PRODUCT, bench.HOSTILE_PRODUCT, "limits"
LIMITS_DTS = "test/bench/products/limits.dts"
FOLDERS = ("core", "arch/arm")

# {option: product in which its ends are looked for}
MEASURED = {
    "VTLB_SPACES": LATE, "VTLB_TABLES": LATE, "TIME_SLICE_US": HOSTILE,
    "TIMER_MIN_PERIOD_US": WORST, "FAULT_RECORDS": WORST,
    "CHANNEL_MESSAGE_MAX": LIMITS, "MAX_CELLS": LIMITS, "MAX_VCPUS": LIMITS,
    "MAX_VCPUS_PER_CELL": LIMITS, "MAX_CHANNELS": LIMITS, "MAX_TIMERS": LIMITS,
}
# Only the system compiler reads these: a lower value takes no product's place, and the microvisor
# is the same for a description within it. Upper ends: in LIMITS_DTS, as far as a description comes.
COMPILER_ONLY = ("CHANNEL_MESSAGE_MAX", "MAX_CELLS", "MAX_VCPUS", "MAX_VCPUS_PER_CELL",
                 "MAX_CHANNELS", "MAX_TIMERS")
# {option: why its value is no work of the microvisor's}
WITHOUT_WORK = {
    "QEMU_MEMORY": "an argument of QEMU's",
    "TRACE_EVENTS": "has no prompt: follows the choice in SWITCHES",
}
# What a product of its own needs more than the lower end.
LEAST = {(HOSTILE, "VTLB_SPACES"): 3}  # more spaces than vCPUs

# Switches at the lower and at the upper end, besides the numbers.
SWITCHES = {"low": ["CONFIG_VFP=n", "CONFIG_OPT_SIZE=y", "CONFIG_TRACE=n"],
            "high": ["CONFIG_VFP=y", "CONFIG_OPT_SIZE=n", "CONFIG_TRACE=y",
                     "CONFIG_TRACE_EVENTS_16384=y"]}
ALONE = {"VFP": ["CONFIG_VFP=n"],
         "OPT_SIZE": ["CONFIG_OPT_SIZE=y"],
         "IDLE_SPIN": ["CONFIG_IDLE_SPIN=y"],
         "TRACE_256": ["CONFIG_TRACE=y", "CONFIG_TRACE_EVENTS_256=y"],
         "TRACE_16384": ["CONFIG_TRACE=y", "CONFIG_TRACE_EVENTS_16384=y"]}


def number_options():
    """{name: (lowest, highest)} of the numbers in those folders, from the Kconfig tree."""
    kconf = kconfiglib.Kconfig(f"{TOP}/Kconfig", warn_to_stderr=False)
    result = {}
    for symbol in kconf.unique_defined_syms:
        files = [node.filename for node in symbol.nodes]
        if symbol.type == kconfiglib.INT and any(
                name.startswith(folder + "/") for name in files for folder in FOLDERS):
            low, high, _ = symbol.ranges[0]
            result[symbol.name] = (int(low.str_value), int(high.str_value))
    return result


def lines_at(end, product):
    """Lines of a configuration with all options at one end of their ranges."""
    lines = list(SWITCHES[end])
    for name, ends in number_options().items():
        if name in WITHOUT_WORK or (end == "low" and name in COMPILER_ONLY):
            continue
        value = ends[end == "high"]
        lines.append(f"CONFIG_{name}={max(value, LEAST.get((product, name), value))}")
    return lines


def measure(folder, board, product, lines, plugin):
    """(stretches, latest handlers) of a product with these lines over its configuration."""
    more = [f'CONFIG_SYSTEM_DTS="{LIMITS_DTS}"'] if product == LIMITS else []
    name = WORST if product == LIMITS else product
    with open(f"{folder}.lines", "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, *more]) + "\n")
    bench_run.make(folder, f"{name}-{board}_defconfig")
    bench_run.make(folder, "mergeconfig", f"FILE={folder}.lines")
    bench_run.make(folder, "all")
    if product == HOSTILE:
        return bench.measure_hostile(folder, plugin)
    records = bench_run.parse(bench_run.run(folder, plugin, "range"))
    return bench.stretches_of(folder, records), bench.latencies_of(folder, records)


def check(folder, board, product, lines, plugin):
    """Measure; a failure says by what the budget is exceeded."""
    stretches, sites = measure(str(folder), board, product, lines, plugin)
    report = list(bench.bench_stretch.report(stretches, bench.STRETCH_GOAL))
    print("\n".join([f"{product} on {board}: " + " ".join(lines), *report,
                     *bench_latency.report(sites, bench.LATENCY_GOAL)]))
    assert stretches[0]["longest"] <= bench.STRETCH_GOAL, report[:3]
    assert bench_latency.total(sites[0]) <= bench.LATENCY_GOAL


def test_ben35_all_listed():
    """BEN35 Every number with a range is measured at its ends, or has a reason; none is listed in vain."""
    known = set(MEASURED) | set(WITHOUT_WORK)
    found = set(number_options())
    assert found - known == set(), "measure it in test_ranges.py, or say why that is not needed"
    assert known - found == set(), "no such option any more"


def test_ben36_compiler_only():
    """BEN36 The limits that only descriptions keep are in no path of the microvisor."""
    for path in glob.glob("core/*.c") + glob.glob("arch/arm/*.[cS]") + glob.glob("drivers/**/*.c",
                                                                              recursive=True):
        with open(path, encoding="utf-8") as file:
            text = [line for line in file if "_Static_assert" not in line]
        for name in COMPILER_ONLY:
            assert not any(f"CONFIG_{name}" in line for line in text), (path, name)


@pytest.mark.parametrize("end, product", [("low", LATE), ("low", WORST), ("high", LATE),
                                          ("high", LIMITS), ("high", HOSTILE)])
def test_ben37_ends_together(end, product, plugin, tmp_path):
    """BEN37 With all options at one end of their ranges no stretch exceeds the budget."""
    check(tmp_path / "out", "vexpress-a9", product, lines_at(end, product), plugin)


def single_ends():
    """(what, product, lines) of each end alone."""
    for name, ends in number_options().items():
        for which, value in zip(("low", "high"), ends):
            if name in WITHOUT_WORK or (which == "low" and name in COMPILER_ONLY):
                continue
            product = MEASURED[name]
            lines = [f"CONFIG_{name}={value}"] if product != LIMITS else lines_at("high", LIMITS)
            if product != LIMITS or name == "MAX_TIMERS":  # that description needs them all
                yield f"{name}-{which}", product, lines
    for name, lines in ALONE.items():
        for product in (WORST, LATE, HOSTILE):
            yield f"{name}-{product}", product, lines


@pytest.mark.parametrize("board", bench.BOARDS)
def test_ben38_ends_alone(board, plugin, tmp_path):
    """BEN38 Nor with any of them alone, on either board."""
    exceeded = []
    for what, product, lines in single_ends():
        stretches, _ = measure(str(tmp_path / what), board, product, lines, plugin)
        if stretches[0]["longest"] > bench.STRETCH_GOAL:
            exceeded.append((what, *list(bench.bench_stretch.report(stretches, bench.STRETCH_GOAL))[:3]))
    assert not exceeded
