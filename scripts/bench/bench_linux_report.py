# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The results of bench_linux.py as tables, a chart and a profile."""

import re

from bench_report import COLOURS, label

LEAST_SHARE = 0.002  # of a row: functions below are one line of a profile

# The chart: a bar to the right of the axis is overhead, to the left the opposite.
LEFT, SCALE, LOWEST, HIGHEST = 250, 6, -20, 80  # SCALE: pixels for one per cent
BAR, GAP, TOP = 14, 10, 50


def percent(value):
    """Per cent with a sign, or nothing."""
    return "" if value is None else f"{value:+.1f} %" if isinstance(value, float) else f"{value:+} %"


def verdict(row):
    """Whether a row's overhead, before rounding, is at most OKL4's."""
    if row["okl4"] is None or "mullion" not in row:
        return ""
    more = 100 * (row["mullion"] - row["native"])
    return "met" if more <= row["okl4"] * row["native"] else "**missed**"


def table(rows, known):
    """Lines of a table for the documents."""
    texts = {row.id: row.text for row in known}
    if "mullion" not in rows[0]:
        yield "| row | what | native |"
        yield "|---|---|---:|"
        for row in rows:
            yield f"| `{row['row']}` | {texts[row['row']]} | {row['native']:,} |"
        return
    yield "| row | what | native | Mullion | of that the microvisor | overhead | OKL4 | |"
    yield "|---|---|---:|---:|---:|---:|---:|---|"
    for row in rows:
        yield (f"| `{row['row']}` | {texts[row['row']]} | {row['native']:,} | {row['mullion']:,} | "
               f"{row['microvisor']:,} | {percent(row['overhead'])} | {percent(row['okl4'])} | "
               f"{verdict(row)} |")


def text(rows):
    """Lines of the table for a terminal."""
    yield f"{'row':<16}{'native':>10}{'Mullion':>10}{'microvisor':>12}{'overhead':>11}{'OKL4':>8}"
    for row in rows:
        yield (f"{row['row']:<16}{row['native']:>10,}{row.get('mullion', ''):>10,}"
               f"{row['microvisor']:>12,}{percent(row['overhead']):>11}{percent(row['okl4']):>8}  "
               f"{verdict(row).strip('*')}" if "mullion" in row else
               f"{row['row']:<16}{row['native']:>10,}")


SECTION = """\
## Linux natively and under Mullion, {board}

The same programs on the same Linux 6.1 (`guests/linux`), all instructions of an operation: of the
programs, of the kernel and, under Mullion, of the microvisor. Rows are lmbench's; how they are measured
is told in [guests/linux/user](../guests/linux/user/README.md). OKL4's column is overhead in time, as
published for Linux 2.6 on a Cortex-A8: a figure of ours that is at or under it is `met`.
"""


def section(rows, known, board):
    """Lines of the section of docs/benchmarks.md."""
    yield SECTION.format(board=board)
    if "mullion" in rows[0]:
        compared = [verdict(row) for row in rows if verdict(row)]
        yield (f"**{compared.count('met')} of {len(compared)} rows are at or under OKL4's overhead.**\n")
    yield from table(rows, known)


# Chart ------------------------------------------------------------------------------

def place(value):
    """Where a percentage lies on the axis; values beyond its end are put at the end."""
    return LEFT + SCALE * (min(max(value, LOWEST), HIGHEST) - LOWEST)


def bar(y, name, value, colour):
    """A bar from the axis, with its figure."""
    start, end = sorted((place(0), place(value)))
    return (f'<rect x="{start:.1f}" y="{y}" width="{end - start:.1f}" height="{BAR - 3}" '
            f'fill="{colour}"/>' + label(end + 4, y + BAR - 4, f"{name} {percent(value)}", size=10))


def axis(height):
    """Lines and figures of the axis."""
    for value in range(LOWEST, HIGHEST + 1, 20):
        x = place(value)
        yield (f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{height - 10}" '
               f'stroke="{"#888888" if value == 0 else "#dddddd"}"/>')
        yield label(x, TOP - 12, percent(value), "middle", 11)


def chart(rows):
    """linux.svg: overheads, ours beside those of OKL4."""
    parts, y = [], TOP
    for row in rows:
        parts += [label(LEFT - 8, y + BAR - 4, row["row"].replace("_", " "), "end"),
                  bar(y, "Mullion", row["overhead"], COLOURS["Mullion"])]
        y += BAR
        if row["okl4"] is not None:
            parts.append(bar(y, "OKL4", row["okl4"], COLOURS["other"]))
            y += BAR
        y += GAP
    width = place(HIGHEST) + 130
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y}">',
        '<rect width="100%" height="100%" fill="white"/>',
        label(10, 20, "Linux under a microvisor, more than natively: Mullion in instructions, OKL4 in "
              "time (shorter is better)", size=13), *axis(y), *parts, "</svg>"]) + "\n"


# Where the rest goes --------------------------------------------------------------------

REST = """
## Where the rest goes

What each row that misses takes more than natively, of one operation, and which functions that is
(`make bench-linux ROW=fork` has all of a row). Functions of the microvisor:

- `vector_*`, `trap_*`, `resume*`, `svc_return`: entry and exit. The board has the exception itself for that.
- `vtlb_fault`, `vtlb_fill`, `walk_*`, `enter`, `arch_zero`: misses of the vTLB. On the board the processor
  walks the tables, which takes memory accesses, but not one instruction: here they count from nothing.
- `sys_vmmu_flush`, `sys_vmmu_switch`, `drop_slots`: what is a coprocessor instruction on the board.
- `deliver`, `enter_guest_kernel`, `reflect`: faults that are for Linux.

Of the kernel: masking interrupts is a store and unmasking a store and a test, two and six instructions
where the board has one; at entry and exit PC, PSR and registers are in the vCPU page, and the register that holds
`current` is given back to the program. Rows of files have such a pair for each lock that masks interrupts.

OKL4's figures are time on a processor, where a table walk is not free. Below zero, OKL4's Linux was faster than
the native one, which another count of instructions cannot be.
"""
MOST, SHARE = 8, 0.04  # functions that are named, with so much of the difference


def alike(counts):
    """Functions under one name where the two kernels name the same work differently."""
    result = {}
    for (part, name), count in counts.items():
        key = part, re.sub(r"^cpu_(v7|mullion)_", "cpu_", name)
        result[key] = result.get(key, 0) + count
    return result


def rest_of(native, mullion):
    """(all, {part: more}, [(function, more)]) of a row, the largest first."""
    native, mullion = alike(native), alike(mullion)
    more = {key: mullion.get(key, 0) - native.get(key, 0) for key in {**native, **mullion}}
    parts, total = sums(more), sum(more.values())
    named = sorted(((key[1], value) for key, value in more.items() if value >= SHARE * abs(total)),
                   key=lambda item: (-item[1], item[0]))
    return total, parts, named[:MOST]


def rest(rows, native, mullion):
    """Lines of the section: the profiles of all rows, of those that miss."""
    yield REST
    yield "| row | more | program | kernel | microvisor | most of it |"
    yield "|---|---:|---:|---:|---:|---|"
    for row in rows:
        if "missed" not in verdict(row):
            continue
        total, parts, named = rest_of(native[row["row"]], mullion[row["row"]])
        figures = "".join(f" {parts.get(part, 0):+,.0f} |" for part in ("program", "kernel", "microvisor"))
        yield (f"| `{row['row']}` | {total:+,.0f} |{figures} "
               + ", ".join(f"`{name}` {value:,.0f}" for name, value in named) + " |")


# Profile ------------------------------------------------------------------------------

def sums(counts):
    """{part: instructions} of a profile."""
    result = {}
    for (part, _), count in counts.items():
        result[part] = result.get(part, 0) + count
    return result


def profile(name, runs):
    """Lines of a profile: parts, then functions, most first; several runs side by side."""
    names = [setup.name for setup, _ in runs]
    counts = [found for _, found in runs]
    total = max(sum(found.values()) for found in counts)
    yield f"{name}: instructions of one operation\n"
    yield "".join(f"{title:>12}" for title in names) + ("      more" if len(runs) > 1 else "")
    yield line([sum(found.values()) for found in counts], "all")
    parts = [sums(found) for found in counts]
    for part in ("program", "kernel", "microvisor"):
        if any(part in found for found in parts):
            yield line([found.get(part, 0) for found in parts], part)
    yield ""
    rest = [0] * len(runs)
    keys = sorted({key for found in counts for key in found},
                  key=lambda key: (-max(found.get(key, 0) for found in counts), key))
    for key in keys:
        values = [found.get(key, 0) for found in counts]
        if max(values) >= total * LEAST_SHARE:
            yield line(values, f"{key[0]}: {key[1]}")
        else:
            rest = [a + b for a, b in zip(rest, values)]
    yield line(rest, "others")


def line(values, what):
    """A line of a profile."""
    more = f"{values[1] - values[0]:>+10,.1f}" if len(values) > 1 else ""
    return "".join(f"{value:>12,.1f}" for value in values) + more + f"  {what}"
