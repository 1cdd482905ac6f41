# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The picture of context switches: what one costs when more and more processes take turns.

Of the rows ctx_NUMBERp_0k, natively and under Mullion. Used by bench_linux.py.
"""

import math
import re

from bench_report import COLOURS, label

NAME = "linux-switches.svg"
SECTION = f"""
## Many processes that take turns

What a switch costs in a ring of 2 to 128 processes. On the board a switch costs the same however many there
are. Under Mullion it does as long as each has an address space in the vTLB; beyond that some switches
have to fill one anew, page by page.

![Instructions of a context switch, natively and under Mullion]({NAME})
"""
ROW = re.compile(r"ctx_(\d+)p_0k")
LINES = (("native", "other"), ("mullion", "Mullion"))  # (key of a row, its colour)
TITLES = {"native": "natively", "mullion": "Mullion"}
LEFT, RIGHT, TOP, BOTTOM = 80, 620, 60, 340  # the field
STEPS = 5  # of the axis of instructions


def points(rows):
    """[(processes, row)], the fewest first."""
    found = ((ROW.fullmatch(row["row"]), row) for row in rows)
    return sorted(((int(match.group(1)), row) for match, row in found if match), key=lambda item: item[0])


def scale(most):
    """The end of an axis that has a place for @most: STEPS steps of a round number."""
    step = 10 ** max(0, math.floor(math.log10(most / STEPS)))
    return STEPS * step * next(factor for factor in (1, 2, 5, 10) if STEPS * step * factor >= most)


def across(number, numbers):
    """Where a number of processes stands: each doubling is one step."""
    return LEFT + (RIGHT - LEFT) * math.log2(number / numbers[0]) / math.log2(numbers[-1] / numbers[0])


def above(value, end):
    """Where a number of instructions stands."""
    return BOTTOM - (BOTTOM - TOP) * value / end


def axes(numbers, end):
    """Lines and figures of both axes."""
    for step in range(STEPS + 1):
        value = end * step // STEPS
        y = above(value, end)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{RIGHT}" y2="{y:.1f}" stroke="#dddddd"/>'
        yield label(LEFT - 24, y + 4, f"{value:,}", "end", 11)
    for number in numbers:
        yield label(across(number, numbers), BOTTOM + 18, str(number), "middle", 11)
    yield label((LEFT + RIGHT) / 2, BOTTOM + 38, "processes", "middle", 11)


def curve(found, key, colour, end):
    """A line through all points of one kind, each with its figure."""
    numbers = [number for number, _ in found]
    places = [(across(number, numbers), above(row[key], end)) for number, row in found]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for (x, y), (_, row) in zip(places, found):
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
        yield label(x, y + (15 if key == "native" else -8), f"{row[key]:,}", "middle", 10)
    yield label(RIGHT + 24, places[-1][1] + 4, TITLES[key], size=11)


def chart(rows):
    """linux-switches.svg."""
    found = points(rows)
    numbers = [number for number, _ in found]
    end = scale(max(row[key] for _, row in found for key, _ in LINES))
    lines = [part for key, colour in LINES for part in curve(found, key, COLOURS[colour], end)]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{RIGHT + 100}" height="{BOTTOM + 50}">',
        '<rect width="100%" height="100%" fill="white"/>',
        label(10, 20, "A context switch of Linux, in instructions, when so many processes take turns "
              "(lower is better)", size=13), *axes(numbers, end), *lines, "</svg>"]) + "\n"
