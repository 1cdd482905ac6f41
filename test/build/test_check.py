# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The test runner counts rightly, and each linter finds what it is for."""

import os
import sys

import pytest

from source_tree import lint  # sets the path to the scripts
import check
import check_steps
import test_index
import tests_doc


@pytest.mark.parametrize("text, status, expected", [
    ("3 passed, 0 failed\n", 0, (3, 0, 0)),
    ("unit: 3 passed, 1 failed, 2 skipped\n4 passed, 0 failed\n", 1, (7, 1, 2)),
    ("..F\n1 failed, 2 passed, 1 skipped in 0.12s\n", 1, (2, 1, 1)),
    ("==== 5 passed, 2 warnings in 61.00s (0:01:01) ====\n", 0, (5, 0, 0)),
    ("2 passed, 1 error in 3.2s\n", 1, (2, 1, 0)),
    ("[  PASSED  ] 12 test(s).\n[  FAILED  ] 1 test(s), listed below:\n", 1, (12, 1, 0)),
    ("[  PASSED  ] 3 test(s).\n[  PASSED  ] 4 test(s).\n", 0, (7, 0, 0)),
    ("ok 1 a\nnot ok 2 b\nok 3 c # SKIP no board\n", 1, (1, 1, 1)),
    ("built\n", 0, (1, 0, 0)),
    ("gcc: error\n", 1, (0, 1, 0)),
    ("3 passed, 0 failed\nSegmentation fault\n", 139, (3, 1, 0)),
])
def test_counts(text, status, expected):
    """MAK70 Counts are right for each kind of output; a step that breaks off has failed."""
    assert tuple(check.count(text, status)) == expected


def run_steps(tmp_path, monkeypatch, capsys, *steps, arguments=()):
    """Run made-up steps; return the exit status and what was printed."""
    monkeypatch.setattr(check, "all_steps", lambda out: iter(steps))
    monkeypatch.setattr(test_index, "RESULTS", str(tmp_path / "results.json"))
    monkeypatch.setattr(sys, "argv", ["check.py", "--out", str(tmp_path), *arguments])
    with pytest.raises(SystemExit) as end:
        check.main()
    return end.value.code, capsys.readouterr().out


def test_last_line(tmp_path, monkeypatch, capsys):
    """MAK71 The last line is the sum of all steps; reasons for skips stand before it."""
    status, text = run_steps(tmp_path, monkeypatch, capsys,
                             check_steps.Step("A", "one", "echo '2 passed, 0 failed'", "", 5),
                             check_steps.Step("B", "two", "true", "no/such/file", 5))
    assert status == 0
    assert text.splitlines()[-1] == "2 passed, 0 failed, 1 skipped"
    assert "B: there is no no/such/file" in text


def test_saved(tmp_path, monkeypatch, capsys):
    """MAK99 A saved run is told apart by its size and by what else the host did; the page shows both."""
    steps = (check_steps.Step("A", "one", "echo '2 passed, 0 failed'", "", 5),
             check_steps.Step("B", "two", "true", "", 5))
    for save in ("1", "two busy loops", "1"):
        assert run_steps(tmp_path, monkeypatch, capsys, *steps, arguments=["--save", save])[0] == 0
    assert [(run, host) for run, host, _ in tests_doc.saved_runs()] == [("check", ""), ("check", "two busy loops")]
    page = "\n".join(tests_doc.last_runs())
    assert page.count("| `make check` |") == 2 and "| two busy loops |" in page and "| 3 | 0 | 0 |" in page
    assert page.count("| `A` | 2 | 0 | 0 |") == 1


def test_failure_shows(tmp_path, monkeypatch, capsys):
    """MAK72 A failed step makes the whole run fail and shows its output; the end names what failed."""
    status, text = run_steps(tmp_path, monkeypatch, capsys,
                             check_steps.Step("A", "one", "echo 'the reason'; exit 3", "", 5),
                             check_steps.Step("B", "two", "true", "", 5),
                             check_steps.Step("C", "three", "printf 'FAILED a.py::test_a - why\\n1 failed in 2.0s\\n'; exit 1",
                                              "", 5),
                             check_steps.Step("D", "four", "printf 'not ok 1 b\\nok 2 c\\n'; exit 1", "", 5))
    assert status == 1 and "the reason" in text
    end = text[text.index("Failed:"):].splitlines()
    assert end[1:4] == ["  A: the reason", "  C: FAILED a.py::test_a - why", "  D: not ok 1 b"]
    assert end[-1] == "2 passed, 3 failed"


def test_time_limit(tmp_path, monkeypatch, capsys):
    """MAK73 A step that hangs is stopped, with its children, and counts as failed."""
    status, text = run_steps(tmp_path, monkeypatch, capsys,
                             check_steps.Step("A", "one", "sleep 1000 & sleep 1000", "", 1))
    assert status == 1 and "Not finished after 1 s" in text


def test_no_test_is_failure(tmp_path, monkeypatch, capsys):
    """MAK74 A run in which nothing was tested does not pass."""
    status, _ = run_steps(tmp_path, monkeypatch, capsys,
                          check_steps.Step("A", "one", "true", "no/such/file", 5))
    assert status == 1


C_HEAD = "/* SPDX-License-Identifier: BSD-2-Clause */\n/* SPDX-FileCopyrightText: The Mullion authors */\n"
HASH_HEAD = C_HEAD.replace("/* ", "# ").replace(" */", "")
LONG_FUNCTION = "int f(void)\n{\n" + "\tf();\n" * 90 + "}\n"
PLANTED = [
    ("LNT01", "core/planted.c", C_HEAD + "int  f( void );\n"),
    ("LNT02", "docs/planted.md", "<!-- x -->\ntext  \n"),
    ("LNT02", "docs/planted.md", "<!-- x -->\nno newline"),
    ("LNT03", "core/planted.c", "int f(void);\n"),
    ("LNT03", "core/planted.c", C_HEAD.replace("BSD-2-Clause", "MIT")),
    ("LNT04", "core/planted.c", C_HEAD + "\n" * 601),
    ("LNT05", "core/planted.c", C_HEAD + LONG_FUNCTION),
    ("LNT06", "core/planted.c", C_HEAD + "#ifdef CONFIG_TRACE\n#endif\n"),
    ("LNT07", "guests/planted/Kconfig", HASH_HEAD + "config PLANTED\n\tbool \"x\"\n"),
    ("LNT07", "guests/planted/Kconfig",
     HASH_HEAD + "config PLANTED\n\tbool \"x\"\n\thelp\n\t  Does this and that. Default: n.\n"),
    ("LNT08", "guests/planted/Kconfig", HASH_HEAD + "config PLANTED\n\tint \"x\"\n\tdefault 3\n"),
    ("LNT09", "core/planted.c", C_HEAD + "int f = CONFIG_NO_SUCH_OPTION;\n"),
    ("LNT10", "include/core/planted.h", C_HEAD + "struct x {\n\tuint99_t y;\n};\n"),
    ("LNT11", "include/core/planted.h", C_HEAD + "#include <core/planted.h>\n"),
    ("LNT12", "core/planted.c", C_HEAD + "int f(void);\nint f(void)\n{\n\tint a[2];\n\treturn a[2];\n}\n"),
    ("LNT13", "scripts/planted.c", C_HEAD + "int f(void)\n{\n\tint a[2];\n\treturn a[2];\n}\n"),
    ("LNT14", "scripts/planted.sh", "#!/bin/sh\n" + HASH_HEAD + "echo $1\n"),
    ("LNT15", "scripts/planted.py", HASH_HEAD + "import os\n"),
    ("LNT15", "scripts/planted.py", HASH_HEAD + "def f(:\n"),
    ("LNT16", "dts/bindings/planted.yaml", HASH_HEAD + "%YAML 1.2\n---\n$id: nonsense\n"),
    ("LNT17", "docs/planted.md", "[x](no-such-file.md)\n"),
    ("LNT18", "core/planted.c", C_HEAD + "/* TO" + "DO */\n"),
    ("LNT19", "guests/planted/Kconfig", HASH_HEAD + "config PLANTED\n\tbool \"x\"\n"),
    ("LNT20", "guests/linux/user/planted.c",
     C_HEAD + "int main(void)\n{\n\tint a[2];\n\treturn a[2];\n}\n"),
    ("LNT21", "test/docs/planted.py", HASH_HEAD + 'def test_planted():\n    """MAK' + '75 Another."""\n'),
    ("LNT21", "test/docs/planted.py", HASH_HEAD + "def test_planted():\n    pass\n"),
    ("LNT21", "test/unit/planted.c", C_HEAD + 'TEST(planted, "UNI-' + 'PLANTED", "no number")\n{\n}\n'),
    ("LNT22", "test/runs.yaml", HASH_HEAD + "- {tests: no_such_test, run: all, why: x}\n"),
]


@pytest.mark.parametrize("number, name, text", PLANTED, ids=[row[0] for row in PLANTED])
def test_lint_finds(pristine, number, name, text):
    """MAK75 Each linter finds a fault that is planted for it, and names the file."""
    pristine.write(name, text)
    try:
        output = pristine.run("/usr/bin/python3", "scripts/check/lint.py", number, status=1)
    finally:
        os.remove(pristine.file(name))
    assert f"FAIL  {number}" in output
    assert os.path.basename(name) in output or number == "LNT19"
    assert "Traceback" not in output


def test_every_lint_is_tested():
    """MAK76 For each linter a fault is planted."""
    ids = {function.__doc__.split()[0] for function in lint.CHECKS}
    assert ids == {row[0] for row in PLANTED}
