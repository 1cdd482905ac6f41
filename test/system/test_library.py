# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The guest library and the console cell in QEMU: the library's self-test, and a
console shared with cells that flood it, forge lines and never end one."""

import os
import re
import subprocess

import pexpect
import pytest

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BOARDS = {"vexpress-a9": "BOARD_VEXPRESS_A9", "realview-pb-a8": "BOARD_REALVIEW_PB_A8"}
CELLS = ("console", "monitor", "library", "calm", "forge", "flood1", "flood2")
PREFIX = re.compile(r"^(?:\x1b\[3[1-6]m)?(\w+) *\| (?:\x1b\[0m)?(.*)$")
# One instruction is 32 ns of virtual time, whatever else the host does.
QEMU_ARGS = "-icount shift=5,sleep=off"
LAST = "150 calm"


def make(out, *arguments):
    """Run make in the source tree; return its output."""
    environment = {key: value for key, value in os.environ.items()
                   if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "O", "SEED", "T")}
    done = subprocess.run(["make", f"O={out}", *arguments], cwd=TOP, text=True, env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


def run(out, until):
    """Boot and return all lines up to one that contains a text."""
    command = make(out, "-s", f"QEMU_ARGS={QEMU_ARGS}", "print-qemu").splitlines()[-1]
    child = pexpect.spawn("/bin/sh", ["-c", "exec " + command], cwd=TOP, encoding="utf-8",
                          codec_errors="replace", timeout=900, echo=False)
    try:
        child.expect_exact(until)
        return [line.rstrip("\r") for line in child.before.split("\n")]
    finally:
        child.close(force=True)


@pytest.fixture(scope="module", params=BOARDS)
def lines(request, tmp_path_factory):
    """The output of one run, as (cell, text); the boot report has no cell."""
    out = str(tmp_path_factory.mktemp("library") / "out")
    make(out, "test-library_defconfig")
    with open(f"{out}/.config", encoding="utf-8") as file:
        config = file.read()
    for symbol in BOARDS.values():
        config = re.sub(rf"^(CONFIG_{symbol}=y|# CONFIG_{symbol} is not set)$",
                        f"CONFIG_{symbol}=y" if symbol == BOARDS[request.param] else
                        f"# CONFIG_{symbol} is not set", config, flags=re.M)
    with open(f"{out}/.config", "w", encoding="utf-8") as file:
        file.write(config)
    make(out, "olddefconfig")
    make(out, "-j2")
    matches = [(PREFIX.match(line), line) for line in run(out, LAST)[:-1]]
    result = [match.groups() if match else (None, line) for match, line in matches]
    first = next(i for i, (cell, _) in enumerate(result) if cell)
    return result[first:]


def said(lines, cell):
    """The texts of one cell."""
    return [text for who, text in lines if who == cell]


def test_sys100_library_checks_itself(lines):
    """SYS100: every check of the library's own test cell passes."""
    results = [text for text in said(lines, "library") if text.startswith("LIB")]
    assert len({text[:5] for text in results}) == 6
    assert not [text for text in results if " ok: " not in text]


def test_sys101_every_line_names_its_cell(lines):
    """SYS101: after boot, each line on the screen begins with the name of one cell."""
    assert {who for who, _ in lines} <= set(CELLS)


def test_sys102_lines_of_handlers_and_program_are_whole(lines):
    """SYS102: a handler that prints does not cut the line it interrupts."""
    talk = [text for text in said(lines, "library") if "whole line" in text]
    whole = re.compile(r"(main program at tick|handler) \d+ says a whole line")
    assert len(talk) > 50
    assert not [text for text in talk if not whole.fullmatch(text)]


def test_sys103_flood_costs_others_nothing(lines):
    """SYS103: two cells that flood the console cost a calm one not a single line."""
    calm = [text for text in said(lines, "calm") if text.endswith(" calm")]
    assert [int(text.split()[0]) for text in calm] == list(range(len(calm)))
    assert len(calm) >= 150


def test_sys104_flood_is_served_too(lines):
    """SYS104: who floods gets whole lines, and nothing but its own."""
    whole = re.compile(r"line \d+ of a flood that says nothing of any use to anybody|"
                       r"\[\d+ lines lost\]")
    flood = said(lines, "flood1")
    assert len(flood) > 100
    assert not [text for text in flood if not whole.fullmatch(text)]


def test_sys105_lines_cannot_be_forged(lines):
    """SYS105: backspaces and carriage returns do not reach beyond a cell's own line."""
    forged = [(who, text) for who, text in lines if "forged" in text]
    assert forged and {who for who, _ in forged} == {"forge"}
    assert not [text for _, text in lines if re.search(r"[\x00-\x1f\x7f]", text)]


def test_sys106_endless_line_is_broken(lines):
    """SYS106: a line without end is shown in pieces and holds nobody up."""
    halves = said(lines, "flood2")
    assert len(halves) > 3 and all(len(text) == 200 for text in halves[:-1])


def test_sys107_panic_of_a_cell_is_reported_in_words(lines):
    """SYS107: a cell's panic is printed, reported with function names, and decided upon."""
    report = "\n".join(said(lines, "monitor"))
    assert "panic: on purpose" in said(lines, "library")
    assert "(mv_panic+0x" in report
    assert "hint: the cell gave itself up" in report
    assert "cell 'library' is left halted after 1 restarts" in report
