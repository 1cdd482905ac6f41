# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""The cache has whole products only, each named by what went into it; so has the root file system."""

import fcntl
import gzip
import os
import re
import shutil
import signal
import stat
import subprocess

import pexpect
import pytest

from port import PYTHON, Port

PROGRAM = "int main(void)\n{\n\treturn 0;\n}\n"
# A compiler that says that it has begun, and goes on when it is told to.
SLOW = """
case $1 in --version) exec /usr/bin/arm-linux-gnueabihf-gcc "$@" ;; esac
echo begun >> {folder}/compiled
echo begun > {folder}/begun
read -r answer < {folder}/go_on
[ "$answer" = go ] || exit 1
exec /usr/bin/arm-linux-gnueabihf-gcc "$@"
"""


@pytest.fixture
def cached(port, busybox):
    """A port that has busybox and one program."""
    port.env["MULLION_BUSYBOX"] = busybox
    port.write("user/one.c", PROGRAM)
    return port


def too_long(*_):
    """A minute is over."""
    pytest.fail("a program waits for another one, and has for a minute")


@pytest.fixture
def slow(cached):
    """The same with a compiler that waits; programs wait for each other by named pipes, a minute at most."""
    os.mkfifo(f"{cached.folder}/begun")
    os.mkfifo(f"{cached.folder}/go_on")
    cached.program("arm-linux-gnueabihf-gcc", SLOW.format(folder=cached.folder))
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(60)
    yield cached
    signal.alarm(0)


def line_from(path):
    """A line from a named pipe, when it comes."""
    with open(path, encoding="utf-8") as file:
        return file.read()


def tell(path, text):
    """A line into a named pipe, when it is read."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def content(path):
    """A file's bytes."""
    with open(path, "rb") as file:
        return file.read()


def products(port, kind):
    """Names of the products of a kind."""
    return sorted(name for name in os.listdir(port.cache) if name.startswith(kind))


def archive(folder):
    """[(name, fields, content)] of an archive in the newc format, in its order."""
    data = gzip.decompress(content(f"{folder}/initramfs.cpio.gz"))
    found, at = [], 0
    while True:
        assert data[at:at + 6] == b"070701"
        names = "ino mode uid gid nlink mtime size devmajor devminor rmajor rminor namesize check"
        fields = {name: int(data[at + 6 + 8 * number:at + 14 + 8 * number], 16)
                  for number, name in enumerate(names.split())}
        name = data[at + 110:at + 109 + fields["namesize"]].decode()
        at = (at + 110 + fields["namesize"] + 3) & ~3
        if name == "TRAILER!!!":
            return found
        found.append((name, fields, data[at:at + fields["size"]]))
        at = (at + fields["size"] + 3) & ~3


def test_reproducible(tmp_path, busybox):
    """LIN40 The root file system is the same byte for byte, wherever and whenever it is made."""
    made = []
    for number, mask in enumerate((0o022, 0o077)):
        port = Port(tmp_path / f"number{number}")
        port.env["MULLION_BUSYBOX"] = busybox
        port.write("user/one.c", PROGRAM)
        os.utime(f"{port.path}/rootfs/init", (number, number))
        os.chmod(f"{port.path}/rootfs/etc/hosts", 0o666 & ~mask)
        before = os.umask(mask)
        folder, _ = port.build("initramfs", TZ=("UTC", "Asia/Tokyo")[number])
        os.umask(before)
        made.append((os.path.basename(folder), content(f"{folder}/initramfs.cpio.gz"),
                     content(f"{folder}/user/one")))
    assert made[0] == made[1]


def test_archive(cached):
    """LIN41 The archive has device nodes, busybox, the files and the programs, all root's, in order."""
    cached.write("rootfs/usr/bin/tool", "#!/bin/sh\n", 0o755)
    folder, _ = cached.build("initramfs")
    found = archive(folder)
    names = [name for name, _, _ in found]
    assert names == sorted(names)
    assert all(fields["uid"] == fields["gid"] == fields["mtime"] == 0 for _, fields, _ in found)
    by_name = {name: (fields, data) for name, fields, data in found}
    console = by_name["dev/console"][0]
    assert stat.S_ISCHR(console["mode"]) and (console["rmajor"], console["rminor"]) == (5, 1)
    assert by_name["init"][0]["mode"] == stat.S_IFREG | 0o755
    assert by_name["etc/hosts"][0]["mode"] == stat.S_IFREG | 0o644
    assert by_name["usr/bin/tool"][0]["mode"] == stat.S_IFREG | 0o755
    assert by_name["bin/sh"] == (by_name["bin/sh"][0] | {"mode": stat.S_IFLNK | 0o777}, b"busybox")
    assert by_name["bin/busybox"][1].startswith(b"\x7fELF")
    assert by_name["bin/one"][1] == content(f"{folder}/user/one")
    for name in names:
        assert os.path.dirname(name) in ("", *names), f"the folder of {name} is missing"


def test_key(cached):
    """LIN42 What goes into a product is in its name: a change makes another, the way back finds the first."""
    first, said = cached.build("initramfs")
    assert "CPIO" in said
    cached.write("rootfs/etc/motd", "hello\n")
    second, said = cached.build("initramfs")
    assert second != first and "CPIO" in said
    os.remove(f"{cached.path}/rootfs/etc/motd")
    again, said = cached.build("initramfs")
    assert again == first and said == ""
    inputs = content(f"{first}/inputs").decode()
    for name in ("busybox-static: ", "gcc: ", "user/one.c: ", "rootfs/init: ", "lib/rootfs.py: "):
        assert f"\n{name}" in "\n" + inputs
    mode = os.stat(f"{cached.path}/rootfs/etc/hosts").st_mode
    os.chmod(f"{cached.path}/rootfs/etc/hosts", mode | 0o111)
    assert cached.build("initramfs")[0] not in (first, second)


def test_bad_program(cached):
    """LIN43 A program that does not compile is an error with the compiler's words, and no product."""
    cached.write("user/two.c", "int main(void)\n{\n\treturn nothing;\n}\n")
    _, said = cached.build("initramfs", status=1)
    assert "two.c:3" in said and "nothing" in said
    assert all(name.endswith(".new") for name in products(cached, "initramfs"))


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_interrupted(slow, way):
    """LIN44 A build that was stopped leaves no product, and the next one clears away and succeeds."""
    build = slow.start("initramfs")
    line_from(f"{slow.folder}/begun")
    assert products(slow, "initramfs")[0].endswith(".new")
    os.killpg(build.pid, way)
    said, _ = build.communicate()
    assert build.returncode
    assert way == signal.SIGKILL or ("interrupted" in said and "Traceback" not in said)
    assert all(name.endswith(".new") for name in products(slow, "initramfs"))
    os.remove(f"{slow.folder}/bin/arm-linux-gnueabihf-gcc")
    folder, _ = slow.build("initramfs")
    assert products(slow, "initramfs") == [os.path.basename(folder)]
    assert archive(folder)


def test_killed_alone(slow):
    """LIN45 If only build.py is killed, the next build waits until what it started has ended."""
    build = slow.start("initramfs")
    line_from(f"{slow.folder}/begun")
    build.kill()
    build.wait()
    second = slow.start("initramfs")
    assert "waiting for it" in second.stdout.readline()
    tell(f"{slow.folder}/go_on", "stop\n")
    line_from(f"{slow.folder}/begun")
    tell(f"{slow.folder}/go_on", "go\n")
    said, _ = second.communicate()
    assert second.returncode == 0 and archive(said.splitlines()[-1])


def test_two_at_once(slow):
    """LIN46 Of two builds at once one waits for the other's product, and says so."""
    first = slow.start("initramfs")
    line_from(f"{slow.folder}/begun")
    second = slow.start("initramfs")
    assert "another process is making 'initramfs'" in second.stdout.readline()
    tell(f"{slow.folder}/go_on", "go\n")
    said = [build.communicate()[0].splitlines()[-1] for build in (first, second)]
    assert said[0] == said[1] and archive(said[0])
    assert content(f"{slow.folder}/compiled") == b"begun\n"


def test_others_do_not_wait(slow, tmp_path, busybox):
    """LIN186 A build of other contents does not wait for one of its kind, and leaves alone what that makes."""
    first = slow.start("initramfs")
    line_from(f"{slow.folder}/begun")
    other = Port(tmp_path / "other")
    other.env |= {"MULLION_BUSYBOX": busybox, "MULLION_CACHE": slow.cache}
    other.write("user/one.c", PROGRAM)
    other.write("rootfs/etc/motd", "hello\n")
    folder, said = other.build("initramfs")
    assert archive(folder) and "waiting" not in said
    tell(f"{slow.folder}/go_on", "go\n")
    text = first.communicate()[0].splitlines()[-1]
    assert text != folder and archive(text)
    assert products(slow, "initramfs") == sorted(map(os.path.basename, (text, folder)))


def test_waiting_for_what_is_removed(cached):
    """LIN187 A lock whose file is removed while somebody waits for it is not taken for held."""
    folder, _ = cached.build("initramfs")
    path = f"{cached.cache}/locks/{os.path.basename(folder)}"
    shutil.rmtree(folder)
    with open(path, encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = cached.start("initramfs")
        assert "waiting for it" in waiting.stdout.readline()
        os.unlink(path)
    assert archive(waiting.communicate()[0].splitlines()[-1])
    assert os.path.exists(path)


def test_prune(cached):
    """LIN47 `prune` removes what is not current and what is unfinished, and nothing else."""
    old, _ = cached.build("initramfs")
    cached.write("rootfs/etc/motd", "hello\n")
    new, _ = cached.build("initramfs")
    kinds = ("kernel-native", "kernel-guest", "initramfs")
    unfinished = [f"{kind}-{'0' * 32}.new" for kind in kinds]
    stale = f"kernel-native-{'a' * 32}"
    foreign = [f"qemu-{'0' * 32}", "initramfs-mine", "notes"]
    for name in [*unfinished, stale, *foreign]:
        os.mkdir(f"{cached.cache}/{name}")
    removed, _ = cached.build("prune")
    assert sorted(removed.split("\n")) == sorted([os.path.basename(old), stale, *unfinished])
    left = set(os.listdir(cached.cache))
    assert left == {os.path.basename(new), "locks", *foreign, *products(cached, "busybox")}
    assert set(os.listdir(f"{cached.cache}/locks")) == {os.path.basename(new), *products(cached, "busybox")}
    assert cached.build("prune")[0] == "" and cached.build("initramfs") == (new, "")


def test_prune_leaves_what_is_made(slow):
    """LIN48 `prune` does not touch what another process is making."""
    build = slow.start("initramfs")
    line_from(f"{slow.folder}/begun")
    assert "'initramfs' is being made by another process" in slow.build("prune")[1]
    tell(f"{slow.folder}/go_on", "go\n")
    assert archive(build.communicate()[0].splitlines()[-1])


def test_cache_folder(cached):
    """LIN49 A cache that cannot be used is named with the cure."""
    said = cached.build("initramfs", status=1, MULLION_CACHE=f"{cached.folder}/with space")[1]
    assert "has a space" in said and "Cure: MULLION_CACHE=" in said
    said = cached.build("initramfs", status=1, MULLION_CACHE=f"{cached.path}/VERSION")[1]
    assert "cannot be made" in said and "Cure: MULLION_CACHE=" in said


def test_home_cache(cached):
    """LIN50 Without MULLION_CACHE the cache is .cache/mullion in the home folder."""
    del cached.env["MULLION_CACHE"]
    folder, _ = cached.build("initramfs", HOME=cached.folder)
    assert os.path.dirname(folder) == f"{cached.folder}/.cache/mullion"
    shutil.rmtree(folder)


def test_long_steps_show_at_a_terminal(port):
    """LIN188 At a terminal a long step, such as the unpacking of Linux, shows each second that it goes on."""
    os.mkfifo(f"{port.folder}/go_on")
    port.program("tar", f'read -r answer < {port.folder}/go_on\nexec /usr/bin/tar "$@"\n')
    program, *arguments = port.command("tree", f"{port.folder}/tree")
    child = pexpect.spawn(program, arguments, env=port.environment(), encoding="utf-8", timeout=900)
    child.expect(r"  UNPACK  linux.tar.xz \S+\r\n")
    for _ in range(3):
        child.expect(r"\r  UNPACK  linux.tar.xz \S+: \d+ s")
    tell(f"{port.folder}/go_on", "go\n")
    child.expect("  COPY ")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_long_steps_show_in_a_log(port):
    """LIN189 Elsewhere it adds a line now and then; a short command, and one without a word, adds none."""
    os.mkfifo(f"{port.folder}/go_on")
    program = f"""import say
say.run(["true"])
say.EVERY = 0.01
say.run(["sleep", "0.2"])
say.phase("UNPACK", "it")
say.run(["sh", "-c", "read -r answer < {port.folder}/go_on"])
"""
    with subprocess.Popen([PYTHON, "-c", program], stderr=subprocess.PIPE, text=True,
                          env=port.environment(PYTHONPATH=f"{port.path}/lib")) as process:
        assert process.stderr.readline() == "  UNPACK  it\n"
        for _ in range(3):
            assert re.fullmatch(r"  UNPACK  it: \d+ s\n", process.stderr.readline())
        tell(f"{port.folder}/go_on", "go\n")
        assert all(line.startswith("  UNPACK  it: ") for line in process.stderr.read().splitlines())
    assert process.returncode == 0
