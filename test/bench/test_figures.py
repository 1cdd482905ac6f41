# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The published figures are those of the present sources: their images are the same, byte for byte.

Nothing is measured here. The images of Linux need the kernels of guests/linux, as test/linux does.
"""

import os
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, f"{TOP}/scripts/bench")
import bench  # the path must be set first
import bench_figures
import bench_linux
import bench_run
from bench_symbols import BenchError

DOCUMENTS = ("benchmarks", "linux-benchmarks")
LINUX_BOARD = "vexpress-a9"


def differing(document, images):
    """Of these images, those that are not the published figures'."""
    return [name for name in bench_figures.others(document, images) if name in images]


@pytest.mark.parametrize("board", bench.BOARDS)
def test_ben52_images(board, tmp_path):
    """BEN52 The figures of the microvisor are those of the present sources (cure: make bench SAVE=1)."""
    assert not differing("benchmarks", bench.images(str(tmp_path), board))


def test_ben53_linux_images(tmp_path):
    """BEN53 The figures of Linux are those of the present sources (cure: make bench-linux SAVE=1)."""
    folder = str(tmp_path / "product")
    bench_run.make(folder, f"bench-linux-{LINUX_BOARD}_defconfig")
    bench_run.make(folder, "all")
    native = bench_linux.build_linux("kernel", "native")
    assert not differing("linux-benchmarks", bench_linux.images(LINUX_BOARD, native, folder))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_ben54_commit(document):
    """BEN54 A document of figures names the commit at which they were measured, and it is that of the images."""
    with open(f"{TOP}/docs/{document}.md", encoding="utf-8") as file:
        name = bench_figures.named(file.read())
    assert name and name == bench_figures.read()[document]["commit"]


def test_ben55_record(tmp_path, monkeypatch):
    """BEN55 An image that has changed, is new or is missing is not that of the figures; each document
    has its own; figures of a tree with changes are not published."""
    monkeypatch.setattr(bench_figures, "RECORD", str(tmp_path / "figures.json"))
    assert bench_figures.others("a", {"one": "12"}) == ["one"]
    bench_figures.record("a", "0123456789ab", {"one": "12", "two": "34"})
    bench_figures.record("b", "ba9876543210", {"one": "56"})
    assert bench_figures.others("a", {"two": "34", "one": "12"}) == []
    assert bench_figures.others("a", {"two": "35", "three": "12"}) == ["one", "three", "two"]
    assert bench_figures.others("b", {"one": "56"}) == []
    assert bench_figures.read()["a"]["commit"] == "0123456789ab"
    assert bench_figures.named(f"x\n{bench_figures.sentence('ba9876543210')}\n") == "ba9876543210"
    assert bench_figures.named("Measured at commit `main`.") is None
    monkeypatch.setattr(bench_figures, "changed", lambda: [" M core/boot.c"])
    with pytest.raises(BenchError, match="core/boot.c"):
        bench_figures.commit()
