# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The benchmark: that it repeats itself, and that no figure has become worse."""

import json
import os
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, f"{TOP}/scripts/bench")
import bench  # the path must be set first
import bench_latency
import bench_os
import bench_report
import bench_rows
import bench_run
import bench_stretch

# How much worse than the baseline a figure may be, before somebody must look.
TOLERANCE = 0.05


@pytest.fixture(scope="module", name="built", params=bench.BOARDS)
def fixture_built(request, tmp_path_factory):
    """(board, output folder) of the benchmark, built."""
    return request.param, bench.build(str(tmp_path_factory.mktemp("bench")), request.param)


@pytest.fixture(scope="module", name="runs")
def fixture_runs(built, plugin):
    """What the plugin wrote in two runs on a board."""
    marks = list(bench_run.cell_marks(built[1]))
    return [bench_run.run(built[1], plugin, name, marks) for name in ("one", "two")]


@pytest.fixture(scope="module", name="results")
def fixture_results(built, runs):
    """{row: result} on a board."""
    records = bench_run.parse(runs[0])
    rows = [*bench_rows.measure(records), bench_rows.boot(records),
            bench.stretch_row(bench.stretches_of(built[1], records))]
    return {row["row"]: row for row in rows}


def baseline(board):
    """{row: result} of the committed figures of a board."""
    with open(bench.BASELINE, encoding="utf-8") as file:
        return {row["row"]: row for row in json.load(file) if row["board"] == board}


def test_ben01_repeatable(runs):
    """BEN01 Two runs give the same figures, byte for byte."""
    assert runs[0] == runs[1]


def test_ben02_all_rows(results):
    """BEN02 Every row is measured, and more than once where it can be."""
    for row in bench_rows.ROWS:
        assert results[row.id]["samples"] >= 9, row.id
        assert 0 < results[row.id]["min"] <= results[row.id]["instructions"] <= \
            results[row.id]["max"], row.id


def test_ben03_goals_kept(built, results):
    """BEN03 A goal that the baseline meets is still met."""
    lost = [f"{row}: {results[row]['max']}, goal {results[row]['goal']}"
            for row, before in baseline(built[0]).items()
            if before["met"] and row in results and not results[row]["met"]]
    assert not lost


def test_ben04_not_worse(built, results):
    """BEN04 No figure is more than 5 % worse than the baseline (cure: make bench SAVE=1)."""
    worse = [f"{row}: {before['max']} before, {results[row]['max']} now"
             for row, before in baseline(built[0]).items()
             if row in results and results[row]["max"] > before["max"] * (1 + TOLERANCE)]
    assert not worse


def test_ben05_maintenance(results):
    """BEN05 Switching cells flushes no TLB and no cache: address spaces have their own ASIDs."""
    for row in ("signal_wake", "wait_switch", "yield_switch", "channel_round_trip_4096", "irq_device"):
        assert not results[row]["tlb"] and not results[row]["cache"], row
    for row in ("null", "virq_fetch", "timer_set", "irq_device_own"):
        assert not results[row]["ttbr"] and not results[row]["dacr"], row


@pytest.fixture(scope="module", name="of_guest")
def fixture_of_guest(built, plugin, tmp_path_factory):
    """{row: result} of guests on a board; two runs must agree."""
    folder = bench.build(str(tmp_path_factory.mktemp("guest")), built[0], bench.GUEST_PRODUCT)
    records = bench.run_twice(folder, plugin, list(bench_run.cell_marks(folder)))
    rows = [*bench_rows.measure(records, bench_rows.GUEST_ROWS),
            bench.stretch_row(bench.stretches_of(folder, records), "interrupts_off_guest")]
    return {row["row"]: row for row in rows}


def test_ben08_guests(built, of_guest):
    """BEN08 What guests cost is not more than 5 % above the baseline, and goals are still met."""
    before = baseline(built[0])
    for row, now in of_guest.items():
        assert now["max"] <= before[row]["max"] * (1 + TOLERANCE), row
        assert now["met"] or not before[row]["met"], row
    assert all(of_guest[row.id]["samples"] >= 9 for row in bench_rows.GUEST_ROWS)
    assert of_guest["fp_kept"]["max"] == 0 < of_guest["fp_first_use"]["min"]
    assert not of_guest["space_switch"]["tlb"]


def test_ben09_bare_board(built, plugin, tmp_path):
    """BEN09 An operating system takes no more than 5 % above the baseline in a cell, and its null
    system call at most 40 instructions more than on the bare board."""
    folder = bench.build(str(tmp_path), built[0], bench.OS_PRODUCT)
    before = baseline(built[0])
    for now in bench_os.measure(folder, built[0], plugin):
        if "native" in now:
            assert now["mullion"] <= before[now["row"]]["mullion"] * (1 + TOLERANCE), now
        else:
            assert now["met"], now


def test_ben17_hostile(built, plugin, tmp_path):
    """BEN17 A guest with hostile tables does not hold interrupts up for longer than the goal."""
    folder = bench.build(str(tmp_path), built[0], bench.HOSTILE_PRODUCT)
    stretches, sites = bench.measure_hostile(folder, plugin)
    assert stretches[0]["longest"] <= bench.STRETCH_GOAL
    assert bench_latency.total(sites[0]) <= bench.LATENCY_GOAL


def test_ben18_late(built, plugin, tmp_path):
    """BEN18 A guest whose buffers are never in its vTLB holds up neither interrupts nor the most urgent
    cell for longer than the goals; its hypercalls that give way are made once more, and once."""
    folder = bench.build(str(tmp_path), built[0], bench.LATE_PRODUCT)
    records = bench.run_twice(folder, plugin)  # it would not end if a message were lost, doubled or torn
    assert bench.stretches_of(folder, records)[0]["longest"] <= bench.STRETCH_GOAL
    sites = {site["place"]: site for site in bench.latencies_of(folder, records)}
    assert max(bench_latency.total(site) for site in sites.values()) <= bench.LATENCY_GOAL
    polled = sites["poll in vtlb_may"]
    assert polled["taken"] > 20
    assert "svc_again" in dict(polled["handling_path"])


def test_ben07_worst(built, plugin, tmp_path):
    """BEN07 What tries to hold interrupts up has not become able to do so for longer."""
    folder = bench.build(str(tmp_path), built[0], "bench-worst")
    worst = bench.stretches_of(folder, bench.run_twice(folder, plugin))[0]["longest"]
    before = baseline(built[0])["interrupts_off_worst"]
    assert worst <= before["max"] * (1 + TOLERANCE)
    assert worst <= before["goal"] or not before["met"]


def test_ben06_profile(built, plugin, results, capsys):
    """BEN06 A profile accounts for every instruction of its row."""
    for row in ("null", "irq_timer"):
        bench.profile(row, *built, plugin)
        lines = capsys.readouterr().out.split("\n")
        assert lines[1] == f"{results[row]['instructions']} instructions"
        by_function = lines[lines.index("By function of the image:") + 1:]
        by_function = by_function[:by_function.index("")]
        assert sum(int(line.split()[0]) for line in by_function) == results[row]["instructions"]


# What needs no run ------------------------------------------------------------------

NAMES = ["user", "kernel", *bench_report.BESIDE]


def mark(name, kernel, entry=None, stretch=0):
    """A record as the plugin writes it."""
    record = {"mark": name, "counts": [0, kernel] + [0] * len(bench_report.BESIDE)}
    if entry:
        record.update(entry=entry, stretch=[0, stretch] + [0] * len(bench_report.BESIDE))
    return record


def kernel_of(row, marks):
    """Privileged instructions of each sample of a row."""
    return [sample[1] for sample in bench_rows.samples(row, marks)]


def test_ben10_between():
    """BEN10 A row lies between the last beginning and the next end."""
    row = bench_rows.between("x", "g", "t", "a", "b", unless="c")
    marks = [mark("b", 1), mark("a", 10), mark("a", 20), mark("b", 50), mark("b", 60),
             mark("a", 100), mark("c", 110), mark("b", 120), mark("a", 200), mark("b", 207)]
    assert kernel_of(row, marks) == [30, 7]


def test_ben11_entry():
    """BEN11 An interrupt's row counts only what began with an interrupt."""
    row = bench_rows.interrupt("x", "t", "timer")
    marks = [mark("timer_upcall", 5), mark("timer_upcall", 10, "svc", 5),
             mark("timer_upcall", 90, "irq", 70), mark("timer_upcall", 190, "idle", 80)]
    assert kernel_of(row, marks) == [70, 80]


def test_ben12_handled():
    """BEN12 Handling an interrupt begins where the interrupt came."""
    row = next(row for row in bench_rows.ROWS if row.how == "handled")
    marks = [mark(row.start, 100, "irq", 30), mark(row.end, 140), mark(row.start, 200, "svc", 10),
             mark(row.end, 240)]
    assert kernel_of(row, marks) == [70]


def test_ben16_faults():
    """BEN16 An instruction that faults is executed twice; its row begins with the first time."""
    row = bench_os.Native("x", "t", "a", "b")
    marks = [mark("a", 10), mark("a", 40), mark("b", 50), mark("b", 60), mark("a", 100),
             mark("b", 107)]
    assert bench_os.samples(row, marks) == [(0, 40), (0, 7)]


def test_ben13_unfinished():
    """BEN13 A run that breaks off is an error that names the last mark."""
    with pytest.raises(bench.BenchError, match="last mark was 'null_call'"):
        list(bench_rows.measure([{"counters": NAMES}, mark("null_call", 1)]))


def test_ben14_merge():
    """BEN14 The longest stretch of several runs is found, with its path."""
    class Names:
        """Functions of a microvisor that does not exist."""
        @staticmethod
        def follow(path):
            """The path as it is."""
            return path

    def record(entry, longest, path):
        return {"stretches": entry, "number": 2, "total": longest + 1, "longest": longest,
                "buckets": [1, 1], "path": path}
    runs = [("one", [record("svc", 10, [("f", 10)]), record("boot", 9999, [])], Names),
            ("two", [record("svc", 30, [("f", 10), ("g", 20)]), record("irq", 20, [])], Names)]
    merged = bench_stretch.merge(runs)
    assert [(kind["entry"], kind["longest"], kind["number"]) for kind in merged] == \
        [("svc", 30, 4), ("irq", 20, 2)]
    assert merged[0]["run"] == "two"
    assert "f 10 > g 20" in "\n".join(bench_stretch.report(merged, 25))
    assert "(goal 25: missed)" in next(bench_stretch.report(merged, 25))


def test_ben19_latencies():
    """BEN19 The handler is as late as the longest wait of all runs and the longest handling, at a place."""
    class Names:
        """Functions of a microvisor that does not exist."""
        @staticmethod
        def follow(path):
            """The path as it is."""
            return path

        @staticmethod
        def find(address):
            """One name for all."""
            return f"f{address}"

    def record(kind, wait, handling, taken=1, caller=0):
        return {"latency": kind, "caller": caller, "taken": taken, "wait": wait, "handling": handling,
                "wait_path": [("w", wait)], "handling_path": [("h", handling)]}
    runs = [("one", [record("vector", 100, 5), record("poll", 70, 30, caller=8)], Names),
            ("two", [record("vector", 10, 50), record("idle", 999, 0, taken=0)], Names)]
    merged = bench_latency.merge(runs)
    assert [(site["place"], bench_latency.total(site)) for site in merged] == \
        [(bench_latency.VECTOR, 150), ("poll in f8", 100)]
    assert merged[0]["wait_run"] == "one" and merged[0]["handling_run"] == "two"
    again = bench_latency.merge_sites([bench_latency.merge(runs[:1]), bench_latency.merge(runs[1:])])
    assert again == merged
    assert "(goal 120: missed)" in next(bench_latency.report(merged, 120))
    row = bench.latency_row(merged)
    assert row["max"] == 150 and row["met"] and "w 100" in row["wait_path"]


def test_ben15_documents():
    """BEN15 The published table and chart are those of the baseline."""
    with open(bench.BASELINE, encoding="utf-8") as file:
        rows = json.load(file)
    with open(f"{TOP}/docs/benchmarks.md", encoding="utf-8") as file:
        published = file.read()
    for line in bench_report.table(rows, bench.BOARDS):
        assert line in published
    with open(f"{TOP}/docs/benchmarks.svg", encoding="utf-8") as file:
        assert file.read() == bench_report.chart(rows)
