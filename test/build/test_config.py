# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Targets that read or write the configuration, and their error messages."""

import glob
import os
import re

import pytest

from source_tree import TOP

PRODUCTS = sorted(glob.glob("configs/*_defconfig", root_dir=TOP))
OF_TESTS = sorted(glob.glob("test/**/configs/*_defconfig", root_dir=TOP, recursive=True))


def options(text):
    """The lines of a configuration that set something."""
    return [line for line in text.splitlines() if line.startswith(("CONFIG_", "# CONFIG_"))]


@pytest.mark.parametrize("path", PRODUCTS + OF_TESTS)
def test_defconfig_is_minimal(pristine, path):
    """MAK30 Every defconfig is what savedefconfig makes of it: nothing superfluous."""
    name = os.path.basename(path)
    pristine.make(name)
    pristine.make("savedefconfig")
    assert options(pristine.read("build/defconfig")) == options(pristine.read(path)), \
        f"make {name} savedefconfig, then take its lines from build/defconfig"


@pytest.mark.parametrize("path", PRODUCTS + OF_TESTS)
def test_defconfig_says_what_it_is(pristine, path):
    """MAK31 Every defconfig says in one line what it is for; make help or help-tests shows it."""
    lines = re.findall(r"^## (.+)$", pristine.read(path), re.M)
    assert len(lines) == 1
    assert lines[0] in pristine.make("help" if path in PRODUCTS else "help-tests")


def test_random_replays(pristine):
    """MAK32 A seed gives the same random configuration each time, another seed another one."""
    texts = []
    for seed in (7, 7, 8):
        assert f"SEED={seed}" in pristine.make("randconfig", f"SEED={seed}")
        texts.append(pristine.read("build/.config"))
    assert texts[0] == texts[1] != texts[2]


def test_random_tells_its_seed(pristine):
    """MAK33 A random configuration without a seed prints the one it drew, and it replays."""
    seed = re.search(r"SEED=(\d+)", pristine.make("randconfig")).group(1)
    text = pristine.read("build/.config")
    pristine.make("randconfig", f"SEED={seed}")
    assert pristine.read("build/.config") == text


def test_no_configuration(pristine):
    """MAK34 Without a configuration, make names the products and fails."""
    pristine.make("distclean")
    text = pristine.make(status=1)
    for path in PRODUCTS:
        assert f"make {os.path.basename(path)}" in text


def goals_of_makefile(tree):
    """The goals that the lists of the Makefile name."""
    makefile = tree.read("Makefile").replace("\\\n", " ")
    lists = dict(re.findall(r"^(config|bare|free)-goals := (.*)$", makefile, re.M))
    return [goal for text in lists.values() for goal in text.split() if "$" not in goal]


def test_goals_are_listed_once(pristine):
    """MAK80 A goal stands in one list, which makes it phony, and has a rule and a line in make help."""
    goals = goals_of_makefile(pristine)
    assert sorted(set(goals)) == sorted(goals)
    rules = pristine.read("Makefile") + "".join(
        pristine.read(f"scripts/build/{name}.mk") for name in ("config", "test", "linux"))
    for goal in goals:
        assert re.search(rf"^{re.escape(goal)}:", rules, re.M), f"{goal} has no rule"
        assert goal == "%_defconfig" or re.search(rf"^## {goal}: ", rules, re.M), f"{goal} has no help"
        for line in re.findall(r"^\.PHONY:(.*)$", rules, re.M):
            assert goal not in line.split(), f"{goal} is listed again: {line}"


def test_free_goals(pristine):
    """MAK46 Tests, benchmarks and Linux bring their own configurations: they need none in build/."""
    free = goals_of_makefile(pristine)
    for path in ("scripts/build/test.mk", "scripts/build/linux.mk"):
        for target in re.findall(r"^## (\S+):", pristine.read(path), re.M):
            assert target in free, f"{target} of {path} is no free goal of the Makefile"


@pytest.mark.parametrize("line, said", [
    ("CONFIG_NO_SUCH_THING=y", "NO_SUCH_THING"),
    ("CONFIG_MAX_CELLS=9999", "the range is 1 to 32"),
    ("CONFIG_MAX_CELLS=many", "'many' is invalid for MAX_CELLS"),
    ("CONFIG_TRACE_EVENTS_256=y", "it depends on TRACE"),
    ("CONFIG_GUEST_CONSOLE=n", "it is selected by SYSTEM_DEMO"),
    ("CONFIG_BOARD_DTSI=\"x.dtsi\"", "it follows from other options"),
    ("nonsense", "malformed line"),
])
def test_mistake_in_defconfig(pristine, line, said):
    """MAK35 A line that is unknown or has no effect is an error that says why."""
    pristine.write("wrong_defconfig", f"CONFIG_BOARD_VEXPRESS_A9=y\n{line}\n")
    text = pristine.run("/usr/bin/python3", "scripts/build/kconfig.py", "defconfig", "./wrong_defconfig",
                        status=1)
    assert said in text
    assert "Traceback" not in text
    os.remove(pristine.file("wrong_defconfig"))


def test_mistake_in_config(pristine):
    """MAK36 A build with a stale line in .config stops and says how to drop it."""
    pristine.make("vexpress-a9_defconfig")
    pristine.configure(GONE_LONG_AGO="y")
    text = pristine.make("prepare", status=1)
    assert "GONE_LONG_AGO" in text
    assert "GONE_LONG_AGO" in pristine.make("olddefconfig")
    assert "GONE_LONG_AGO" not in pristine.read("build/.config")
    pristine.make("prepare")


def test_new_options(pristine):
    """MAK37 Options that an old .config lacks are listed, then take their defaults."""
    pristine.make("vexpress-a9_defconfig")
    complete = pristine.read("build/.config")
    assert pristine.make("listnewconfig") == ""
    pristine.write("build/.config", complete.replace("CONFIG_MAX_CELLS=16\n", ""))
    assert "CONFIG_MAX_CELLS=16" in pristine.make("listnewconfig")
    pristine.make("olddefconfig")
    assert pristine.read("build/.config") == complete


def test_oldconfig_asks(pristine):
    """MAK38 oldconfig asks for each new option and takes the answer."""
    pristine.make("vexpress-a9_defconfig")
    text = pristine.read("build/.config")
    pristine.write("build/.config", text.replace("CONFIG_MAX_CELLS=16\n", ""))
    pristine.run("sh", "-c", "echo 21 | make oldconfig")
    assert "CONFIG_MAX_CELLS=21" in pristine.read("build/.config")


def test_merge(pristine):
    """MAK45 mergeconfig lays lines over a configuration, also where a choice was made."""
    pristine.make("vexpress-a9_defconfig")
    pristine.write("some.config", "CONFIG_OPT_SIZE=y\nCONFIG_MAX_CELLS=20\n")
    pristine.make("mergeconfig", "FILE=some.config")
    pristine.make("savedefconfig")
    assert set(options(pristine.read("build/defconfig"))) == {
        "CONFIG_BOARD_VEXPRESS_A9=y", "CONFIG_OPT_SIZE=y", "CONFIG_MAX_CELLS=20"}
    assert "FILE=" in pristine.make("mergeconfig", status=1)
    os.remove(pristine.file("some.config"))


def test_merge_what_others_follow_from(pristine):
    """MAK98 mergeconfig changes an option from which another one follows; that one cannot be set itself."""
    pristine.make("vexpress-a9-debug_defconfig")
    assert "CONFIG_TRACE_EVENTS=1024" in pristine.read("build/.config")
    pristine.write("more", "CONFIG_TRACE_EVENTS_256=y\n")
    pristine.make("mergeconfig", "FILE=more")
    assert "CONFIG_TRACE_EVENTS=256" in pristine.read("build/.config")
    pristine.write("more", "CONFIG_TRACE_EVENTS=512\n")
    assert "CONFIG_TRACE_EVENTS=512 has no effect" in pristine.make("mergeconfig", "FILE=more", status=1)


def test_config_and_build_in_one_line(pristine):
    """MAK39 `make NAME_defconfig prepare` configures first, whatever was there."""
    pristine.make("distclean")
    pristine.make("-j2", "realview-pb-a8_defconfig", "prepare")
    assert "CONFIG_BOARD_REALVIEW_PB_A8 1" in pristine.read("build/include/generated/autoconf.h")


def test_help_lists_all_targets(pristine):
    """MAK40 Every target that a user may call stands in make help, with a sentence."""
    text = pristine.make("help")
    shown = set(re.findall(r"^  (\S+) +\S+ \S+", text, re.M))
    hidden = {"FORCE", "always", "run", "print-qemu", "no-config", "%_defconfig"}
    assert set(goals_of_makefile(pristine)) <= shown | hidden
    for path in ["Makefile"] + glob.glob(f"{TOP}/scripts/build/*.mk"):
        makefile = pristine.read(os.path.relpath(os.path.join(TOP, path), TOP))
        for line in re.findall(r"^\.PHONY: (.*)$", makefile.replace("\\\n", " "), re.M):
            for target in line.split():
                assert "$" in target or target in shown | hidden, target


def test_help_shows_configuration(pristine):
    """MAK41 make help shows the present configuration, or that there is none."""
    pristine.make("distclean")
    assert "none in build/ yet" in pristine.make("help")
    pristine.make("realview-pb-a8_defconfig")
    assert "CONFIG_BOARD_REALVIEW_PB_A8=y" in pristine.make("help")


def test_missing_description(pristine):
    """MAK42 A system description that does not exist is named, with those that do."""
    pristine.make("vexpress-a9_defconfig")
    pristine.configure(SYSTEM_DTS='"dts/products/none.dts"')
    text = pristine.make("tables", status=1)
    assert "dts/products/none.dts" in text and "dts/products/demo.dts" in text


def test_output_folder(pristine, tmp_path):
    """MAK43 With O= nothing is written into the source tree."""
    pristine.make("distclean")
    pristine.run("make", f"O={tmp_path}/out", "vexpress-a9_defconfig", "prepare")
    assert pristine.run("git", "status", "--short", "--ignored") == ""
    assert os.path.exists(f"{tmp_path}/out/include/generated/version.h")


@pytest.mark.parametrize("folder", [".", "/", "..", "", "core", "./docs/", "test/build", "LICENSES",
                                    ".git/hooks", "guests/new", "README.md"])
def test_dangerous_output_folder(pristine, folder):
    """MAK44 A folder of sources, or one around them, is refused as output folder."""
    assert "folder of its own" in pristine.run("make", f"O={folder}", "distclean", status=1)
    assert os.path.exists(pristine.file("Makefile"))


def test_folder_of_somebody(pristine, tmp_path):
    """MAK81 A folder with files of others is refused, with what to do, and they stay."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "letter").write_text("dear\n")
    for goal in ("vexpress-a9_defconfig", "clean", "distclean", "check"):
        text = pristine.run("make", f"O={out}", goal, status=1)
        assert "has files that make has not put there" in text and "new or empty" in text
    assert [path.name for path in out.iterdir()] == ["letter"]


def test_folder_is_marked(pristine, tmp_path):
    """MAK82 A new or empty folder is taken, and known again, also when only make has cleaned it."""
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new", "inside/of/another"):
        for goal in ("vexpress-a9_defconfig", "clean", "savedefconfig", "distclean"):
            pristine.run("make", f"O={tmp_path}/{name}", goal)
        assert not os.path.exists(tmp_path / name)
    pristine.run("make", f"O={tmp_path}/not-made", "help")
    assert not os.path.exists(tmp_path / "not-made")


def test_folder_in_the_source_tree(pristine):
    """MAK83 In the source tree, a new folder is as good as build, with a folder in it before it or after."""
    for name in ("mine/first", "mine", "mine/first", "build/mine", "build"):
        pristine.run("make", f"O={name}", "vexpress-a9_defconfig")
    for name in ("mine", "build"):
        pristine.run("make", f"O={name}", "distclean")
        assert not os.path.exists(pristine.file(name))


@pytest.mark.parametrize("folder, said", [("a b", "spaces"), ("a:b", ":"), ("a%b", "%"), ("it's", "'"), ("a$b", "$")])
def test_folder_that_make_cannot_handle(pristine, folder, said):
    """MAK84 A path that make cannot handle is refused, and the message says what of it."""
    text = pristine.run("make", f"O={folder}", "vexpress-a9_defconfig", status=1)
    assert f"The output folder is '{folder}': make cannot handle {said} in a path" in text
    assert not os.path.exists(pristine.file(folder.split()[0]))


def test_tree_without_tests(pristine):
    """MAK96 Where test/ was left out, what needs it says so, and a product can be configured."""
    os.rename(pristine.file("test"), pristine.file("not-here"))
    try:
        for goal in ("check", "unit", "bench-linux"):
            said = pristine.run("make", goal, status=2)
            assert f"`make {goal}` needs the folder test/, which is not in this tree: take a whole one" in said
        pristine.run("make", "vexpress-a9_defconfig")
    finally:
        os.rename(pristine.file("not-here"), pristine.file("test"))


def products_in(text):
    """(name, what it is, line) of each configuration in a list."""
    return [(*line.strip().partition(" ")[::2], line) for line in text.splitlines()
            if re.match(r"  [a-z][\w-]*_defconfig ", line)]


def test_help_is_readable(pristine):
    """MAK85 Of products, make help lists those in configs/, help-tests all others, what they are in a column."""
    for goal, paths in (("help", PRODUCTS), ("help-tests", OF_TESTS)):
        lines = products_in(pristine.make(goal))
        assert sorted(name for name, _, _ in lines) == sorted(map(os.path.basename, paths))
        assert len({line.index(what.strip()) for _, what, line in lines}) == 1
    assert "make help-tests" in pristine.make("help")
