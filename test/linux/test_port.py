# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Patches and new files go to a tree of Linux and come back."""

import os
import subprocess

import pytest

from port import recorded

PATCH = """\
SPDX-License-Identifier: GPL-2.0-only
SPDX-FileCopyrightText: The Mullion authors

sched: line 20 is long

It was too short.

diff --git a/kernel/sched.c b/kernel/sched.c
--- a/kernel/sched.c
+++ b/kernel/sched.c
@@ -18,7 +18,7 @@ int line16;
 int line17;
 int line18;
 int line19;
-int line20;
+long line20;
 int line21;
 int line22;
 int line23;
"""
NAME = "sched-line-20-is-long.patch"
NEW = "/* new */\nint new;\n"


def git(tree, *arguments):
    """Run git in a tree as somebody who works there."""
    command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments]
    return subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True).stdout


def change(tree, name, text):
    """Write a file of a tree."""
    os.makedirs(os.path.dirname(f"{tree}/{name}"), exist_ok=True)
    with open(f"{tree}/{name}", "w", encoding="utf-8") as file:
        file.write(text)


def content(tree, name):
    """A file of a tree."""
    with open(f"{tree}/{name}", encoding="utf-8") as file:
        return file.read()


def exact(tree):
    """Whether a tree is of the very version that the port was made with."""
    return git(tree, "log", "-1", "--format=%s", "mullion-pristine").split()[1] == recorded()


@pytest.fixture
def patched(port):
    """A port with one patch and one new file."""
    port.write(f"patches/{NAME}", PATCH)
    port.write("patches/series", port.read("patches/series") + f"{NAME}\n")
    port.write("files/kernel/new.c", NEW)
    return port


def test_real_patches_apply(real_tree):
    """LIN01 All patches fit Debian's Linux exactly: no fuzz, no offset, one commit each."""
    port, tree, said = real_tree
    names = [line for line in port.read("patches/series").splitlines() if not line.startswith("#")]
    assert [line.split()[1] for line in said.splitlines() if "PATCH" in line] == names
    assert len(git(tree, "rev-list", "mullion-pristine..HEAD").split()) == len(names) + 1
    if not exact(tree):
        return  # another point release may move lines
    git(tree, "checkout", "-q", "mullion-pristine")
    for name in names:
        done = subprocess.run(["patch", "-p1", "-F0", "-i", f"{port.path}/patches/{name}"], cwd=tree,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        assert "offset" not in done.stdout and "fuzz" not in done.stdout, done.stdout
    git(tree, "checkout", "-q", "-f", "main")


def test_real_refresh(real_tree):
    """LIN02 Patches and files of the checkout come back from a tree byte for byte."""
    port, tree, _ = real_tree
    if not exact(tree):
        pytest.skip("the package of Linux is not the one that guests/linux/VERSION names")
    before = port.files("patches", "files", "VERSION")
    out, _ = port.build("refresh", tree)
    assert out == ""
    assert port.files("patches", "files", "VERSION") == before


def test_tree(patched):
    """LIN03 A tree has the patches and the new files, and not what no kernel of ours compiles."""
    tree = f"{patched.folder}/tree"
    assert patched.build("tree", tree)[0] == tree
    assert "long line20;" in content(tree, "kernel/sched.c")
    assert content(tree, "kernel/new.c") == NEW
    assert not os.path.exists(f"{tree}/.git")
    for name in ("drivers/gpu/Kconfig", "drivers/net/loopback.c", "drivers/net/ethernet/smsc/chip.c",
                 "arch/x86/Kconfig"):
        assert os.path.exists(f"{tree}/{name}")
    for name in ("drivers/gpu/big.c", "drivers/net/wild/card.h", "drivers/net/ethernet/sun/chip.c",
                 "drivers/net/ethernet/wild/chip.c", "arch/x86/boot/header.S"):
        assert not os.path.exists(f"{tree}/{name}")


def test_fuzz_is_refused(patched):
    """LIN04 A patch whose surroundings have changed is an error that names it and the cure."""
    patched.write(f"patches/{NAME}", PATCH.replace("int line17", "int line71"))
    _, said = patched.build("tree", f"{patched.folder}/tree", status=1)
    assert f"guests/linux/patches/{NAME} does not apply" in said
    assert "kernel/sched.c" in said and "Cure: correct it" in said
    assert "COPY" not in said


def test_offset_is_allowed(patched):
    """LIN05 A patch whose place has moved still applies: a point release may do that."""
    patched.write(f"patches/{NAME}", PATCH.replace("-18,7 +18,7", "-16,7 +16,7"))
    patched.build("tree", f"{patched.folder}/tree")
    assert "long line20;" in content(f"{patched.folder}/tree", "kernel/sched.c")


def test_round_trip(patched):
    """LIN06 A commit of changes and new files becomes a patch and files, and the way back is the same."""
    tree = f"{patched.folder}/tree"
    patched.build("tree", "--git", tree)
    assert git(tree, "log", "--format=%s").split("\n")[:3] == [
        "new files", "sched: line 20 is long", f"linux-source-6.1 {recorded()}"]
    change(tree, "arch/arm/Makefile", "# arm\nobj-y += mullion/\n")
    change(tree, "arch/arm/mullion/entry.S", "@ new\n")
    change(tree, "kernel/new.c", "int newer;\n")
    change(tree, "scripts/tool", "#!/bin/sh\n")
    os.chmod(f"{tree}/scripts/tool", 0o755)
    git(tree, "add", "-A")
    git(tree, "commit", "-q", "-m", "ARM: build the port", "-m", "Here is why.")
    out, _ = patched.build("refresh", tree)
    assert set(out.splitlines()) == {
        "new guests/linux/patches/arm-build-the-port.patch", "new guests/linux/files/scripts/tool",
        "new guests/linux/files/arch/arm/mullion/entry.S", "changed guests/linux/files/kernel/new.c",
        "changed guests/linux/patches/series"}
    assert patched.read(f"patches/{NAME}") == PATCH
    assert patched.read("files/kernel/new.c") == "int newer;\n"
    assert os.access(f"{patched.path}/files/scripts/tool", os.X_OK)
    made = patched.read("patches/arm-build-the-port.patch")
    assert made.startswith(PATCH.split("sched")[0] + "ARM: build the port\n\nHere is why.\n\ndiff --git a/arch/arm/Makefile")
    assert "entry.S" not in made and "\nindex" not in made
    before = patched.files("patches", "files")
    patched.build("tree", "--git", f"{tree}2")
    assert git(tree, "rev-parse", "HEAD^{tree}") == git(f"{tree}2", "rev-parse", "HEAD^{tree}")
    assert patched.build("refresh", f"{tree}2")[0] == ""
    assert patched.files("patches", "files") == before


def test_refresh_removes(patched):
    """LIN07 A patch and a file that are gone in the tree are removed from the checkout."""
    tree = f"{patched.folder}/tree"
    patched.build("tree", "--git", tree)
    git(tree, "reset", "-q", "--hard", "mullion-pristine")
    out, _ = patched.build("refresh", tree)
    assert f"removed guests/linux/patches/{NAME}" in out
    assert "removed guests/linux/files/kernel/new.c" in out
    assert set(patched.files("patches", "files")) == {"patches/series"}


def test_refresh_refuses(patched):
    """LIN08 What is not committed, a merge, or two patches of one name are refused, and nothing is written."""
    tree = f"{patched.folder}/tree"
    patched.build("tree", "--git", tree)
    before = patched.files("patches", "files")
    change(tree, "kernel/other.c", "int other;\n")
    assert "not committed" in patched.build("refresh", tree, status=1)[1]
    git(tree, "checkout", "-q", "-b", "side")
    change(tree, "kernel/sched.c", "int all;\n")
    git(tree, "commit", "-q", "-a", "-m", "Sched: line 20, is long")
    os.remove(f"{tree}/kernel/other.c")
    assert "two commits would both be the patch " + NAME in patched.build("refresh", tree, status=1)[1]
    git(tree, "checkout", "-q", "main")
    git(tree, "merge", "-q", "--no-ff", "-m", "merged", "side")
    assert "is a merge" in patched.build("refresh", tree, status=1)[1]
    assert "no tag mullion-pristine" in patched.build("refresh", patched.path, status=1)[1]
    assert patched.files("patches", "files") == before


def test_settings_do_not_matter(patched):
    """LIN09 The git settings of whoever refreshes do not show in the patches."""
    tree = f"{patched.folder}/tree"
    patched.build("tree", "--git", tree)
    with open(f"{patched.folder}/.gitconfig", "w", encoding="utf-8") as file:
        file.write("[diff]\n\tnoprefix = true\n\tcontext = 9\n\talgorithm = patience\n"
                   "[core]\n\tautocrlf = true\n[color]\n\tui = always\n")
    assert patched.build("refresh", tree, HOME=patched.folder)[0] == ""


def test_go_on_by_hand(patched):
    """LIN10 Where a patch fails, one goes on by hand in the tree and says `tree --git` again."""
    tree = f"{patched.folder}/tree"
    second = PATCH.replace("sched: line 20 is long", "two").replace("line2", "line3").replace(
        "line1", "line2").replace("-18,7 +18,7", "-28,7 +28,7")
    patched.write("patches/two.patch", second)
    patched.write("patches/series", f"{NAME}\ntwo.patch\n")
    patched.write(f"patches/{NAME}", PATCH.replace("int line17", "int line71"))
    assert "as the first line" in patched.build("tree", "--git", tree, status=1)[1]
    change(tree, "kernel/sched.c", content(tree, "kernel/sched.c").replace("int line20", "long line20"))
    git(tree, "commit", "-q", "-a", "-m", "sched: line 20 is long\n\nIt was too short.\n")
    patched.build("tree", "--git", tree)
    assert "long line30;" in content(tree, "kernel/sched.c")
    assert f"changed guests/linux/patches/{NAME}" in patched.build("refresh", tree)[0]
    assert patched.read(f"patches/{NAME}") == PATCH
    assert "is complete already" in patched.build("tree", "--git", tree, status=1)[1]


@pytest.mark.parametrize("name, text, message", [
    ("patches/other.patch", PATCH, "patches/other.patch is there and not listed"),
    ("patches/series", f"{NAME}\nnone.patch\n", "patches/none.patch is listed and not there"),
    (f"patches/{NAME}", "text\ndiff --git a/x.c b/x.c\n--- /dev/null\n+++ b/x.c\n@@ -0,0 +1 @@\n+int x;\n",
     "makes the new file x.c. Cure: put it into guests/linux/files/x.c"),
    ("files/kernel/sched.c", "int x;\n", "files/kernel/sched.c is no new file"),
])
def test_mistakes(patched, name, text, message):
    """LIN11 A mistake in patches/ or files/ is named with its cure."""
    patched.write(name, text)
    _, said = patched.build("tree", f"{patched.folder}/tree", status=1)
    assert message in said and "Cure: " in said


def test_folder_in_use(patched):
    """LIN12 A folder with something in it is not written to."""
    os.makedirs(f"{patched.folder}/tree/mine")
    assert "is there already" in patched.build("tree", f"{patched.folder}/tree", status=1)[1]
    assert os.listdir(f"{patched.folder}/tree") == ["mine"]
