# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Every rule: a change that breaks the good description, and the exact messages.

The cases are in rules/*.yaml: `change` is a list of [old text, new text] or
[old text, new text, file], where the old text must occur; `config` adds lines to
the configuration; `with` names a file that comes behind the good description; `expect` is everything that must be printed, but for the
closing line. Of a hint `accept` is the label of the node that it is about.
"""

import pathlib

import pytest
import yaml

from conftest import CONFIG

HERE = pathlib.Path(__file__).parent
CASES = [case for path in sorted((HERE / "rules").glob("*.yaml"))
         for case in yaml.safe_load(path.read_text())]
FILES = {"config": CONFIG, "board.dtsi": (HERE / "board.dtsi").read_text()}
# Descriptions that dtc refuses, in test_blob.py, and large ones, below.
BY_CODE = {"SYN-001", "SYN-008", "SYN-009", "NAM-006", "LIM-005", "SPC-008"}


def name(case):
    return f"{case['rule']} {case['title']}"


def replace(text, old, new):
    assert old in text, f"'{old}' is not in the good description"
    return text.replace(old, new, 1)


def expand(text):
    """`{a*300}` in a case stands for 300 letters a."""
    while "{a*" in text:
        start = text.index("{a*")
        end = text.index("}", start)
        text = text[:start] + "a" * int(text[start + 3:end]) + text[end + 1:]
    return text


def break_it(syscc, good, case, *arguments):
    source = good + (HERE / case["with"]).read_text() if "with" in case else good
    for path, text in FILES.items():
        (syscc.folder / path).write_text(text)
    for old, new, *file in case.get("change", []):
        if file:
            path = syscc.folder / file[0]
            path.write_text(replace(path.read_text(), old, expand(new)))
        else:
            source = replace(source, old, expand(new))
    for old, new in case.get("config", []):
        path = syscc.folder / "config"
        path.write_text(replace(path.read_text(), old, new))
    return syscc.compile(source, *arguments)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_rule(syscc, good, case):
    """SYC140 Each rule finds what breaks it: the whole message, with file and line, and nothing is written."""
    result = break_it(syscc, good, case)
    expected = [expand(line) for line in case["expect"]]
    hints = sum(" hint: [" in line for line in expected)
    errors = sum(" warning: [" not in line for line in expected) - hints
    assert result.errors == expected + closing(errors, hints)
    assert result.status == (1 if errors else 0)
    assert not errors or not list((result.folder / "out").iterdir())
    assert any(f"[{case['rule']}]" in line for line in expected)


def closing(errors, hints, fatal=False):
    """The line behind all others, if there is one."""
    if errors:
        return [f"{errors} error{'s' if errors != 1 else ''} in the system description; nothing was written"]
    if not hints:
        return []
    what = "nothing was written, because HINTS=1" if fatal else "this may not be what is meant"
    return [f"{hints} hint{'s' if hints != 1 else ''}: {what}. To accept one as it is, write "
            "`accept-hints = \"HINT-...\";` in its node"]


HINTS = [case for case in CASES if case["rule"].startswith("HINT")]


@pytest.mark.parametrize("case", HINTS, ids=name)
def test_hint_is_fatal(syscc, good, case):
    """SYC141 With HINTS=1 a hint is as bad as an error."""
    result = break_it(syscc, good, case, "--hints-fatal")
    assert result.errors == [expand(line) for line in case["expect"]] + closing(0, len(case["expect"]), True)
    assert result.status == 1
    assert not list((result.folder / "out").iterdir())


@pytest.mark.parametrize("case", HINTS, ids=name)
def test_hint_is_accepted(syscc, good, case):
    """SYC142 The root accepts a hint for the whole product, in the case's `accept` a node accepts its own."""
    accepted = f'/ {{ accept-hints = "{case["rule"]}"; }};\n'
    result = break_it(syscc, good + accepted, case, "--hints-fatal")
    assert (result.errors, result.status) == ([], 0)
    accepted = f'&{case["accept"]} {{ accept-hints = "{case["rule"]}"; }};\n'
    result = break_it(syscc, good + accepted, case, "--hints-fatal")
    assert (result.errors, result.status) == ([], 0)


def test_hints_behind_errors(syscc, good):
    """SYC143 Where there are errors nobody looks for hints: they may be for the same reason."""
    source = replace(good, 'accept-hints = "HINT-009";', "")
    assert "HINT-009" in syscc.compile(source).errors[0]
    assert "HINT" not in "".join(syscc.compile(replace(source, "depth = <4>;", "depth = <0>;")).errors)


def test_good(syscc, good):
    """SYC144 What the cases break is good, without a word."""
    result = syscc.compile(good)
    assert result.errors == []
    assert result.status == 0


def test_guests_at_the_limits(syscc, good):
    """SYC145 GST-001, GST-002, GST-003: 255 address spaces, a space more than vCPUs, memory up to
    the window's end, and behind it what a guest can only read."""
    board, config = syscc.folder / "board.dtsi", syscc.folder / "config"
    text = replace(board.read_text(), "memory = <0x100000>;", "memory = <0x600000>;")
    board.write_text(replace(text, "reg = <0x60000000 0x1000000>;",
                             "reg = <0x60000000 0x10000000>;"))
    config.write_text(replace(config.read_text(), "CONFIG_VTLB_SPACES=8", "CONFIG_VTLB_SPACES=251"))
    source = replace(good, "memory = <0x200000>;", "memory = <0x200000>; address = <0x6de00000>;")
    source = replace(source, "shared-by = <&helper &control>;\n\t\t\taddress = <0x60f00000>;",
                     "shared-by = <&guest &control>; read-only-for = <&guest>;\n"
                     "address = <0x6fff0000>;")
    result = syscc.compile(source)
    assert (result.errors, result.status) == ([], 0)
    config.write_text(replace(config.read_text(), "SPACES=251", "SPACES=3"))
    assert syscc.compile(source).errors == []


def test_levels_at_a_controller_without_edges(syscc, good):
    """SYC146 IRQ-008: levels are right at a controller that has nothing else."""
    board = syscc.folder / "board.dtsi"
    text = replace(board.read_text(), "arm,cortex-a9-gic", "mullion,test-levels")
    text = replace(text, "<0 6 1>", "<0 6 8>")
    board.write_text(replace(text, "<1 11 0xf01>", "<1 11 0xf04>"))
    result = syscc.compile(good)
    assert (result.errors, result.status) == ([], 0)


def test_types_unknown(syscc, good):
    """SYC147 SYN-005: without a file of types a value is judged by its size."""
    syscc.compile(replace(good, "priority = <20>;", 'priority = "200", "x";'))
    blob = (syscc.folder / "system.dtb").read_bytes()
    result = syscc.compile_blob(blob)
    assert result.errors[0] == ("system.dtb: [SYN-005] property 'priority' of cell 'helper' takes a "
                                "number. Write `priority = <...>;`")


def test_types_cut_short(syscc, good):
    """SYC148 A file of types that ends too soon, or is of another tree, is refused."""
    syscc.compile(good)
    text = (syscc.folder / "types.yaml").read_text()
    blob = (syscc.folder / "system.dtb").read_bytes()
    for part in [*(text[:length] for length in range(0, len(text), 97)), text.replace("helper:", "other:")]:
        (syscc.folder / "types.yaml").write_text(part)
        assert syscc.compile_blob(blob, "--types", "types.yaml").errors[0] == \
            "system.dtb: [SYN-001] its file of types is cut off or of another tree. Make the input from a .dts file with dtc"


def test_every_rule_has_a_case(syscc):
    """SYC149 There is no rule without a test, and no test without a rule."""
    listed = [line.split("\t")[0] for line in syscc.call("--list-rules").stdout.splitlines()]
    assert len(listed) == len(set(listed))
    assert {case["rule"] for case in CASES} | BY_CODE == set(listed)


def test_at_least_40_rules(syscc):
    """SYC150 There are at least 40 rules."""
    assert len(syscc.call("--list-rules").stdout.splitlines()) >= 40


def test_cases_are_told_apart():
    """SYC151 No two cases have the same title."""
    names = [name(case) for case in CASES]
    assert len(names) == len(set(names))


def test_all_errors_in_one_run(syscc, good):
    """SYC152 Breaking a description in five places gives all messages in one run, sorted by line."""
    source = replace(good, "priority = <200>;", "priority = <300>;")
    source = replace(source, "memory = <0x8000>;", "memory = <0x8001>;")
    source = replace(source, "depth = <16>;", "depth = <0>;")
    source = replace(source, "model = ", "modell = ")
    source = replace(source, "to = <&guest>;", "to = <&control>;")
    result = syscc.compile(source)
    ids = [line.split("[")[1].split("]")[0] for line in result.errors[:-1]]
    assert sorted(ids) == ["CEL-001", "CHN-005", "MEM-001", "NAM-004", "SYN-003", "SYN-004", "VIR-002",
                           "VIR-003"]
    lines = [int(line.split(":")[1]) for line in result.errors[:-1]]
    assert lines == sorted(lines)


def test_environment_too_large(syscc, good):
    """SYC153 LIM-005: a cell with more things than its environment has room for is told."""
    many = "".join(f"s{number} {{ size = <0x1000>; shared-by = <&helper>; }};\n"
                   for number in range(1020))
    result = syscc.compile(replace(good, "segments {\n", "segments {\n" + many))
    assert result.status == 1
    assert ("product.dts:50: [LIM-005] the environment of cell 'helper' has 0x11000 bytes, but its "
            "window has 0x10000. Remove some of the 1026 things in it") in result.errors


def test_symbols_too_large(syscc, good):
    """SYC154 SPC-008: symbol files that do not fit in their window are told."""
    with open(syscc.folder / "images/small/small.sym", "ab") as file:
        file.truncate(16 << 20)
    result = syscc.compile(good)
    assert result.status == 1
    assert ("product.dts:26: [SPC-008] the symbols of all images take 0x1001000 bytes, but cell "
            "'control' has room for 0x1000000. Leave out `symbols`, or strip the larger images") in \
        result.errors
