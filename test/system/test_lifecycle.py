# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Cells that come and go: start, stop, restart, fault and restart of the monitor, in
every state of the victim and every order of priorities of asker, victim, monitor and a
busy bystander; checks of the warden (test/cells/warden); and what timers of less
urgent cells cost a more urgent one (test/cells/timers)."""

import collections
import itertools
import os
import re

import pytest

from checks import checks_of, results_in
from machine import BOARDS, DETERMINISTIC, OUT, TOP, Machine, build, write_if_changed

CHECKS = checks_of("warden")
# The interrupt of timer23, which the driver has as an edge.
TIMER23 = {"vexpress-a9": 3, "realview-pb-a8": 5}
STATES = {"stopped": 0, "loading": 1, "running": 2, "waiting": 2, "faulted": 3, "restarting": 1}
ACTIONS = ("stop", "restart", "fault", "monitor", "fault-monitor", "monitor-fault")
STOPPED, LOADING, RUNNING, FAULTED = range(4)
STATE_ERROR = 9
FIELDS = ("state", "asked", "faults", "lives", "beats", "reset", "bell", "mail", "early",
          "monitor", "monitor_asked", "told", "records")
View = collections.namedtuple("View", FIELDS)
Run = collections.namedtuple("Run", "text rows")


def rows_in(text):
    """(order, state, action) -> {"error": number, a time: View}."""
    rows = {}
    for line in re.findall(r"^row (.*)$", text, re.M):
        order, state, action, *found = line.split()
        row = dict(word.split("=") for word in found)
        rows[order, state, action] = {"error": int(row.pop("error"))} | {
            when: View(*map(int, numbers.split(","))) for when, numbers in row.items()}
    return rows


def printed(out, arguments, end, patience):
    """All that came until the end; or until it came no further, to see how far that was."""
    with Machine(out, arguments) as machine:
        try:
            text = machine.until(end, "PANIC", timeout=patience)
        except AssertionError:
            return machine.child.before.replace("\r", "") + "\n(it came no further)"
        return text if text.endswith(end) else text + machine.until("\n")


@pytest.fixture(scope="module", params=BOARDS)
def run(request):
    """The output of the warden."""
    board = request.param
    source = f"{OUT}/lifecycle-{board}.dts"
    write_if_changed(source, f'#include "{TOP}/test/products/lifecycle.dts"\n'
                     f"&timer23 {{ interrupts = <0 {TIMER23[board]} 1>; }};\n")
    out = build(board, "lifecycle", "test-lifecycle_defconfig",
                f'CONFIG_SYSTEM_DTS="{os.path.abspath(source)}"')
    text = printed(out, DETERMINISTIC, "warden: the end", 120)
    return Run(text, rows_in(text))


@pytest.mark.parametrize("check,sentence", CHECKS, ids=[check for check, _ in CHECKS])
def test_check(run, check, sentence):
    """SYS303: each of the warden's checks holds."""
    passed, reasons = results_in(run.text).get(check, (False, f"it was not made:\n{run.text[-2000:]}"))
    assert passed, f"{check} {sentence}: {reasons}"


def test_sys295_all_checks_are_known(run):
    """SYS295: the warden makes all checks of its tables and no others."""
    assert set(results_in(run.text)) == {check for check, _ in CHECKS}
    assert len(CHECKS) >= 19


# The table of transitions, seen from outside ------------------------------------------

class Row:
    """The expected result of one row; `before` is the state before the action."""

    def __init__(self, order, state, action, before):
        self.state, self.action, self.before = state, action, before
        self.first = order.index("V") < order.index("A")  # what the victim does, it does at once
        self.monitor_first = order.index("M") < order.index("A")
        self.alive = state not in ("stopped", "faulted")
        self.starting = state in ("loading", "restarting")
        self.restarts = action == "restart"
        self.faults = "fault" in action and self.alive
        self.taken_out = self.alive and action in ("stop", "restart")

    def states(self):
        """The state at once and in the end."""
        now = STATES[self.state]
        if self.action == "stop":
            return STOPPED, STOPPED
        if self.restarts:
            return (RUNNING if self.first else LOADING), RUNNING
        if self.faults:
            return (FAULTED if self.first else now), FAULTED
        return now, RUNNING if self.alive else now

    def starts(self):
        """How often the victim has started: right after the action, and in the end."""
        return int(self.restarts and self.first), \
            int(self.restarts or self.starting and self.action != "stop")

    def reset(self):
        """Whether its peer was told that it is out, at once and in the end; None: maybe."""
        by_fault = self.faults and not self.first
        if self.state == "restarting":  # that of before may be on its way
            return (True if self.taken_out else None), (True if by_fault else None)
        return self.taken_out or self.faults and self.first, by_fault

    def at_start(self):
        """What it finds when it starts in this row: of 1, before the action, and 2, after it."""
        before = 1 if not self.taken_out else 0
        return before | (0 if self.restarts and self.first else 2)

    def at_next_start(self):
        """And what when it is started afterwards, because it did not run in the end."""
        if self.faults:
            return 2 if self.first else 0
        return 2 if self.taken_out else 3


def wrong_counts(row, seen):
    """Status and counts, (what, seen, expected)."""
    before, now, end = row.before, seen["at-once"], seen["settled"]
    state = row.states()
    starts = row.starts()
    monitored = "monitor" in row.action
    yield "error", seen["error"], STATE_ERROR if (row.state, row.action) == ("stopped", "stop") else 0
    yield "state before", before.state, STATES[row.state]
    yield "state at once", now.state, state[0]
    yield "state in the end", end.state, state[1]
    yield "lives at once", now.lives - before.lives, starts[0]
    yield "lives in the end", end.lives - before.lives, starts[1]
    for when, view in ("at once", now), ("in the end", end):
        yield f"restarts asked for, {when}", view.asked - before.asked, int(row.restarts)
        yield f"restarts by policy, {when}", view.faults, 0
        yield f"monitor's restarts, {when}", view.monitor_asked - before.monitor_asked, int(monitored)
    yield "monitor's state at once", now.monitor, RUNNING if row.monitor_first or not monitored else LOADING
    yield "monitor's state in the end", end.monitor, RUNNING


def wrong_events(row, seen):
    """What was forgotten, kept and told, (what, seen, expected)."""
    before, now, end, later = row.before, seen["at-once"], seen["settled"], seen["later"]
    for when, view, expected in zip(("at once", "in the end", "later"), (now, end, later),
                                    (*row.reset(), False)):
        if expected is not None:
            yield f"reset {when}", bool(view.reset), expected
    if row.starts()[1]:
        yield "bell at its start", end.bell, row.at_start()
        yield "mail at its start", end.mail, row.at_start()
    if end.state != RUNNING:
        yield "bell at its next start", seen["next"].bell, row.at_next_start()
        yield "mail at its next start", seen["next"].mail, row.at_next_start()
    yield "timers that expired too early", end.early + seen["next"].early, 0
    yield "faults in the log", end.records - before.records, int(row.faults)
    if end.state == FAULTED or row.state != "faulted":
        yield "monitor told of a fault", end.told, int(end.state == FAULTED)
    if now.state in (STOPPED, FAULTED):
        yield "beats of one that is out", end.beats - now.beats, 0
    if end.state in (STOPPED, FAULTED):
        yield "beats of one that is out, later", later.beats - end.beats, 0
    else:
        yield "4 to 6 beats of one that runs", 4 <= later.beats - end.beats <= 6, True


def orders_of(state):
    """The orders in which the asker can find the victim in that state: it does not run itself
    while a more urgent one runs or loads."""
    for order in map("".join, itertools.permutations("AVMB")):
        if state in ("stopped", "waiting", "faulted") or order.index("A") < order.index("V"):
            yield order


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
def test_sys296_actions_in_all_states(run, state, action):
    """SYS296: in every order of Asker, Victim, Monitor and Bystander, an action in a state of
    the victim leads to the state of the table in core/cell.c, at once and in the end; vIRQs and
    messages from before are dropped, later ones are kept; timers and peers know; the monitor is
    told and no record is lost; the counts are right."""
    wrong = []
    for order in orders_of(state):
        seen = run.rows.get((order, state, action))
        if not seen:
            wrong.append(f"{order}: not tried: {run.text[-300:]}")
            continue
        row = Row(order, state, action, seen["before"])
        wrong += [f"{order}: {what}: {value}, not {expected}"
                  for value_of in (wrong_counts, wrong_events)
                  for what, value, expected in value_of(row, seen) if value != expected]
    assert not wrong, f"{action} while {state}:\n" + "\n".join(wrong)


def test_sys297_table_is_complete(run):
    """SYS297: all 24 orders, 6 states and 6 actions are tried, but those that cannot be."""
    wanted = {(order, state, action) for state in STATES for order in orders_of(state)
              for action in ACTIONS}
    assert set(run.rows) == wanted and len(wanted) == 648


# What timers cost ------------------------------------------------------------------------

# Nanoseconds that an instruction takes; resolution of the clock, with what rounding adds.
SHIFTS = {0: 1, 2: 4}
RESOLUTION = {"vexpress-a9": 20, "realview-pb-a8": 1000}
MOST = 300  # instructions in any 100 us
STOPPED_PHASES = ("nothing", "stopped", "still stopped")
PHASES = {*STOPPED_PHASES, "own", "all with busy"} | {
    f"{number}{fetched}{later}" for number in ("one", "all") for fetched in ("", " fetched")
    for later in ("", " later")}


@pytest.fixture(scope="module", params=[(board, shift) for board in BOARDS for shift in SHIFTS],
                ids=lambda param: f"{param[0]}-shift{param[1]}")
def cost(request):
    """(what was printed, phase -> (most lost in a window, lost in all), nanoseconds of an
    instruction, resolution)."""
    board, shift = request.param
    out = build(board, "timers", "test-timers_defconfig")
    text = printed(out, DETERMINISTIC.replace("shift=0", f"shift={shift}"), "load: the end", 20)
    lost = {phase: (int(worst), int(total)) for phase, worst, total in
            re.findall(r"^load: (.*): worst (-?\d+), sum (-?\d+)", text, re.M)}
    return text, lost, SHIFTS[shift], RESOLUTION[board]


def test_sys298_less_urgent_timers_cost_a_small_constant(cost):
    """SYS298: less urgent cells may arm any timers, and any number of them: the most urgent cell
    loses at most 300 instructions in any 100 us, and no more than that in all, because it is
    interrupted once. The same holds for a periodic timer of its own that nobody fetches."""
    text, lost, unit, resolution = cost
    assert set(lost) == PHASES, text
    allowed = MOST * unit + resolution
    assert not {phase: found for phase, found in lost.items() if max(found) > allowed}


def test_sys299_timers_of_a_stopped_cell_cost_nothing(cost):
    """SYS299: once cell_stop has returned and the status says stopped, the cell's timers cost
    nothing more, though another cell more urgent than it stays busy."""
    text, lost, _, resolution = cost
    assert "storm's state is 0" in text, text
    assert not {phase: lost[phase] for phase in STOPPED_PHASES if max(lost[phase]) > resolution}


def lateness(text, what):
    """(alone, beside something, number of it) that the most urgent cell was late, ns."""
    found = re.search(rf"load: {what}: alone (\d+), beside (?:(\d+) )?\w+ (\d+)", text)
    assert found, text
    return int(found[1]), int(found[3]), int(found[2] or 0)


def test_sys300_timers_due_at_once_delay_no_device(cost):
    """SYS300: a device of the most urgent cell interrupts it as soon as the timer that is being
    served has been, though 60 of a less urgent cell are due."""
    text, _, unit, resolution = cost
    _, beside, _ = lateness(text, "device")
    assert beside <= 2500 * unit + 2 * resolution


def test_sys301_restarts_do_not_show_in_lateness(cost):
    """SYS301: a cell that sleeps for a while is late by no more than one step of another
    cell's restart, whoever asks for it again and again."""
    text, _, unit, resolution = cost
    alone, beside, restarts = lateness(text, "sleep")
    assert restarts > 100
    assert beside - alone <= 600 * unit + 2 * resolution
