# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The demo product as its user sees it: lines with prefixes, crash reports in
words, input that goes where the switch key says, and a verdict."""

import hashlib
import re
import subprocess

import pexpect
import pytest

from machine import BOARDS, TIMEOUT, TOP, Machine, build

CELLS = ("console", "monitor", "producer", "consumer", "rogue")
SWITCH = "\x14"
BYTES = bytes(byte for byte in range(256) if byte != ord(SWITCH))
FAULTS = ("write_null", "jump into the microvisor", "write_microvisor", "execute_undefined",
          "stack overflow", "write_code", "execute its own data")


class DemoRun:
    """Output of a demo up to its verdict, and what came of typing afterwards."""

    def __init__(self, board):
        out = build(board, "demo", f"{board}_defconfig")
        # In real time: else the demo would run ahead of the input.
        with Machine(out, "") as machine:
            machine.send(SWITCH + "?")
            self.text = machine.until("demo: PASS", "demo: FAIL")
            machine.send(SWITCH + "1")
            machine.child.proc.stdin.write(BYTES + b"\r")
            self.binary = machine.until("the line is too long and not taken]")
            machine.send("help\n")
            self.help = machine.until("switch the machine off")
            machine.send("stop producer\n")
            machine.until("is stopped")
            machine.send("cells\n")
            self.stopped = machine.until("producer  ") + machine.until("\n")
            machine.send("restart producer\n")
            machine.until("is restarted")
            self.restarted = machine.until("messages: ") + machine.until("\n")
            machine.send("cells\n")
            self.cells = machine.until("by hand")
            machine.send(SWITCH + "3help\n")
            self.consumer = machine.until("this list")
            machine.send("cells\n")
            self.elsewhere = ""
            for _ in range(3):
                self.elsewhere += machine.until(" old")
            machine.send(SWITCH + SWITCH)
            self.next = machine.until("input goes to 'rogue'")


@pytest.fixture(scope="module", params=BOARDS)
def demo(request):
    """A run of the demo on a board."""
    return DemoRun(request.param)


def lines_of(text):
    """(cell, line) of all lines behind the boot fact sheet."""
    lines = text[text.index("console | "):].split("\n")[:-1]
    return [(line.split("|")[0].strip(), line) for line in lines]


def test_sys060_demo_passes(demo):
    """SYS060: the demo comes to the verdict PASS."""
    assert demo.text.endswith("demo: PASS")


def test_sys061_every_line_has_its_cell(demo):
    """SYS061: after boot, every line begins with the name of its cell, and all cells speak."""
    assert {cell for cell, _ in lines_of(demo.text)} == set(CELLS)


def test_sys062_crash_reports_are_complete(demo):
    """SYS062: each crash report names cell, time, restarts, address and PC with its function,
    gives a reason and a hint, and all registers."""
    reports = demo.text.split("monitor | fault ")[1:]
    assert len(reports) >= 9
    for number, report in enumerate(reports):
        assert re.match(rf"{number + 1}: cell 'rogue', vCPU 0, \d+\.\d+ s after boot, "
                        rf"restarted {number} times before", report)
        assert re.search(r"what: .*pc 0x\w{8}", report)
        assert re.search(r"lr 0x\w{8} \(\w+[\w.]*\+0x\w+\)", report)
        assert re.search(r"r0 +\w{8} .*r12 \w{8}.*lr +\w{8}  pc  \w{8}  psr \w{8}", report, re.S)
        assert "then: its monitor decides" in report


def test_sys063_every_misdeed_is_caught(demo):
    """SYS063: the rogue announces each of its acts, and the report names the same act."""
    for words in FAULTS:
        assert words in demo.text


def test_sys064_others_go_on(demo):
    """SYS064: meanwhile not one message between producer and consumer is lost or damaged."""
    found = re.search(r"demo: (\d+) messages and frames arrived, (\d+) lost, (\d+) damaged, while "
                      r"(\d+) faults were caught", demo.text)
    assert int(found.group(1)) >= 300 and int(found.group(4)) >= 9
    assert found.group(2) == found.group(3) == "0"


def test_sys065_switch_key_lists_cells(demo):
    """SYS065: the switch key and another letter lists the cells; a digit chooses one."""
    assert re.search(r"1 monitor\*?, 2 producer", demo.text)
    assert "input goes to 'monitor'" in demo.binary


def test_sys066_commands_reach_the_chosen_cell(demo):
    """SYS066: input reaches the chosen cell, which stops and restarts another."""
    assert "restart CELL" in demo.help
    assert "stopped" in demo.stopped
    assert "0 lost, 0 damaged" in demo.restarted


def test_sys321_cells(demo):
    """SYS321: the monitor shows for each cell its priority and state, restarts after faults and by
    hand, and the last fault."""
    assert re.search(r"producer +100 +running +0 \+ 1 *\n", demo.cells)
    assert re.search(r"rogue +50 +\w+ +[1-9]\d* \+ 0 +\d+\.\d{3} s: .*pc 0x", demo.cells)


def test_sys322_help(demo):
    """SYS322: each native cell says what it is and what it takes."""
    assert "the consumer: it checks what the producer sends" in demo.consumer and "restart CELL" in demo.help


def test_sys323_binary_paste(demo):
    """SYS323: bytes of any kind that are pasted to the monitor bring at most a clear line; it takes the next
    command."""
    assert not re.search(r"[^\n -~\x08\x1b]", demo.binary) and "switch the machine off" in demo.help


def test_sys067_other_cells_see_no_input(demo):
    """SYS067: input for one cell does not reach another."""
    assert "last fault" not in demo.elsewhere
    assert "input goes to 'rogue'" in demo.next


@pytest.mark.parametrize("says,status", [("demo: PASS", 0), ("demo: FAIL: x", 1), ("nothing", 1)])
def test_sys068_run_demo_gives_the_verdict(says, status):
    """SYS068: run_demo.py prints the demo's output and ends with its verdict as status."""
    done = subprocess.run(["/usr/bin/python3", "scripts/run/run_demo.py", "out", "sh", "-c",
                           f"echo one; echo '{says}'; sleep {0 if status else 1}"], cwd=TOP,
                          capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert "one" in done.stdout and says in done.stdout


def test_sys324_screen_comes_last(tmp_path):
    """SYS324: at a terminal, what to try comes when both Linux guests have become quiet, behind all that they
    print; afterwards pasted bytes, a flood and another size of the terminal do no harm."""
    (tmp_path / ".config").write_text("CONFIG_GUEST_LINUX=y\n", "utf-8")
    shell = "echo 'commands in /bin; `exit` stops this cell'"
    paste = BYTES * 32
    child = pexpect.spawn("/usr/bin/python3", [
        "scripts/run/run_demo.py", str(tmp_path), "sh", "-c",
        f"stty raw -echo; {shell}; sleep 1; {shell}; sleep 1; echo '# and a disk'; read _; "
        f"seq 100000; head -c {len(paste)} | md5sum"], cwd=TOP, timeout=TIMEOUT)
    child.expect_exact(b"Press Enter.")
    assert child.before.index(b"# and a disk") < child.before.index(b"-- What runs")
    child.setwinsize(50, 132)
    child.send(b"\n" + paste)
    child.expect_exact(hashlib.md5(paste).hexdigest().encode())
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
