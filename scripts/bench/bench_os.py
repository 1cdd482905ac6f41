# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The same operating system on the bare board and as a guest: test/cells/os.

Counts all instructions between two marks of its user program: on the bare board
those of the program and its kernel, under Mullion those of the microvisor as well.
Each row is measured many times and the least counts, because a timer interrupt may
fall in between. Used by bench.py.
"""

import collections
import os

import bench_run
from bench_symbols import BenchError

Native = collections.namedtuple("Native", "id text start end")

NATIVE_ROWS = [
    Native("os_null", "system call that does nothing", "os_null_call", "os_null_back"),
    Native("os_touch", "page fault: first read of a page, which the kernel clears", "os_touch_call",
           "os_touch_back"),
    Native("os_copy", "page fault: first write to a shared page, which the kernel copies",
           "os_copy_call", "os_copy_back"),
    Native("os_fork", "fork", "os_fork_call", "os_fork_back"),
    Native("os_exit", "exit of a process, until its parent goes on", "os_exit_call",
           "os_wait_back"),
    Native("os_yield", "process context switch", "os_yield_call", "os_yield_back"),
    Native("os_map", "map one page", "os_map_call", "os_map_back"),
    Native("os_unmap", "unmap one page that was used", "os_unmap_call", "os_unmap_back"),
    Native("os_protect", "change the rights of one page that was used", "os_protect_call",
           "os_protect_back"),
]
OVER_GOAL = 40  # of a null system call, beyond the bare board
RAM = {"vexpress-a9": 0x60000000, "realview-pb-a8": 0x70000000}
PLAN = 0x8000  # above the start of RAM: seed, operations, repetitions, timer's period
WORDS = (1, 20, 20, 100000)  # the same as in test/bench/products/os.dts
END = b"test-os: end"


def samples(row, marks):
    """(user, kernel) of each time. A fault executes a start mark twice: the first one counts."""
    result, begun = [], None
    for record in marks:
        if "mark" not in record:
            continue
        if record["mark"] == row.start and not begun:
            begun = record["counts"]
        elif record["mark"] == row.end and begun:
            result.append((record["counts"][0] - begun[0], record["counts"][1] - begun[1]))
            begun = record["counts"] if row.start == row.end else None
    if not result:
        raise BenchError(f"row '{row.id}' was never measured")
    return result


def run_both(folder, board, plugin):
    """[records of the bare board, records under Mullion]."""
    bench_run.make(folder, "test-os-bare")
    os_folder = f"{folder}/test/cells/os"
    marks = list(bench_run.marks_of(f"{os_folder}/user.elf"))
    cell = os.path.abspath(f"{folder}/cell.conf")
    bench_run.write_config(folder, cell, marks)
    # The bare board's code lies below the microvisor's: all of it counts as user code.
    bare = os.path.abspath(f"{folder}/bare.conf")
    with open(bare, "w", encoding="utf-8") as file:
        file.writelines(f"mark {address:#x} {name}\n" for address, name in marks)
    plan = [word for n, value in enumerate(WORDS) for word in
            ("-device", f"loader,addr={RAM[board] + PLAN + 4 * n:#x},data={value},data-len=4")]
    images = (("bare", bare, f"{os_folder}/bare.elf", plan),
              ("cell", cell, f"{folder}/system.elf", ()))
    return [bench_run.run_until(folder, name, kernel, END,
                                [*bench_run.plugin_args(
                                    plugin, config, os.path.abspath(f"{folder}/{name}.jsonl")),
                                 *more])
            for name, config, kernel, more in images]


def measure(folder, board, plugin):
    """Rows for bench.json: native and under Mullion, and the difference that has a goal."""
    bare, cell = run_both(folder, board, plugin)
    for row in NATIVE_ROWS:
        native = min(map(sum, samples(row, bare)))
        mullion, kernel = min((sum(sample), sample[1]) for sample in samples(row, cell))
        yield {"row": row.id, "unit": "instructions", "native": native, "mullion": mullion,
               "microvisor": kernel, "goal": None, "met": None}
        if row.id == "os_null":
            over = mullion - native
            yield {"row": "guest_null_over", "unit": "instructions", "value": over,
                   "goal": OVER_GOAL, "met": over <= OVER_GOAL}
