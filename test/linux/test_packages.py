# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""What a machine lacks, or has in another version, is said with the cure."""

import os
import subprocess

import pytest

from port import LINUX, TOP, make_tarball, recorded

CHANGE = """\
one line

diff --git a/kernel/sched.c b/kernel/sched.c
--- a/kernel/sched.c
+++ b/kernel/sched.c
@@ -1,4 +1,4 @@
-int line0;
+long line0;
 int line1;
 int line2;
 int line3;
"""


def path_without(folder, missing):
    """A folder with links to all programs but one."""
    os.makedirs(folder)
    for directory in ("/usr/bin", "/bin"):
        for name in os.listdir(directory):
            if name != missing and not os.path.lexists(f"{folder}/{name}"):
                os.symlink(f"{directory}/{name}", f"{folder}/{name}")
    return str(folder)


def with_patch(port):
    """Give the port one patch."""
    port.write("patches/one-line.patch", CHANGE)
    port.write("patches/series", port.read("patches/series") + "one-line.patch\n")


def test_other_series(port):
    """LIN20 A package of another Linux than 6.1 is refused: both versions are named, with the cure."""
    port.package_version("6.12.3-1")
    _, said = port.build("tree", f"{port.folder}/tree", status=1)
    assert "has version 6.12.3-1" in said and f"says {recorded()}" in said
    assert f"Cure: apt-get install linux-source-6.1={recorded()}" in said
    assert not os.path.exists(f"{port.folder}/tree")


def test_other_point_release(port):
    """LIN21 Another 6.1.x to which the patches apply is used, with a remark."""
    with_patch(port)
    port.package_version("6.1.999-1")
    _, said = port.build("tree", f"{port.folder}/tree")
    assert f"is 6.1.999-1 and the patches were made for {recorded()}" in said
    assert os.path.exists(f"{port.folder}/tree/Makefile")


def test_other_revision(port):
    """LIN22 Another package of the same Linux is used without a remark."""
    port.package_version(recorded().split("-")[0] + "-99")
    assert "made for" not in port.build("tree", f"{port.folder}/tree")[1]


def test_point_release_that_changed(port):
    """LIN23 A 6.1.x to which a patch does not apply is refused: patch, versions, cure."""
    with_patch(port)
    port.package_version("6.1.999-1")
    changed = LINUX | {"kernel/sched.c": LINUX["kernel/sched.c"].replace("line2;", "second;")}
    make_tarball(port.env["MULLION_LINUX_SOURCE"], changed)
    _, said = port.build("tree", f"{port.folder}/tree", status=1)
    assert "one-line.patch does not apply (linux-source-6.1 is 6.1.999-1, the patches were made " \
        f"for {recorded()})" in said
    assert f"Cure: apt-get install linux-source-6.1={recorded()}" in said


def test_package_missing(port):
    """LIN24 If the package is not installed, the command that installs it is named."""
    port.package_version(None)
    said = port.build("tree", f"{port.folder}/tree", status=1)[1]
    assert "is not installed. Cure: apt-get install linux-source-6.1" in said


def test_tarball_missing(port):
    """LIN25 If the tarball is not there, it is named, and the package that has it."""
    nowhere = f"{port.folder}/nowhere.tar.xz"
    said = port.build("kernel", "native", status=1, MULLION_LINUX_SOURCE=nowhere)[1]
    assert f"no file {nowhere}" in said and "Cure: apt-get install linux-source-6.1" in said
    assert not os.path.exists(port.cache)


@pytest.mark.parametrize("program, package", [
    ("arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf"), ("flex", "flex"), ("bison", "bison"),
    ("bc", "bc"), ("patch", "patch"), ("xz", "xz-utils")])
def test_program_missing(port, tmp_path, program, package):
    """LIN26 A missing program is named with its package, and nothing is begun."""
    path = path_without(tmp_path / "programs", program)
    said = port.build("kernel", "native", status=1, PATH=path)[1]
    assert f"apt-get install {package}\n" in said and f"{program}: " in said
    assert "UNPACK" not in said and not os.path.exists(port.cache)


@pytest.mark.parametrize("goal", ["linux", "linux-native", "linux-native-qemu"])
def test_make_says_it_too(tmp_path, goal):
    """LIN27 The targets of make name what is missing before anything is made."""
    path = path_without(tmp_path / "programs", "arm-linux-gnueabihf-gcc")
    done = subprocess.run(["make", f"O={tmp_path}/out", goal], cwd=TOP, text=True, check=False,
                          capture_output=True, env=os.environ | {"PATH": path})
    assert done.returncode and "apt-get install gcc-arm-linux-gnueabihf" in done.stderr


def test_busybox_not_there(port):
    """LIN28 Without a network the message says how to bring busybox by hand."""
    port.program("apt-get", "echo no network >&2\nexit 100\n")
    said = port.build("initramfs", status=1)[1]
    assert "busybox-static for armhf could not be fetched" in said and "no network" in said
    assert "MULLION_BUSYBOX=/path/to/busybox-static_VERSION_armhf.deb" in said
    said = port.build("initramfs", status=1, MULLION_BUSYBOX="/none.deb")[1]
    assert "MULLION_BUSYBOX=/none.deb is no file" in said


def test_busybox_other_version(port, busybox):
    """LIN29 If the recorded version is no longer there, the present one is used, with a remark."""
    port.program("apt-get", f"""
for word; do last=$word; done
echo "$last" >> {port.folder}/apt.log
case $last in
busybox-static=*) exit 100 ;;
busybox-static) cp {busybox} . ;;
esac
""")
    folder, said = port.build("initramfs")
    assert "is no longer there: the present one is used" in said
    with open(f"{port.folder}/apt.log", encoding="utf-8") as file:
        assert file.read().split() == ["update", f"busybox-static={recorded('busybox-static')}",
                                       "busybox-static"]
    assert os.path.exists(f"{folder}/initramfs.cpio.gz")
    assert "FETCH" not in port.build("initramfs")[1]
