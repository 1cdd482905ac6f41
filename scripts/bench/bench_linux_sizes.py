# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The benchmark of Linux with other sizes of the vTLB, used by bench_linux.py.

Builds the product again with each size, in a folder inside the product's, and makes the table.
"""

import os

import bench_run

# (CONFIG_VTLB_SPACES, CONFIG_VTLB_TABLES): the minimum, small, medium, large.
SIZES = ((2, 8), (4, 24), (8, 64), (16, 256))
OPTIONS = ("VTLB_SPACES", "VTLB_TABLES")
KIB = 17, 1  # what one of each costs, for each guest

SECTION = """
## Other sizes of the vTLB

Overhead of the same rows, and what a guest's vTLB takes of the microvisor's memory.
`CONFIG_VTLB_SPACES` and `CONFIG_VTLB_TABLES` ([options](options.md)) choose the size; it makes no
difference to what a guest computes.
"""


def size_of(folder):
    """The size of the vTLB that a product was built with."""
    return tuple(int(bench_run.option(folder, name)) for name in OPTIONS)


def others(folder):
    """The sizes that are measured besides the product's own."""
    return [size for size in SIZES if size != size_of(folder)]


def with_size(config, size):
    """The lines of a configuration with another size."""
    values = dict(zip((f"CONFIG_{name}" for name in OPTIONS), size))
    kept = [line for line in config.splitlines() if line.split("=")[0] not in values]
    return "\n".join([*kept, *(f"{name}={value}" for name, value in values.items()), ""])


def build(folder, size):
    """Build a product once more with another size; its folder, inside the product's."""
    out = f"{folder}/vtlb-{size[0]}-{size[1]}"
    os.makedirs(out, exist_ok=True)
    with open(f"{out}/.mullion-output", "w", encoding="utf-8"):
        pass  # make's own, wherever it is
    with open(f"{folder}/.config", encoding="utf-8") as file:
        text = with_size(file.read(), size)
    with open(f"{out}/.config", "w", encoding="utf-8") as file:
        file.write(text)
    bench_run.make(out, "all")
    return out


def section(rows, sizes, folder):
    """Lines of the table for the documents: @rows, and {size: {row: Figure}} of the others."""
    own = size_of(folder)
    found = dict(sorted({**sizes, own: None}.items()))
    yield SECTION
    yield "| row |" + "".join(f" {spaces} spaces, {tables} tables{' (default)' if (spaces, tables) == own else ''} |"
                              for spaces, tables in found)
    yield "|---|" + "---:|" * len(found)
    for row in rows:
        name, native = row["row"], row["native"]
        totals = [row["mullion"] if size == own else found[size][name].total for size in found]
        yield f"| `{name}` |" + "".join(f" {100 * (total - native) / native:+.1f} % |" for total in totals)
    yield "| memory |" + "".join(f" {KIB[0] * size[0] + KIB[1] * size[1]} KiB |" for size in found)
