# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The steps of the demo with Linux, as somebody at the console would take them.

Each step chooses a cell (Ctrl-T and its number), types a line and waits for the
answer that proves the point. The same lines are offered to a person, on one screen. Used
by run_demo.py.
"""

import collections

# Seconds for Linux to boot, and for a step.
LIMIT = 900  # seconds for a step: of a hung machine, however busy the host is
CHOOSE = "\x14"  # Ctrl-T
SHELL = "commands in /bin; `exit`"

# cell: in the order of the console's numbers. command: what is typed. answer: a pattern.
Step = collections.namedtuple("Step", "point cell command answer")
CELLS = {
    "one": "Linux with the board's card and Ethernet chip",
    "two": "Linux with a disk and a network of one's",
    "control": "a real-time task, every 10 ms, above all else",
    "notary": "signs with a key that no Linux can read",
    "echo": "answers IP without an operating system",
}
NAMES = list(CELLS)

STEPS = (
    Step("Linux knows what it runs on", "one",
         "cat /sys/hypervisor/type /sys/hypervisor/cell", r"mullion\s.*one"),
    Step("Its files are on the board's card, by Linux's own driver", "one",
         "grep ' / ' /proc/mounts", r"/dev/mmcblk0 / ext4|/dev/root / ext4"),
    Step("It talks IP to the other Linux, over a channel", "one",
         "ping -c 3 192.168.7.2", r"3 packets transmitted, 3 packets received"),
    Step("... and to a native cell", "one",
         "ping -c 3 192.168.8.2", r"3 packets transmitted, 3 packets received"),
    Step("The other Linux reaches the native cell through this one", "two",
         "ping -c 3 192.168.8.2", r"3 packets transmitted, 3 packets received"),
    Step("... and this one", "two",
         "ping -c 3 192.168.7.1", r"3 packets transmitted, 3 packets received"),
    Step("A trusted cell signs for it with a key that it cannot read", "one",
         "echo pay 10 > /tmp/order; notary sign /tmp/order > /tmp/mac; notary verify $(cat /tmp/mac) /tmp/order",
         r"one *\| ok\s"),
    Step("... and sees a changed order", "one",
         "echo pay 99 > /tmp/order; notary verify $(cat /tmp/mac) /tmp/order", r"one *\| different\s"),
    Step("The other Linux uses a disk of this one", "two",
         "dd if=/dev/vda of=/dev/null bs=64k count=16; echo copied $?", r"copied 0"),
    Step("It works as hard as it can ...", "two",
         "storm 5000 & echo it has begun", r"two *\| it has begun"),
    Step("... from now on the real-time task counts ...", "control",
         "reset", r"begin anew"),
    Step("... for three seconds ...", "one",
         "sleep 3; echo that is enough", r"one *\| that is enough"),
    Step("... and tells how late it was", "control",
         "report", r"late ns: .* maximum (\d{1,4}|[1-3]\d{4}); response .*; missed 0 of [1-9]\d\d+"),
    Step("One Linux panics: it is reported and started again", "two",
         "echo c > /proc/sysrq-trigger", SHELL),
    Step("... and the other one has not noticed", "one",
         "echo still $(ls /proc/self/fd | wc -l)", r"still \d"),
)


# For a person: where, what to type, what it shows. A terminal's 24 lines have room for it all.
OFFERS = (
    (1, "ping -c 3 192.168.8.2", "a native cell (192.168.7.2: the other one)"),
    (1, "date >x; notary sign x", "a signature by a key that it cannot read"),
    (1, "cat /sys/hypervisor/vtlb", "what the microvisor did for this Linux"),
    (1, "vi /etc/profile", "after Ctrl-T r; Ctrl-T comes back"),
    (2, "mke2fs /dev/vda", "a file system on a disk that one has"),
    (2, "storm 9999 &", "works as hard as it can; meanwhile, in 3:"),
    (3, "reset", "the task counts from now on; a little later:"),
    (3, "report", "how late it was"),
    (2, "echo c >/proc/sysrq-trigger", "a panic: it comes back, 1 goes on"),
)


def screen():
    """What runs and what to try."""
    lines = ["", "-- What runs, by its number " + "-" * 51]
    lines += [f"  {number}  {name:<9}{what}" for number, (name, what) in enumerate(CELLS.items(), 1)]
    lines += ["-- Keys " + "-" * 71,
              "  Ctrl-T and a number: the keyboard is that cell's     Ctrl-T ?: more keys",
              "  Ctrl-A, then X: leave QEMU",
              "-- What to try " + "-" * 64]
    lines += [f"  {number}  {command:<29}{shows}" for number, command, shows in OFFERS]
    return "\n".join([*lines, "-" * 79, "Press Enter.", ""])


class Tour:
    """The steps, taken in a QEMU that pexpect runs."""

    def __init__(self, child):
        self.child = child
        self.cell = NAMES[0]

    def choose(self, cell):
        """Direct the input to this cell."""
        if cell != self.cell:
            self.child.send(f"{CHOOSE}{NAMES.index(cell) + 1}")
            self.child.expect(f"input goes to '{cell}'", timeout=LIMIT)
            self.cell = cell

    def take(self, step):
        """Take one step; pexpect raises an exception if the answer does not come."""
        print(f"\n\n== {step.point} ({step.cell}: {step.command})", flush=True)
        self.choose(step.cell)
        self.child.send(f"{step.command}\r")
        self.child.expect(step.answer, timeout=LIMIT)

    def run(self):
        """All of it, after both have booted."""
        for _ in ("one", "two"):
            self.child.expect(SHELL, timeout=LIMIT)
        for step in STEPS:
            self.take(step)
