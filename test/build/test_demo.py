# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""What `make demo` says to somebody at a terminal, and that long work shows that it goes on."""

import sys

import pexpect

from source_tree import TOP

sys.path[:0] = [f"{TOP}/scripts/bench", f"{TOP}/scripts/linux", f"{TOP}/scripts/run"]
import bench_linux  # the path must be set first
import demo_tour
import linux_run
import run_demo

PRODUCT = "## the tour\nCONFIG_BOARD_VEXPRESS_A9=y\n"
FAKE_QEMU = "#!/bin/sh\necho QEMU is here\n"
LAST = "Running in QEMU. To leave: press Ctrl-A, then X."


def test_nothing_between(pristine, tmp_path):
    """MAK89 At a terminal, nothing stands between how to leave and what QEMU shows."""
    pristine.write("scripts/setup/setup.sh", "exit 0\n")
    pristine.write("configs/tour_defconfig", PRODUCT)
    qemu = tmp_path / "qemu"
    qemu.write_text(FAKE_QEMU)
    qemu.chmod(0o755)
    said = pexpect.run(f"make demo -j2 DEMO=tour_defconfig QEMU={qemu}", cwd=pristine.path, timeout=1200,
                       encoding="utf-8")
    assert said.split(LAST)[1].split() == ["QEMU", "is", "here"]


def test_screen():
    """MAK95 What to try comes once, when both Linux guests are up and quiet, however what they print is cut into
    pieces; it fits a terminal of 24 lines and 80 columns."""
    text = demo_tour.screen()
    assert text.count("\n") < 24 and max(map(len, text.split("\n"))) < 80
    banner = f"one | 380 {demo_tour.SHELL} stops".encode()
    for size in (1, 7, 1000):
        screen, first = run_demo.Screen(), b"booting " * 1000 + banner + b" two boots " * 1000
        for data, patience in ((first, None), (banner, run_demo.QUIET), (b" and on" * 10, run_demo.QUIET)):
            for start in range(0, len(data), size):
                screen.look(data[start:start + size])
            assert screen.patience() == patience
        assert screen.quiet() == text.replace("\n", "\r\n").encode()
        screen.look(banner * 2)
        assert screen.patience() is None
    assert {cell for cell, _, _ in demo_tour.OFFERS} <= set(range(1, len(demo_tour.NAMES) + 1))


STUB = """import sys
print("  CC      native kernel: 100 files, 20 s", file=sys.stderr)
print("the first line")
print("/the/folder")
"""


def test_kernel_builds_show(tmp_path, monkeypatch, capfd):
    """MAK90 When a benchmark or a test run builds a kernel first, what the build says is seen."""
    (tmp_path / "guests/linux").mkdir(parents=True)
    (tmp_path / "guests/linux/build.py").write_text(STUB)
    monkeypatch.setattr(bench_linux.bench_run, "TOP", str(tmp_path))
    assert bench_linux.build_linux("kernel", "native") == "/the/folder"
    assert "native kernel: 100 files" in capfd.readouterr().err
    assert linux_run.printed(sys.executable, f"{tmp_path}/guests/linux/build.py") == "/the/folder"
    assert "native kernel: 100 files" in capfd.readouterr().err
