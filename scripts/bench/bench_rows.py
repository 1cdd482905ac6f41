# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The rows that the benchmark measures: the marks that each lies between, and its goal.

Only instructions of the microvisor count, except with `total`. A row counts one of:
  between  START and the next END, where START is the last before END, and no mark
           that `unless` names lies between
  entry    the privileged stretch that ended right before END
  total    the same, and counts instructions of the cells as well
  handled  the beginning of the stretch before START, and the next END
`entry` and `handled` count only stretches that began with an interrupt.
"""

import collections
import statistics

from bench_symbols import BenchError

Row = collections.namedtuple("Row", "id group text how start end goal peers unless")

SIZES = (8, 64, 1024, 4096)
SEL4_SIGNAL = "seL4 442..490"
SEL4_IRQ = "seL4 287..336, Codezero 729, Xvisor 4,117"
IPC = "seL4 150..190 (in registers)"


def between(row, group, text, start, end, goal=None, peers="", unless=""):
    """A row between two marks."""
    return Row(row, group, text, "between", start, end, goal, peers, unless)


def call(row, text, goal=None, peers="", mark=None):
    """A row for one hypercall that does not switch to another vCPU."""
    mark = mark or row
    return between(row, "Hypercalls", text, f"{mark}_call", f"{mark}_back", goal, peers)


def interrupt(row, text, mark, peers=SEL4_IRQ):
    """A row from a physical interrupt to the first instruction of a handler."""
    return Row(row, "Interrupts", text, "entry", "", f"{mark}_upcall", 150, peers, "")


def channel_rows():
    """Rows for messages of each size."""
    for n, size in enumerate(SIZES):
        yield between(f"channel_send_{size}", "Channels", f"send {size} bytes, nobody waits",
                      f"lie{n}_call", f"lie{n}_back")
        yield between(f"channel_receive_{size}", "Channels", f"receive {size} bytes",
                      f"take{n}_call", f"take{n}_back")
        yield between(f"channel_one_way_{size}", "Channels",
                      f"one way, {size} bytes: send to a sleeper of higher priority until it has them",
                      f"send{n}_call", f"receive{n}_back", None, IPC if n == 0 else "")
        yield between(f"channel_round_trip_{size}", "Channels",
                      f"round trip, {size} bytes: the same, and its answer back",
                      f"send{n}_call", f"answer{n}_back")


ROWS = [
    call("null", "null hypercall, entry to exit", 40, "seL4 172, Codezero 380, OKL4 150 cycles"),
    call("refused", "hypercall with a wrong capability"),
    call("time_now", "time_now"),
    call("virq_fetch", "virq_fetch, something pending", mark="fetch"),
    call("virq_ack", "virq_ack", mark="ack"),
    call("virq_raise", "virq_raise, nobody wakes", mark="raise_quiet"),
    call("timer_set", "timer_set"),
    call("timer_cancel", "timer_cancel"),
    call("cell_status", "cell_status"),
    call("channel_status", "channel_status"),
    call("fault_read", "fault_read"),
    between("vcpu_resume", "Hypercalls", "vcpu_resume: back from an upcall", "signal_resume",
            "wait_back"),

    between("signal_upcall", "Signals and switches",
            "virq_raise to the first instruction of the handler in a cell of higher priority",
            "raise_upcall_call", "signal_upcall", 150, SEL4_SIGNAL),
    between("signal_wake", "Signals and switches",
            "virq_raise to the return from vcpu_wait in a cell of higher priority",
            "raise_wake_call", "wait_back", 150, SEL4_SIGNAL),
    between("wait_switch", "Signals and switches", "vcpu_wait to the cell of lower priority",
            "wait_call", "raise_wake_back"),
    between("signal_round", "Signals and switches",
            "virq_raise until the caller goes on: woken, fetched, asleep again",
            "raise_wake_call", "raise_wake_back"),
    between("yield_switch", "Signals and switches",
            "vcpu_yield to another cell of the same priority", "a_yield_call", "b_yield_back", None,
            "Codezero 950, Xvisor 2,132"),

    *channel_rows(),

    interrupt("irq_timer_own", "timer interrupt to the handler of the cell that runs", "a_timer"),
    interrupt("irq_timer", "timer interrupt to the handler of another cell", "timer"),
    interrupt("irq_device_own", "serial port's interrupt to the handler of the cell that runs",
              "serial"),
    interrupt("irq_device", "timer chip's interrupt to the handler of another cell", "device"),
    interrupt("irq_idle", "timer interrupt to the handler while the machine idles", "idle"),
    Row("irq_handled", "Interrupts",
        "timer chip's interrupt until the interrupted cell goes on: handled, fetched, acknowledged, "
        "asleep again", "handled", "device_upcall", "seen", None, "seL4 1,044", ""),

    between("fault_restart", "Faults", "fault to the first instruction of the restarted cell",
            "fault_r", "start_r", unless="restart_r_back"),
    between("fault_halt", "Faults", "fault of a cell that is halted, until another goes on",
            "fault_r", "restart_r_back"),
    between("fault_monitor", "Faults", "fault to the first instruction of its monitor's handler",
            "fault_w", "monitor_upcall", None, "seL4 514..564"),
    between("fault_revive", "Faults", "the same until the monitor has restarted the cell",
            "fault_w", "start_w", unless="restart_w_back"),
    between("cell_restart", "Faults", "cell_restart to the cell's first instruction",
            "restart_r_call", "start_r"),
]



def guest(row, text, start, end, goal=None):
    """A row of the product with a guest."""
    return between(row, "Guests", text, start, end, goal)


def touch(row, text):
    """A row for an access of guest user mode to a page that is not in the vTLB."""
    return guest(row, f"vTLB refill, {text}", f"{row.removeprefix('refill_')}_call",
                 f"{row.removeprefix('refill_')}_back")


# test/bench/products/guest.dts
GUEST_ROWS = [
    guest("guest_null", "system call to a guest kernel and back to its user, the microvisor's share",
          "null_call", "null_back", 40),
    guest("guest_call", "of that, from the `svc` to the guest kernel's vector", "null_call",
          "null_upcall"),
    guest("guest_return", "of that, `vcpu_resume` back to guest user mode", "null_resume",
          "null_back"),
    guest("guest_fault", "page fault of guest user mode to the guest kernel's vector", "fault_call",
          "fault_upcall"),
    touch("refill_section", "section"),
    touch("refill_large_first", "large page, no second-level table yet"),
    touch("refill_large_warm", "large page, second-level table in place"),
    touch("refill_small_first", "small page, no second-level table yet"),
    touch("refill_small_warm", "small page with the seven around it, second-level table in place"),
    guest("space_switch", "vmmu_switch to a cached address space", "switch_cached_call",
          "switch_cached_back"),
    guest("space_switch_other", "vmmu_switch to one that is not cached, with the refill "
          "of the caller's code",
          "switch_other_call", "switch_other_back"),
    guest("flush_page", "vmmu_flush of one page", "flush_page_call", "flush_page_back"),
    guest("flush_asid", "vmmu_flush of an ASID with 16 pages cached", "flush_asid_call",
          "flush_asid_back"),
    guest("flush_all", "vmmu_flush of all, the same cached, with the refill of the caller's "
          "code", "flush_all_call", "flush_all_back"),
    guest("flush_empty", "vmmu_flush, one call of several, of a range of all ASIDs without an entry",
          "flush_empty_call", "flush_empty_back"),
    Row("guest_virq", "Guests", "timer interrupt in guest user mode to the guest kernel's handler",
        "entry", "", "user_virq_upcall", None, "", ""),
    guest("guest_virq_held", "vIRQ held while masked: from virq_sync to the handler", "sync_call",
          "held_upcall"),
    guest("vcpu_set", "vcpu_set, thread ID", "vcpu_set_call", "vcpu_set_back"),
    guest("cache_range", "cache_range, clean 4 KiB", "cache_range_call", "cache_range_back"),
    guest("fp_first_use", "first use of floating point after another cell used it", "fp_first_call",
          "fp_first_back"),
    guest("fp_kept", "use of floating point after a cell ran that did not use it", "fp_kept_call",
          "fp_kept_back"),
    between("virq_mask", "Guests", "guest kernel masks vIRQs: instructions of its own and the "
            "microvisor's", "mask_call", "unmask_call")._replace(how="total"),
    between("virq_unmask", "Guests", "guest kernel unmasks vIRQs, nothing pending: likewise",
            "unmask_call", "unmask_back")._replace(how="total"),
    between("guest_null_all", "Guests", "system call, of a kernel that does nothing: likewise",
            "null_call", "null_back")._replace(how="total"),
]

INTERRUPTED = ("irq", "idle")


def difference(after, before):
    """Counters of an interval."""
    return [a - b for a, b in zip(after, before)]


def start_counts(row, record):
    """The counters at the beginning of a row, if this record is its beginning, else None."""
    if record["mark"] != row.start:
        return None
    if row.how == "handled":
        if record.get("entry") not in INTERRUPTED:
            return None
        return difference(record["counts"], record["stretch"])
    return record["counts"]


def samples(row, marks):
    """Counters of each time that a row was measured."""
    if row.how == "entry":
        return [record["stretch"] for record in marks
                if record["mark"] == row.end and record.get("entry") in INTERRUPTED]
    result, begun = [], None
    for record in marks:
        if record["mark"] == row.end and begun:
            result.append(difference(record["counts"], begun))
            begun = None
        elif record["mark"] == row.unless:
            begun = None
        begun = start_counts(row, record) or begun
    return result


def summary(row, names, found):
    """A row for bench.json: the worst figure decides whether the goal is met."""
    index = {name: number for number, name in enumerate(names)}
    counted = [index["kernel"]] + ([index["user"]] if row.how == "total" else [])

    def figure(sample):
        return sum(sample[counter] for counter in counted)
    kernel = [figure(sample) for sample in found]
    middle = sorted(found, key=figure)[len(found) // 2]
    return {
        "row": row.id, "unit": "instructions", "instructions": int(statistics.median_low(kernel)),
        "first": kernel[0], "min": min(kernel), "max": max(kernel), "samples": len(kernel),
        "goal": row.goal,
        "met": None if row.goal is None else max(kernel) <= row.goal,
        **{name: middle[index[name]] for name in names if name not in ("user", "kernel")},
    }


def measure(records, rows=None):
    """Summaries of rows, those of the cells by default, from the plugin's records."""
    names = records[0]["counters"]
    marks = [record for record in records if "mark" in record]
    if not marks or marks[-1]["mark"] != "done":
        last = marks[-1]["mark"] if marks else "none"
        raise BenchError(f"the benchmark did not come to its end; its last mark was '{last}'")
    for row in rows or ROWS:
        found = samples(row, marks)
        if not found:
            raise BenchError(f"row '{row.id}' was never measured: no '{row.end}' after '{row.start}'")
        yield summary(row, names, found)


def boot(records):
    """Summary of the row for boot: instructions to the first of a cell."""
    counts = next(record["boots"] for record in records if "boots" in record)
    return {"row": "boot", "unit": "instructions", "instructions": counts[0], "first": counts[0],
            "min": min(counts), "max": max(counts), "samples": len(counts), "goal": None,
            "met": None}
