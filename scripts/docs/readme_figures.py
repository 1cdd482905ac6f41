# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Bring the figures in the README up to date: `readme_figures.py README BENCHMARKS`.

Called by `make docs`. Rows of the README's table keep their order; their figures are
replaced by those of the row of the same name in docs/benchmarks.md, for the reference board.
"""

import re
import sys

ROW = re.compile(r"^\| `(\w+)` \|")


def cells(line):
    """The columns of a row of a Markdown table."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def measured(path):
    """{name: row} of all tables of figures; the first row of a name counts."""
    rows = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            match = ROW.match(line)
            if match and match.group(1) not in rows:
                name, what, figure, _, goal, verdict = cells(line)[:6]
                rows[match.group(1)] = [name, what, figure,
                                        ", ".join(word for word in (goal, verdict) if word)]
    return rows


def renew(line, rows):
    """A line of the README, with the present figures if it is a row."""
    match = ROW.match(line)
    if not match:
        return line
    if match.group(1) not in rows:
        sys.exit(f"readme_figures: docs/benchmarks.md has no row '{match.group(1)}'")
    return re.sub(" +", " ", f"| {' | '.join(rows[match.group(1)])} |\n")


def main():
    readme, benchmarks = sys.argv[1:]
    rows = measured(benchmarks)
    with open(readme, encoding="utf-8") as file:
        lines = [renew(line, rows) for line in file]
    with open(readme, "w", encoding="utf-8") as file:
        file.writelines(lines)


if __name__ == "__main__":
    main()
