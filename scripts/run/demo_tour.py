# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""What the demo with Linux shows, step by step, as somebody at the console would do it.

Each step chooses a cell (Ctrl-T and its number), types a line and waits for the
answer that proves the point. Used by run_demo.py; the same lines are offered to a
person by `python3 demo_tour.py`, which prints what to try.
"""

import collections

# Seconds for Linux to boot, and for a step.
BOOT, LIMIT = 240, 120
CHOOSE = "\x14"  # Ctrl-T
SHELL = "commands in /bin; `exit`"

# cell: in the order of the console's numbers. command: what is typed. answer: a pattern.
Step = collections.namedtuple("Step", "point cell command answer")
CELLS = ("one", "two", "control", "notary", "echo")

STEPS = (
    Step("Linux knows what it runs on", "one",
         "cat /sys/hypervisor/type /sys/hypervisor/cell", r"mullion\s.*one"),
    Step("Its files are on the board's card, by Linux's own driver", "one",
         "grep ' / ' /proc/mounts", r"/dev/mmcblk0 / ext4|/dev/root / ext4"),
    Step("It talks IP to the other Linux, over a channel", "one",
         "ping -c 3 192.168.7.2", r"3 packets transmitted, 3 packets received"),
    Step("... and to a native cell", "one",
         "ping -c 3 192.168.8.2", r"3 packets transmitted, 3 packets received"),
    Step("A trusted cell signs for it with a key that it cannot read", "one",
         "echo pay 10 > /tmp/order; notary sign /tmp/order > /tmp/mac; notary verify $(cat /tmp/mac) /tmp/order",
         r"one *\| ok\s"),
    Step("... and sees a changed order", "one",
         "echo pay 99 > /tmp/order; notary verify $(cat /tmp/mac) /tmp/order", r"one *\| different\s"),
    Step("The other Linux uses a disk of this one", "two",
         "dd if=/dev/vda of=/dev/null bs=64k count=16; echo copied $?", r"copied 0"),
    Step("It works as hard as it can ...", "two",
         "i=0; while [ $i -lt 30 ]; do ls -lR /sys/class | gzip >/dev/null; i=$((i+1)); done; echo storm over",
         r"two *\| storm over"),
    Step("... and the real-time task tells how late it was (of which here the host has a part)", "control",
         "report", r"late ns: .*; missed \d+ of [1-9]\d\d+"),
    Step("One Linux panics: it is reported and started again", "two",
         "echo c > /proc/sysrq-trigger", SHELL),
    Step("... and the other one has not noticed", "one",
         "echo still $(ls /proc/self/fd | wc -l)", r"still \d"),
)


def what_to_try():
    """The steps for a person."""
    lines = ["What to try (Ctrl-T and a number chooses a cell: "
             + ", ".join(f"{number} {name}" for number, name in enumerate(CELLS, 1)) + "):", ""]
    for step in STEPS:
        lines += [f"  {step.point}", f"    {step.cell:<8}| {step.command}"]
    return "\n".join([*lines, "", "To leave QEMU: press Ctrl-A, then X.", ""])


class Tour:
    """The steps, taken in a QEMU that pexpect runs."""

    def __init__(self, child):
        self.child = child
        self.cell = CELLS[0]

    def choose(self, cell):
        """Input goes to this cell."""
        if cell != self.cell:
            self.child.send(f"{CHOOSE}{CELLS.index(cell) + 1}")
            self.child.expect(f"input goes to '{cell}'", timeout=LIMIT)
            self.cell = cell

    def take(self, step):
        """One step; an exception of pexpect's if the answer does not come."""
        print(f"\n\n== {step.point} ({step.cell}: {step.command})", flush=True)
        self.choose(step.cell)
        self.child.send(f"{step.command}\r")
        self.child.expect(step.answer, timeout=BOOT if step.answer == SHELL else LIMIT)

    def run(self):
        """All of it, after both have booted."""
        for _ in ("one", "two"):
            self.child.expect(SHELL, timeout=BOOT)
        for step in STEPS:
            self.take(step)


if __name__ == "__main__":
    print(what_to_try())
