# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The programs for Linux, run natively: the checks hold, the benchmark repeats itself."""

import os
import re
import sys

import pytest

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, f"{TOP}/scripts/bench")
import bench_linux  # the path must be set first
import bench_linux_profile
import bench_run

LINUX = f"{TOP}/guests/linux"
CHECKS_END = b" failed\r\n"


def promised():
    """The ids of all checks, as the sources have them."""
    found = []
    for folder, _, names in os.walk(LINUX):
        for name in names:
            if name == "check.sh" or folder.endswith("user/check"):
                with open(f"{folder}/{name}", encoding="utf-8") as file:
                    found += re.findall(r"^(?:promise |\t\{ \"|\t{ \")(LNX\d+)\b", file.read(), re.M)
    return found


def checks_sum():
    """The line with which all checks end when all are ok."""
    return f"check.sh: {len(promised())} passed, 0 failed"


def test_ids():
    """LIN80 No two checks have the same id."""
    ids = promised()
    assert len(ids) == len(set(ids)) > 100


class Options:
    """What the command line of bench_linux.py would have."""

    def __init__(self, out, board, kernel, initramfs):
        self.out, self.board, self.native = str(out), board, kernel
        self.initramfs = f"{initramfs}/initramfs.cpio.gz"
        self.programs = f"{initramfs}/user"


@pytest.fixture(scope="module", name="plugin")
def fixture_plugin(tmp_path_factory):
    """The plugin, built."""
    return bench_run.build_plugin(tmp_path_factory.mktemp("plugin"))


@pytest.mark.parametrize("board", sorted(bench_linux.DTBS))
def test_checks(board, native_kernel, initramfs, plugin, tmp_path):
    """LIN81 All checks are made and are ok natively."""
    setup = bench_linux.native_setup(Options(tmp_path, board, native_kernel, initramfs), "/check.sh")
    _, log = bench_linux.run(setup, tmp_path, plugin, end=CHECKS_END)
    bad = re.findall(r"^not ok .*", log, re.M)
    assert not bad
    assert sorted(re.findall(r"^ok (LNX\d+) ", log, re.M)) == sorted(promised())
    # QEMU may have gone on for a while before it was ended.
    assert re.findall(r"^check\.sh: .*", log.replace("\r", ""), re.M) == [checks_sum()]


@pytest.fixture(scope="module", name="setup")
def fixture_setup(native_kernel, initramfs, tmp_path_factory):
    """How the benchmark runs natively."""
    out = tmp_path_factory.mktemp("bench")
    return bench_linux.native_setup(Options(out, "vexpress-a9", native_kernel, initramfs))


def test_benchmark(setup, plugin, tmp_path):
    """LIN82 Every row of the benchmark runs natively, twice with the same figures."""
    runs = [bench_linux.evaluate(*bench_linux.run(setup, tmp_path, plugin)) for _ in range(2)]
    assert runs[0] == runs[1]
    figures, skipped = runs[0]
    assert not skipped and list(figures) == [row.id for row in bench_linux.ROWS]
    assert 100 < figures["null"].total < figures["read"].total < figures["open_close"].total
    assert figures["fork"].total < figures["exec"].total < figures["sh"].total


def test_rounds_agree(setup, plugin, tmp_path):
    """LIN83 The rounds of a row differ by no more than a few ticks of the timer and their work."""
    records, log = bench_linux.run(setup, tmp_path, plugin)
    times = bench_linux.operations(log)
    for name, rounds in bench_linux.samples(records).items():
        least = min(rounds).total
        close = [one for one in rounds if one.total - least < max(0.01 * least, 20000)]
        assert times[name] and len(rounds) == 5 and len(close) >= 2, (name, rounds)


def test_profile(setup, plugin, tmp_path):
    """LIN84 A profile accounts for every instruction of that round of a row which is its figure."""
    records, log = bench_linux.run(setup, tmp_path, plugin, bench_linux_profile.ARGUMENTS)
    found, namer = bench_linux.samples(records), bench_linux_profile.Namer(setup.maps)
    for row, times in bench_linux.operations(log).items():
        counts = bench_linux_profile.by_function(records, row, namer, times)
        assert round(sum(counts.values()) * times) == min(figure.total for figure in found[row]), row
        assert {part for part, _ in counts} == {"program", "kernel"}
        assert row == "sh" or counts.get(("program", "(other programs)"), 0) == 0, row
