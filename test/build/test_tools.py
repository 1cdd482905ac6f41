# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""What a machine lacks is named, with the cure, before anything is compiled."""

import os
import re
import shutil

import pytest

from source_tree import TOP

TABLE = f"{TOP}/scripts/setup/packages.txt"
ALL_GROUPS = ("config", "build", "run", "demo", "gdb", "draw", "linux", "debian", "check")


def rows():
    """(group, package, probe, reason) of each package."""
    with open(TABLE, encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                yield tuple(word.strip() for word in line.split("|"))


def path_without(folder, *missing):
    """A folder with links to all programs but some."""
    os.makedirs(folder)
    for directory in ("/usr/bin", "/bin"):
        for name in os.listdir(directory):
            target = os.path.join(folder, name)
            if name not in missing and not os.path.lexists(target):
                os.symlink(os.path.join(directory, name), target)
    return str(folder)


COMMANDS = [(package, probe.split(":")[1] if probe.startswith("command") else
             "arm-none-eabi-" + probe.split(":")[1])
            for group, package, probe, _ in rows()
            if group in ("build",) and probe.startswith(("command", "cross"))]


@pytest.mark.parametrize("package, program, hostcc", [(*command, "gcc") for command in COMMANDS] +
                         [("gcc", "gcc", "env gcc")])
def test_missing_program(pristine, tmp_path, package, program, hostcc):
    """MAK50 A missing program is named with its package, and nothing is compiled; also if another starts it."""
    pristine.make("vexpress-a9_defconfig")
    path = path_without(tmp_path / "bin", program)
    text = pristine.make(f"HOSTCC={hostcc}", status=1, env={"PATH": path})
    assert f"apt-get install {package}" in text
    assert program in text
    assert not re.search(r"^  (CC|HOSTCC|GEN|HOSTLD) ", text, re.M)


def test_missing_header(pristine, tmp_path):
    """MAK51 A missing library header is named with its package."""
    pristine.make("vexpress-a9_defconfig")
    compiler = tmp_path / "hostcc"
    compiler.write_text("#!/bin/sh\nif grep -q libfdt.h; then exit 1; fi\n")
    compiler.chmod(0o755)
    text = pristine.make(f"HOSTCC={compiler}", status=1)
    assert "libfdt.h" in text and "libfdt-dev" in text
    assert "HOSTCC " not in text


def test_missing_module(pristine, tmp_path):
    """MAK52 A missing Python module is named with its package, also before configuring."""
    python = tmp_path / "python3"
    python.write_text('#!/bin/sh\nexec /usr/bin/python3 -S "$@"\n')
    python.chmod(0o755)
    text = pristine.make(f"PYTHON={python}", "vexpress-a9_defconfig", status=1)
    assert "apt-get install python3-kconfiglib" in text


def test_other_compiler(pristine):
    """MAK53 If CROSS_COMPILE names a compiler that is not there, the message says so."""
    pristine.make("vexpress-a9_defconfig")
    text = pristine.make("CROSS_COMPILE=no-such-", status=1)
    assert "no-such-gcc" in text and "CROSS_COMPILE is 'no-such-'" in text


def test_several_missing(pristine, tmp_path):
    """MAK54 All that is missing is named at once, in one command."""
    pristine.make("vexpress-a9_defconfig")
    path = path_without(tmp_path / "bin", "dtc", "arm-none-eabi-gcc")
    text = pristine.make(status=1, env={"PATH": path})
    line = re.search(r"apt-get install(.*)", text).group(1)
    assert set(line.split()) == {"device-tree-compiler", "gcc-arm-none-eabi"}


def test_no_graphviz(pristine, tmp_path):
    """MAK65 Without graphviz `make show-system` shows the text and names the package; it does not fail."""
    pristine.make("vexpress-a9_defconfig")
    path = path_without(tmp_path / "bin", "dot")
    text = pristine.make("show-system", env={"PATH": path})
    assert "Who may act on whom" in text and "apt-get install graphviz" in text
    assert "Not drawn" in text and "Drawn" not in text


def test_packages_have_reasons():
    """MAK55 Every package of the table has a probe that works and a reason."""
    packages = list(rows())
    assert len(packages) > 15
    for row in packages:
        assert len(row) == 4 and all(row)
        assert row[2].split(":")[0] in ("command", "cross", "header", "python", "file")
        assert set(row[0].split()) <= set(ALL_GROUPS)


def fake_setup(tmp_path, *missing, works=True):
    """A PATH with an apt-get that notes what it is told."""
    path = path_without(tmp_path / "bin", "apt-get", "sudo", *missing)
    apt = os.path.join(path, "apt-get")
    log = tmp_path / "apt.log"
    with open(apt, "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\necho "$@" >> {log}\n')
        if works:
            for name in missing:
                file.write(f'[ "$1" = update ] || ln -sf {shutil.which(name)} {path}/{name}\n')
        else:
            file.write("echo no network\nexit 100\n")
    os.chmod(apt, 0o755)
    return path, log


def as_root(path):
    """Let `id -u` say 0, so that the test does not depend on who runs it."""
    os.remove(os.path.join(path, "id"))
    with open(os.path.join(path, "id"), "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\necho 0\n")
    os.chmod(os.path.join(path, "id"), 0o755)


def test_setup_installs_only_missing(pristine, tmp_path):
    """MAK56 Setup says what it installs and why, asks nothing, installs only that."""
    path, log = fake_setup(tmp_path, "dtc")
    as_root(path)
    text = pristine.run("sh", "scripts/setup/setup.sh", "build", env={"PATH": path})
    assert re.search(r"device-tree-compiler +turns the system description", text)
    assert "Set up." in text
    installed = log.read_text().split("\n")[0]
    assert installed.startswith("install -y") and installed.endswith(" device-tree-compiler")


def test_setup_silent_when_complete(pristine):
    """MAK57 Setup on a machine that has everything says nothing and calls nothing."""
    assert pristine.run("sh", "scripts/setup/setup.sh") == ""


def test_setup_failure(pristine, tmp_path):
    """MAK58 A setup that fails shows what apt-get said and the command to try by hand."""
    path, log = fake_setup(tmp_path, "dtc", works=False)
    as_root(path)
    text = pristine.run("sh", "scripts/setup/setup.sh", "build", env={"PATH": path}, status=1)
    assert "no network" in text and "By hand: apt-get install device-tree-compiler" in text
    assert "update" in log.read_text()


def test_setup_without_rights(pristine, tmp_path):
    """MAK59 Setup without root and without sudo says what root has to run."""
    path, _ = fake_setup(tmp_path, "dtc")
    as_root(path)
    with open(os.path.join(path, "id"), "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\necho 1000\n")
    text = pristine.run("sh", "scripts/setup/setup.sh", "build", env={"PATH": path}, status=1)
    assert "As root, run:" in text and "apt-get install device-tree-compiler" in text
