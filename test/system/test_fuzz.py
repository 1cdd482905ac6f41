# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Random hypercalls by two cells at once (test/cells/fuzz), made from the
declarations, with the microvisor checking itself after every one of them.

SEED=N in the environment replays one seed; COUNT=N makes a longer run."""

import os
import re

import pytest

from checks import results_in
from machine import BOARDS, DETERMINISTIC, TOP, Machine, build
from translation import described_maps

RUNS = [("vexpress-a9", 1), ("realview-pb-a8", 2), ("vexpress-a9", 3), ("realview-pb-a8", 4)]
if os.environ.get("SEED"):
    RUNS = [(board, int(os.environ["SEED"])) for board in BOARDS]
COUNT = int(os.environ.get("COUNT") or 100000)
PLAIN = "CONFIG_DEBUG_CHECKS=n CONFIG_TRACE=n CONFIG_IDLE_SPIN=n"
ERRORS = ("OK", "CALL", "CAPABILITY", "RIGHTS", "ARGUMENT", "ADDRESS", "SIZE", "FULL", "EMPTY",
          "STATE")
# What a cell without the right to reset the machine cannot reach, and what this
# configuration does not have.
UNREACHED = {("system_reset", "OK"), ("system_reset", "ARGUMENT"), ("system_reset", "STATE"),
             ("vcpu_resume", "OK"), ("time_now", "OK"), ("trace_read", "CALL"),
             ("trace_read", "EMPTY"), ("system_check", "CALL"), ("cell_status", "RIGHTS"),
             ("cell_stop", "RIGHTS"), ("cell_restart", "RIGHTS"), ("vcpu_start", "RIGHTS"),
             ("vcpu_stop", "RIGHTS"), ("vcpu_set_priority", "RIGHTS"), ("virq_raise", "RIGHTS"),
             ("virq_lower", "RIGHTS"), ("virq_fetch", "RIGHTS"), ("timer_set", "RIGHTS"),
             ("timer_cancel", "RIGHTS"), ("fault_read", "RIGHTS"), ("trace_read", "RIGHTS"),
             ("system_check", "RIGHTS"), ("vmmu_stats", "RIGHTS")}


def fuzz(out, seed, count, awake=0):
    """Run one seed to its report; all that was printed."""

    class Core:  # what described_maps() looks at
        pass

    core = Core()
    core.out = out
    plan = described_maps(core)["keeper"][0x40000000][0]
    words = " ".join(f"-device loader,addr=0x{plan + 4 * n:x},data={value},data-len=4"
                     for n, value in enumerate((seed, count, awake)))
    with Machine(out, f"{DETERMINISTIC} {words}") as machine:
        text = machine.until("keeper: done", "PANIC")
        if "PANIC" in text:
            text += machine.until("\n")
    return text


@pytest.fixture(scope="module", params=RUNS, ids=lambda param: f"{param[0]}-seed{param[1]}")
def run(request):
    """The output of a run with one seed, with the microvisor checking itself."""
    board, seed = request.param
    text = fuzz(build(board, "fuzz-checked", "test-fuzz_defconfig"), seed, COUNT)
    print(text)
    return seed, text


def assert_good(text, *more):
    """Neither panic nor a wrong result, and the witness has not noticed."""
    assert "PANIC" not in text, text[-300:]
    results = results_in(text)
    assert set(results) == {"FUZ01", "FUZ02", "FUZ03", *more}
    bad = [check for check, (passed, _) in results.items() if not passed]
    wrong = "\n".join(line for line in text.splitlines() if "wrong" in line)
    assert not bad, f"{bad}: {wrong}"


def test_sys050_random_calls_break_nothing(run):
    """SYS050: 100,000 random hypercalls of a seed violate no invariant, give only declared
    results, and leave the witness undisturbed and undamaged."""
    seed, text = run
    assert f"keeper: seed {seed}, {COUNT} calls" in text
    assert_good(text)


def test_sys051_every_call_is_reached(run):
    """SYS051: such a run makes every hypercall, and brings about nearly every declared
    success and error of each."""
    reached, made = set(), {}
    for name, numbers in re.findall(r"^coverage: (\w+)((?: \d+)+)$", run[1], re.M):
        counts = [int(number) for number in numbers.split()]
        made[name] = sum(counts)
        reached |= {(name, error) for error, count in zip(ERRORS, counts) if count}
    assert len(made) == len(re.findall(r"^  - name: ", declarations(), re.M))
    few = {name for name, number in made.items() if number < 20}
    assert few <= {"vcpu_resume", "time_now"}  # which give no error
    declared = declared_results()
    missing = declared - reached - UNREACHED
    assert len(missing) <= 3, missing


def declarations():
    """The text that declares the hypercalls."""
    with open(f"{TOP}/core/hypercalls.yaml", encoding="utf-8") as file:
        return file.read()


def declared_results():
    """(call, error) of all that the declarations allow."""
    result = set()
    for part in declarations().split("\n  - name: ")[1:]:
        name = part.split("\n")[0]
        result |= {(name, "OK")} | {(name, error) for error in re.findall(r"code: (\w+)", part)}
    return result


@pytest.mark.parametrize("board", BOARDS)
def test_sys052_plain_build_is_as_good(board):
    """SYS052: twice as many calls in a build without self-checks, whose short way out
    of the microvisor is another, give only declared results too."""
    assert_good(fuzz(build(board, "fuzz-plain", "test-fuzz_defconfig", PLAIN), RUNS[0][1],
                     2 * COUNT))


def test_sys053_seed_replays():
    """SYS053: the same seed gives the same run, to the last count; another seed another.
    (That needs IDLE_SPIN: with WFI, about one run in fifteen on a busy host differs.)"""
    out = build("vexpress-a9", "fuzz-checked", "test-fuzz_defconfig")
    first, again, other = (fuzz(out, seed, 20000) for seed in (7, 7, 8))
    assert first == again
    assert re.findall(r"hash \w+", first) != re.findall(r"hash \w+", other)


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("changes", ["", PLAIN], ids=["checked", "plain"])
def test_sys054_nobody_is_forgotten(board, changes):
    """SYS054: in a run of calls after which nobody should sleep for ever, nobody does: no
    wake-up is lost, whatever happens between setting an alarm and waiting for it."""
    name = "fuzz-plain" if changes else "fuzz-checked"
    text = fuzz(build(board, name, "test-fuzz_defconfig", changes), 9, COUNT // 2, awake=1)
    assert_good(text, "FUZ04")
    assert text.count("slept through 0") == 2
