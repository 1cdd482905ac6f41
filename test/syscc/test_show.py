# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""What `make show-system` shows: the table of who may act on whom, and the drawing."""

import re

import pytest

from conftest import run


@pytest.fixture
def full(syscc, good):
    result = syscc.compile(good)
    assert result.errors == []
    return result


def matrix(text):
    """{row: [fields]} of the matrix in system.txt."""
    lines = text.split("Who may act on whom (row on column)\n")[1].split("\n  M sends")[0].splitlines()
    return {line.split()[0]: line.split()[1:] for line in lines[1:]}


def test_matrix_diagonal(full):
    """SYC170 A cell is nobody to itself, also if it writes a segment that others see."""
    rows = matrix(full.text("system.txt"))
    assert [row[number] for number, row in enumerate(rows.values())] == ["-"] * 4
    assert rows["guest"][1] == "MSV" and rows["control"][2] == "MVC"


def test_drawing_says_who_controls(full):
    """SYC171 The drawing shows who may restart whom, of a monitor too, in the words of the text."""
    drawing, text = full.text("system.dot"), full.text("system.txt")
    for cell, other in (("control", "helper"), ("control", "guest")):
        assert re.search(rf'"cell {cell}" -> "cell {other}" .*label="stops and restarts"', drawing)
    assert '"cell guest" -> "cell control" [style=dashed, color="#c03030"' in drawing
    for words in ("2 MiB", "16 messages of 64 bytes", "4 messages of 100 bytes", "30 (10..60)", "tell control",
                  "restart, 5 times", "0x10005000-0x10005fff"):
        assert words in drawing and words in text
    assert "<b>Legend</b>" in drawing


def test_drawing(full):
    """SYC172 Graphviz draws the drawing."""
    assert "<svg" in run(["dot", "-Tsvg", "out/system.dot"], full.folder)
