# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The arithmetic of the benchmark of Linux, on runs that did not happen; needs no Linux."""

import os
import re
import sys
import xml.etree.ElementTree as ElementTree

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, f"{TOP}/scripts/bench")
import bench_linux  # the path must be set first
import bench_linux_curve
import bench_linux_profile
import bench_linux_report
import bench_linux_sizes
from bench_linux import BenchError, Figure, Row

PROGRAM = f"{TOP}/guests/linux/user/bench"


def edges(name, *rounds, start=1000):
    """Records of rounds of a row: (user, kernel) instructions each."""
    user = kernel = start
    for more_user, more_kernel in rounds:
        yield {"mark": f"{name}_begin", "counts": [user, kernel]}
        user, kernel = user + more_user, kernel + more_kernel
        yield {"mark": f"{name}_end", "counts": [user, kernel]}
        user += 77  # between rounds: counts for nobody


def says(**times):
    """A serial line on which rows ran, as under Mullion: with the cell's name before each line."""
    return "".join(f"linux   | bench: {name}: {number} operations, 3 rounds\r\n"
                   for name, number in times.items())


def test_ben20_rounds():
    """BEN20 A round is what lies between a row's two marks, of all instructions."""
    records = [{"counters": ["user", "kernel"]}, *edges("a", (10, 5), (20, 7)), {"boots": [1]},
               *edges("b_c", (3, 0)), {"mark": "other", "counts": [9, 9]}]
    assert bench_linux.samples(records) == {"a": [Figure(15, 5), Figure(27, 7)],
                                            "b_c": [Figure(3, 0)]}


def test_ben21_broken_round():
    """BEN21 An end without its begin is no round, and a begin without its end none either."""
    records = list(edges("a", (10, 5), (20, 7)))
    assert bench_linux.samples(records[1:]) == {"a": [Figure(27, 7)]}
    assert bench_linux.samples(records[:1]) == {}


def test_ben22_least():
    """BEN22 The round with the least of all instructions counts, divided by its operations."""
    found = {"a": [Figure(1000, 10), Figure(900, 400), Figure(950, 20)]}
    assert bench_linux.per_operation(found, {"a": 100}) == {"a": Figure(9, 4)}
    with pytest.raises(BenchError, match="marks were not executed"):
        bench_linux.per_operation({}, {"a": 100})


def test_ben23_alone():
    """BEN23 What a process does alone is subtracted before anything is rounded."""
    figures = {"ctx": Figure(10.4, 3.4), "ctx_alone": Figure(3.6, 1.6), "null": Figure(7.5, 0.4)}
    assert bench_linux.without_alone(figures) == {"ctx": Figure(7, 2), "null": Figure(8, 0)}


def test_ben50_alone_of_alone():
    """BEN50 What is subtracted is net itself: of a protection fault the handler, not the sending of its
    signal; the profile is that of the same figure."""
    figures = {"prot": Figure(100, 30), "prot_alone": Figure(80, 8), "prot_alone_alone": Figure(15, 4)}
    assert bench_linux.without_alone(figures) == {"prot": Figure(35, 26)}
    counts = {"prot": {"fault": 40, "signal": 60}, "prot_alone": {"signal": 60, "send": 20},
              "prot_alone_alone": {"send": 15}}
    assert bench_linux.net(counts, "prot", bench_linux_profile.without) == \
        {"fault": 40, "signal": 0, "send": -5}


def test_ben24_log():
    """BEN24 The number of operations comes from the program; rows that failed stop everything."""
    log = says(null=100, ctx_2p_0k=20) + "linux   | bench: tcp skipped: socket: Function not here\r\n"
    assert bench_linux.operations(log) == {"null": 100, "ctx_2p_0k": 20}
    assert bench_linux.check_log(log) == {"tcp": "socket: Function not here"}
    for line in ("bench: pipe failed: 3 of its calls did not succeed",
                 "bench: pipe failed: ended by signal 14, it was stuck",
                 "bench: there is no row 'pipes'"):
        with pytest.raises(BenchError, match=re.escape(line[7:])):
            bench_linux.check_log(log + line + "\n")


def test_ben25_complete():
    """BEN25 A row that neither ran nor was skipped is an error that names it."""
    names = [row.id for row in bench_linux.ROWS]
    records = [record for name in names for record in edges(name, (10 * len(name), 10))]
    figures, skipped = bench_linux.evaluate(records, says(**dict.fromkeys(names, 10)))
    assert figures["pipe"] == Figure(5, 1) and not skipped
    with pytest.raises(BenchError, match="row 'udp' neither ran"):
        bench_linux.evaluate(records, says(**dict.fromkeys(names[:-1], 10)))


def test_ben26_overhead():
    """BEN26 Overhead is per cent of the native figure; a row that one side lacks is left out."""
    native = {"null": Figure(200, 3), "fork": Figure(1000, 0), "tcp": Figure(10, 0)}
    mullion = {"null": Figure(250, 40), "fork": Figure(900, 50)}
    assert list(bench_linux.combine(native, mullion)) == [
        {"row": "null", "unit": "instructions", "native": 200, "mullion": 250, "microvisor": 40,
         "overhead": 25.0, "okl4": 60},
        {"row": "fork", "unit": "instructions", "native": 1000, "mullion": 900, "microvisor": 50,
         "overhead": -10.0, "okl4": 8}]
    assert [set(row) for row in bench_linux.combine(native, None)] == \
        [{"row", "unit", "native", "okl4"}] * 3


ROWS = [{"row": "null", "unit": "instructions", "native": 2000, "mullion": 2500, "microvisor": 40,
         "overhead": 25.0, "okl4": 60},
        {"row": "open_close", "unit": "instructions", "native": 1000, "mullion": 950,
         "microvisor": 50, "overhead": -5.0, "okl4": -10},
        {"row": "mmap", "unit": "instructions", "native": 10, "mullion": 100, "microvisor": 1,
         "overhead": 900.0, "okl4": None}]


def test_ben27_table():
    """BEN27 The tables say which rows are at or under OKL4's overhead."""
    lines = list(bench_linux_report.table(ROWS, bench_linux.ROWS))
    assert lines[2].endswith("| 2,000 | 2,500 | 40 | +25.0 % | +60 % | met |")
    assert lines[3].endswith("| -5.0 % | -10 % | **missed** |")
    assert lines[4].endswith("| +900.0 % |  |  |")
    assert [line.split()[-1] for line in bench_linux_report.text(ROWS)][1:3] == ["met", "missed"]
    text = "\n".join(bench_linux_report.section(ROWS, bench_linux.ROWS, "vexpress-a9"))
    assert "**1 of 2 rows are at or under" in text and text.endswith("\n".join(lines))
    native = [{key: row[key] for key in ("row", "native", "okl4")} for row in ROWS]
    assert list(bench_linux_report.table(native, bench_linux.ROWS))[2].endswith("(getppid) | 2,000 |")
    assert list(bench_linux_report.text(native))[1].split() == ["null", "2,000"]


def test_ben32_limit():
    """BEN32 A row that is over OKL4's overhead by less than is shown is missed all the same."""
    row = {"row": "sh", "native": 100000, "mullion": 103000, "overhead": 3.0, "okl4": 3}
    assert bench_linux_report.verdict(row) == "met"
    assert bench_linux_report.verdict({**row, "mullion": 103001}) == "**missed**"
    assert bench_linux_report.verdict({**row, "okl4": None}) == ""


def test_ben28_chart():
    """BEN28 The chart has a bar for each figure, from the axis to its place, within the picture."""
    root = ElementTree.fromstring(bench_linux_report.chart(ROWS))
    bars = [item.attrib for item in root if item.tag.endswith("rect") and "x" in item.attrib]
    widths = [float(bar["width"]) / bench_linux_report.SCALE for bar in bars]
    assert widths == [25, 60, 5, 10, bench_linux_report.HIGHEST]
    zero = bench_linux_report.place(0)
    assert [float(bar["x"]) < zero for bar in bars] == [False, False, True, True, False]
    assert all(float(bar["x"]) + float(bar["width"]) < float(root.attrib["width"]) for bar in bars)


def test_ben51_curve():
    """BEN51 The picture of switches has a line for each side, through all numbers of processes in order,
    within the field, the higher the more instructions; every ring that is measured is in it."""
    rows = [{"row": f"ctx_{number}p_0k", "native": 1464, "mullion": 1700 + number * 60}
            for number in (128, 2, 16, 8)]
    root = ElementTree.fromstring(bench_linux_curve.chart([*rows, ROWS[0]]))
    lines = [[tuple(map(float, point.split(","))) for point in item.attrib["points"].split()]
             for item in root if item.tag.endswith("polyline")]
    assert [len(line) for line in lines] == [4, 4]
    assert len({y for _, y in lines[0]}) == 1
    for line in lines:
        assert [x for x, _ in line] == sorted({x for x, _ in line})
        assert all(bench_linux_curve.LEFT <= x <= bench_linux_curve.RIGHT and
                   bench_linux_curve.TOP <= y <= bench_linux_curve.BOTTOM for x, y in line)
    assert [y for _, y in lines[1]] == sorted((y for _, y in lines[1]), reverse=True)
    assert [bench_linux_curve.scale(most) for most in (1, 5, 9380, 10001)] == [5, 5, 10000, 25000]
    known = [{"row": row.id} for row in bench_linux.ROWS]
    assert [number for number, _ in bench_linux_curve.points(known)] == [2, 8, 16, 32, 64, 128]


def test_ben29_names():
    """BEN29 An address has the plainest of its names, in the part that it belongs to."""
    nm = ("c0100000 T __memset\nc0100000 T memset\nc0100000 T mmioset\nc0100010 t $a\n"
          "c0100040 d data\nc0100080 W weak\nc0100080 T __strong\n")
    assert bench_linux_profile.best_names(nm) == "c0100000 T memset\nc0100080 T weak\n"
    namer = bench_linux_profile.Namer.__new__(bench_linux_profile.Namer)
    namer.linux = bench_linux_profile.Functions("c0100000 T memset\n")
    namer.bench = bench_linux_profile.Functions("20000000 T run_null\n")
    namer.microvisor = None
    assert namer.find(0xC0100004) == ("kernel", "memset")
    assert namer.find(0x20000008) == ("program", "run_null")
    assert namer.find(0x00010000) == ("program", "(other programs)")
    assert namer.find(0xFFFF0FE0) == ("kernel", "(vectors)")
    namer.microvisor = bench_linux_profile.Functions("f0000000 T vectors\n")
    assert namer.find(0xF0000008) == ("microvisor", "vectors")


def test_ben30_profile(monkeypatch):
    """BEN30 A profile accounts for every instruction of the round, in each of its runs."""
    class Names:
        """Names of a system that does not exist."""
        @staticmethod
        def find(address):
            """The part by size, a function of four instructions."""
            return ("kernel" if address >= 1000 else "program"), f"f{address // 16}"
    counts = [[0, 20], [4, 30], [16, 1], [1600, 949]]
    records = [{"histogram": ["a_begin", "a_end"], "counts": [*counts, [1604, 3]]},
               {"histogram": ["a_begin", "a_end"], "counts": counts},
               {"histogram": ["a_alone_begin", "a_alone_end"], "counts": [[0, 5], [32, 1]]}]
    counts = bench_linux_profile.by_function(records, "a", Names, 10)
    assert counts == {("program", "f0"): 5, ("program", "f1"): 0.1, ("kernel", "f100"): 94.9}
    with pytest.raises(BenchError, match="row 'b' was never measured"):
        bench_linux_profile.by_function(records, "b", Names, 10)
    setup = bench_linux.Setup("native", *[None] * 6)
    lines = list(bench_linux_report.profile("a", [(setup, counts), (setup, {})]))
    figures = {line.split("  ")[-1]: line.split()[0] for line in lines if line}
    assert (figures["all"], figures["program"], figures["kernel"]) == ("100.0", "5.1", "94.9")
    assert (figures["kernel: f100"], figures["others"]) == ("94.9", "0.1")
    monkeypatch.setattr(bench_linux_profile, "Namer", lambda maps: Names)
    alone = bench_linux.profiles(records, says(a=10, a_alone=1), setup)["a"]
    assert alone == {("program", "f0"): 0, ("program", "f1"): 0.1, ("program", "f2"): -1,
                     ("kernel", "f100"): 94.9}


def test_ben33_rest():
    """BEN33 Of a row that misses, the document names the functions that most of the difference is in."""
    native = {"open_close": {("kernel", "cpu_v7_set"): 50, ("kernel", "a"): 200, ("kernel", "b"): 30}}
    mullion = {"open_close": {("kernel", "cpu_mullion_set"): 52, ("kernel", "a"): 250, ("kernel", "b"): 20,
                              ("microvisor", "trap"): 60}}
    row = {"row": "open_close", "native": 280, "mullion": 382, "overhead": 36.4, "okl4": -10}
    met = {"row": "null", "native": 280, "mullion": 382, "overhead": 36.4, "okl4": 60}
    lines = list(bench_linux_report.rest([met, row], native, mullion))
    assert lines[-1] == "| `open_close` | +102 | +0 | +42 | +60 | `trap` 60, `a` 50 |"
    assert not any("`null`" in line for line in lines)


def test_ben34_sizes(tmp_path):
    """BEN34 Other sizes differ from the product in two options; the table has them all in order."""
    config = "CONFIG_A=y\nCONFIG_VTLB_SPACES=8\n# CONFIG_B is not set\nCONFIG_VTLB_TABLES=64\n"
    (tmp_path / ".config").write_text(config)
    changed = bench_linux_sizes.with_size(config, (2, 9))
    assert sorted(changed.splitlines()) == ["# CONFIG_B is not set", "CONFIG_A=y", "CONFIG_VTLB_SPACES=2",
                                            "CONFIG_VTLB_TABLES=9"]
    assert bench_linux_sizes.size_of(tmp_path) == (8, 64)
    assert (8, 64) not in bench_linux_sizes.others(tmp_path) and bench_linux_sizes.others(tmp_path)
    rows = [{"row": "null", "native": 100, "mullion": 110}]
    lines = list(bench_linux_sizes.section(rows, {(2, 8): {"null": Figure(130, 1)},
                                                  (16, 256): {"null": Figure(99, 1)}}, tmp_path))
    assert lines[-2] == "| `null` | +30.0 % | +10.0 % | -1.0 % |"
    assert lines[1] == "| row | 2 spaces, 8 tables | 8 spaces, 64 tables (default) | 16 spaces, 256 tables |"
    assert lines[-1] == "| memory | 42 KiB | 200 KiB | 528 KiB |"


def test_ben31_rows_agree():
    """BEN31 The program's rows are those that are evaluated, and all names are plain."""
    with open(f"{PROGRAM}/rows.h", encoding="utf-8") as file:
        program = re.findall(r"^ROW\((\w+), \d+\)$", file.read(), re.M)
    alone = [name for name in program if name.endswith(bench_linux.ALONE)]
    assert [name for name in program if name not in alone] == [row.id for row in bench_linux.ROWS]
    assert {name[:-len(bench_linux.ALONE)] for name in alone} <= set(program)
    assert isinstance(bench_linux.ROWS[0], Row) and len(set(program)) == len(program)
