# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Tests of scripts/build/hypercalls.py: each takes good declarations, breaks one thing
and expects the message; then the outputs are looked at, and compiled."""
import pathlib
import random
import shutil
import subprocess
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "scripts/build"))
sys.dont_write_bytecode = True
import hypercalls  # noqa: E402
import hypercalls_check  # noqa: E402

DECLARATIONS = TOP / "core/hypercalls.yaml"
GOOD = """\
calls:
  - name: first
    number: 0
    brief: Does nothing.
    args: []
    errors: []

  - name: second
    number: 1
    brief: Does something.
    args:
      - {name: channel, type: cap, object: channel, rights: send}
      - {name: buffer, type: buffer, access: read, size: size}
      - {name: size, type: u32, max: 64, text: bytes}
      - {name: time, type: u32, text: "nanoseconds"}
    returns: {name: left, text: "what is left"}
    errors:
      - {code: CAPABILITY, reason: "no channel", test: UNI-CAP-001}
      - {code: RIGHTS, reason: "no right", test: SYS010}
      - {code: ADDRESS, reason: "not readable", test: UNI-CAP-002}
"""

BROKEN = [
    ("HC01", "a gap in the numbers", "number: 1", "number: 2",
     "x.yaml:8: call 'second' has number 2, its place is 1. "
     "Numbers count from 0 without gaps, in the order of the file"),
    ("HC02", "a number used twice", "number: 1", "number: 0",
     "x.yaml:8: call 'second' has number 0, its place is 1. "
     "Numbers count from 0 without gaps, in the order of the file"),
    ("HC03", "a name used twice", "name: second", "name: first",
     "x.yaml:1: two calls are named 'first'. Rename one"),
    ("HC04", "a missing key", "    brief: Does something.\n", "",
     "x.yaml:8: call 'second' has no 'brief'. Add it"),
    ("HC05", "a misspelt key", "returns: {", "retruns: {",
     "x.yaml:8: call 'second': key 'retruns' is not known. Did you mean 'returns'?"),
    ("HC06", "an unknown type", "time, type: u32", "time, type: u63",
     "x.yaml:15: call 'second': argument 'time': type 'u63' is not known. Did you mean 'u64'?"),
    ("HC07", "an unknown kind of object", "object: channel", "object: chanel",
     "x.yaml:12: call 'second': argument 'channel': object 'chanel' is not known. "
     "Did you mean 'channel'?"),
    ("HC08", "a right that the kind does not have", "rights: send", "rights: fetch",
     "x.yaml:12: call 'second': argument 'channel': right 'fetch' is not known. "
     "Use one of: none, recv, send"),
    ("HC09", "an unknown error code", "code: ADDRESS", "code: ADRESS",
     "x.yaml:20: call 'second': error code 'ADRESS' is not known. Did you mean 'ADDRESS'?"),
    ("HC10", "an error without a reason", "reason: \"no right\"", "reason: \"\"",
     "x.yaml:19: call 'second': error RIGHTS has no reason. Say when it comes"),
    ("HC11", "an error listed twice", "code: ADDRESS", "code: RIGHTS",
     "x.yaml:20: call 'second': error RIGHTS is listed twice. Join the reasons"),
    ("HC12", "an argument whose error is not declared",
     "      - {code: ADDRESS, reason: \"not readable\", test: UNI-CAP-002}\n", "",
     "x.yaml:13: call 'second': argument 'buffer' can fail with ADDRESS, "
     "which 'errors' does not list. Add it with its reason"),
    ("HC13", "a buffer whose size is no argument", "size: size", "size: sizes",
     "x.yaml:13: call 'second': argument 'buffer': size 'sizes' is not known. "
     "Did you mean 'size'?"),
    ("HC14", "a buffer without a known access", "access: read", "access: append",
     "x.yaml:13: call 'second': argument 'buffer': access 'append' is not known. "
     "Use one of: read, write"),
    ("HC15", "bounds in the wrong order", "max: 64", "min: 65, max: 64",
     "x.yaml:14: call 'second': argument 'size': min 65 is above max 64. Swap them"),
    ("HC16", "two arguments of one name", "name: time", "name: size",
     "x.yaml:8: call 'second': two arguments are named 'size'. Rename one"),
    ("HC17", "more words than registers", "{name: time,", "{name: a, type: u64, text: b}\n"
     "      - {name: time,",
     "x.yaml:8: call 'second' takes 6 words, 4 fit in r0..r3. Drop some"),
    ("HC18", "a 64-bit result beside errors", "returns: {name: left, text: \"what is left\"}",
     "returns: time64",
     "x.yaml:8: call 'second' returns 64 bits and so cannot return an error. Drop 'errors'"),
    ("HC19", "a name that is not C", "name: second", "name: second-one",
     "x.yaml:8: call 'second-one': not a C name in lower case. Rename it"),
    ("HC20", "an argument name that is not C", "name: time", "name: Time",
     "x.yaml:15: call 'second': argument 'Time': not a C name in lower case. Rename it"),
    ("HC21", "a call that is no mapping", "  - name: first\n    number: 0\n"
     "    brief: Does nothing.\n    args: []\n    errors: []\n", "  - first\n",
     "x.yaml:1: call 0 is not a mapping. Write it as 'key: value' pairs"),
    ("HC22", "a bound that is no word", "max: 64", "max: 0x100000000",
     "x.yaml:14: call 'second': argument 'size': a bound is no number of 32 bits. Correct it"),
    ("HC23", "a value that is no text", "text: bytes", "text: [bytes]",
     "x.yaml:8: call 'second': an entry of 'args' has a value that is no word or number. "
     "Quote texts"),
    ("HC24", "a brief that is no text", "brief: Does something.", "brief: 5",
     "x.yaml:8: call 'second': 'brief' is not a text. Quote it"),
    ("HC25", "an error without a test", ", test: SYS010", "",
     "x.yaml:19: call 'second': error has no 'test'. Add it"),
    ("HC26", "a test that is no id", "test: SYS010", "test: yes",
     "x.yaml:19: call 'second': test 'True' of error RIGHTS is no id of a test. "
     "Name the one that provokes it, see docs/tests.md"),
]


def check(text):
    calls = hypercalls_check.yaml.load(text, hypercalls_check.LineLoader)["calls"]
    return hypercalls_check.Checker(hypercalls_check.read_abi(), "x.yaml").file(calls)


@pytest.mark.parametrize("ident, sentence, old, new, message", BROKEN,
                         ids=[f"{b[0]}: {b[1]}" for b in BROKEN])
def test_mistake_is_named(ident, sentence, old, new, message):
    """GEN01 Each mistake in a declaration is named, with its line and the cure."""
    assert GOOD.count(old) >= 1, "the test changes nothing"
    assert message in check(GOOD.replace(old, new))


def test_good_declarations_pass():
    """GEN02 Of good declarations nothing is said."""
    assert check(GOOD) == []


def test_all_errors_in_one_run():
    """GEN03 All mistakes are told in one run."""
    text = GOOD.replace("time, type: u32", "time, type: u31").replace("rights: send", "rights: fetch")
    assert len(check(text)) == 2


@pytest.mark.parametrize("text, message", [
    ("calls: [", "while parsing"), ("- 1", "no list 'calls'"), ("calls: 3", "no list 'calls'"),
    ("calls: [3, [], null]", "is not a mapping"), ("calls:\n- {name: a, args: 3}", "has no"),
    ("calls:\n- {name: a, number: 0, brief: b, args: 3, errors: []}", "'args' is not a list"),
    ("calls:\n- {name: a, number: 0, brief: b, args: [3], errors: [4]}", "is not a mapping"),
])
def test_nonsense_is_an_error_not_a_crash(tmp_path, text, message):
    """GEN04 What is no list of declarations is an error, no crash, and nothing is written."""
    (tmp_path / "x.yaml").write_text(text)
    out = tmp_path / "out.h"
    run = subprocess.run([TOP / "scripts/build/hypercalls.py", tmp_path / "x.yaml", "--header", out],
                         capture_output=True, text=True)
    assert run.returncode == 1 and message in run.stderr and "Traceback" not in run.stderr
    assert not out.exists()


def test_random_damage_never_crashes():
    """GEN05 One value after another replaced by nonsense gives errors, never an exception."""
    abi = hypercalls_check.read_abi()
    random.seed(1)
    for _ in range(1500):
        base = hypercalls_check.yaml.load(GOOD, hypercalls_check.LineLoader)
        place, key = base, "calls"
        while isinstance(place[key], (list, dict)) and place[key] and random.random() < 0.8:
            place = place[key]
            key = random.choice(list(place)) if isinstance(place, dict) else \
                random.randrange(len(place))
        if key != "line":
            place[key] = random.choice([None, 3, "x", [], {}, [1], {"a": 1}, -1, "9", 1.5])
        if isinstance(base["calls"], list):
            hypercalls_check.Checker(abi, "x.yaml").file(base["calls"])


def outputs():
    abi = hypercalls_check.read_abi()
    calls = hypercalls_check.load(DECLARATIONS, abi)
    return {name: make(calls, abi) for name, (make, _) in hypercalls.OUTPUTS.items()}, calls


def test_declared_calls_are_within_the_budget():
    """GEN06 There are at most 32 hypercalls."""
    assert len(outputs()[1]) <= 32


def test_every_error_of_every_call_is_in_the_manual():
    """GEN07 The manual has every error of every call, with its reason and its test."""
    made, calls = outputs()
    for call in calls:
        chapter = made["doc"].split(f"## {call['number']}: {call['name']}\n")[1].split("\n## ")[0]
        for error in call["errors"]:
            assert f"| `MV_ERR_{error['code']}` | {error['reason']} | [{error['test']}] |" in chapter


def test_manual_numbers_registers_without_padding():
    """GEN08 The manual numbers registers without padding, as stubs use them."""
    chapter = outputs()[0]["doc"].split(": timer_set\n")[1]
    assert "| r2, r3 | `time` |" in chapter


def test_outputs_are_the_same_twice():
    """GEN09 The same declarations give the same files."""
    assert outputs()[0] == outputs()[0]


def compiler():
    return shutil.which("arm-none-eabi-gcc") or pytest.skip("no arm-none-eabi-gcc")


def write_outputs(folder):
    made = outputs()[0]
    (folder / "mullion").mkdir()
    (folder / "mullion/hypercalls.h").write_text(made["header"])
    (folder / "mullion/fuzz_grammar.h").write_text(made["fuzz"])
    (folder / "hypercall_protos.h").write_text(made["protos"])
    (folder / "hypercall_table.c").write_text(made["table"])


def compile_c(folder, name, text, *flags):
    (folder / name).write_text(text)
    subprocess.run([compiler(), "-march=armv7-a", "-ffreestanding", "-std=gnu11", "-O2", "-Wall",
                    "-Wextra", "-Werror", "-I", TOP / "include", "-I", folder, "-S",
                    "-o", folder / "out.s", folder / name, *flags], check=True)
    lines = (folder / "out.s").read_text().splitlines()
    return [line.strip().replace("\t", " ") for line in lines if line[:1] == "\t" and
            line[1:2] not in ".@"]


@pytest.mark.parametrize("mode", ["-marm", "-mthumb"])
def test_stub_puts_arguments_where_the_convention_says(tmp_path, mode):
    """GEN10 A stub puts arguments where the convention says, in ARM and Thumb code."""
    write_outputs(tmp_path)
    code = compile_c(tmp_path, "t.c", "#include <mullion/hypercalls.h>\n"
                     "uint32_t f(uint32_t timer);\n"
                     "uint32_t f(uint32_t timer)\n"
                     "{ return mv_timer_set(timer, 2, 0x700000005ull); }\n", mode)
    assert {"mov r1, #2", "mov r2, #5", "mov r3, #7", "mov ip, #15"} <= \
        {line.replace("movs", "mov") for line in code}
    assert "svc #0" in code


def test_stub_expects_r2_r3_and_r12_to_be_lost(tmp_path):
    """GEN11 What lives in r2, r3 or r12 is kept elsewhere over a call."""
    write_outputs(tmp_path)
    code = compile_c(tmp_path, "t.c", "#include <mullion/hypercalls.h>\n"
                     "uint32_t f(uint32_t a, uint32_t b, uint32_t c, uint32_t d);\n"
                     "uint32_t f(uint32_t a, uint32_t b, uint32_t c, uint32_t d)\n"
                     "{ mv_vcpu_wait(); return a + b * 3 + c * 5 + d * 7; }\n")
    after = [line.split(" ", 1)[1].split(", ") for line in code[code.index("svc #0") + 1:]]
    for register in ("r2", "r3", "ip"):
        uses = [operands for operands in after if register in operands]
        assert not uses or uses[0][0] == register and register not in uses[0][1:]


def test_table_and_grammar_compile(tmp_path):
    """GEN12 The dispatch table and the grammar compile, with an entry for each call."""
    write_outputs(tmp_path)
    compile_c(tmp_path, "hypercall_table.c", (tmp_path / "hypercall_table.c").read_text())
    compile_c(tmp_path, "fuzz.c", "#include <mullion/fuzz_grammar.h>\n"
              "const void *f(void);\nconst void *f(void) { return mv_fuzz_calls; }\n"
              "_Static_assert(sizeof(mv_fuzz_calls) / sizeof(mv_fuzz_calls[0]) == MV_NR_CALLS,"
              " \"one entry a call\");\n")


def test_assembly_macro(tmp_path):
    """GEN13 The macro mv_call assembles."""
    write_outputs(tmp_path)
    (tmp_path / "t.S").write_text("#include <mullion/hypercalls.h>\nmv_call MV_CALL_VIRQ_SYNC\n")
    subprocess.run([compiler(), "-march=armv7-a", "-I", TOP / "include", "-I", tmp_path, "-c",
                    "-o", tmp_path / "t.o", tmp_path / "t.S"], check=True)
