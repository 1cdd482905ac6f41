# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""What `make demo` says to somebody at a terminal, and that long work shows that it goes on."""

import sys

import pexpect
import pytest

from source_tree import TOP

sys.path[:0] = [f"{TOP}/scripts/bench", f"{TOP}/scripts/linux"]
import bench_linux  # the path must be set first
import linux_run

# A product of native cells that counts as one with Linux: the goal looks for this line.
PRODUCT = """## the tour
CONFIG_BOARD_VEXPRESS_A9=y
# CONFIG_GUEST_LINUX=y
"""
FAKE_QEMU = "#!/bin/sh\necho QEMU is here\n"


@pytest.mark.parametrize("text, last", [
    (PRODUCT, "To leave QEMU: press Ctrl-A, then X."),
    (PRODUCT.replace("LINUX", "OTHER"), "Running in QEMU. To leave: press Ctrl-A, then X."),
])
def test_nothing_between(pristine, tmp_path, text, last):
    """MAK89 At a terminal, nothing stands between what to try and what QEMU shows."""
    pristine.write("scripts/setup/setup.sh", "exit 0\n")
    pristine.write("configs/tour_defconfig", text)
    qemu = tmp_path / "qemu"
    qemu.write_text(FAKE_QEMU)
    qemu.chmod(0o755)
    said = pexpect.run(f"make demo -j2 DEMO=tour_defconfig QEMU={qemu}", cwd=pristine.path, timeout=1200,
                       encoding="utf-8")
    assert said.split(last)[1].split() == ["QEMU", "is", "here"]


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
