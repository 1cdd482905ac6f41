# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""docs/adding-a-cell.md, followed to the letter in a copy of the tree: the files
it gives are written, built and run, and what it says one will see is seen."""

import re

import pexpect
import pytest

GUIDE = "docs/adding-a-cell.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.S)


def block_after(guide, text, language):
    """The first block in a language after a text that stands in the guide once."""
    assert guide.count(text) == 1, text
    return next(m.group(2) for m in BLOCK.finditer(guide, guide.index(text))
                if m.group(1) == language)


def named_files(guide):
    """Files whose content follows their name: `NAME` ... block."""
    return {name: block for name, block in
            re.findall(r"`([\w/.-]+)`[^`]*:\n\n```\w+\n(/\* SPDX.*?|# SPDX.*?)```", guide, re.S)}


def expect_in_qemu(tree, lines, product="greeting_defconfig"):
    """Build a product of a guide and wait for each line."""
    tree.make(product)
    tree.make("-j2")
    command = tree.make("-s", "print-qemu").splitlines()[-1]
    child = pexpect.spawn("/bin/sh", ["-c", command], cwd=tree.path, encoding="utf-8",
                          codec_errors="replace", timeout=900)
    try:
        for line in lines:
            child.expect_exact(line)
    finally:
        child.close(force=True)


@pytest.fixture
def first_cell(pristine):
    """The tree after steps 1 to 3."""
    guide = pristine.read(GUIDE)
    files = named_files(guide)
    assert {"guests/greeter/main.c", "guests/greeter/Makefile", "guests/greeter/Kconfig",
            "dts/products/greeting.dts", "configs/greeting_defconfig",
            "guests/counter/main.c"} == set(files)
    for name, text in files.items():
        if "counter" not in name:
            pristine.write(name, text)
    line = block_after(guide, "and one line more in `guests/Makefile`", "make")
    if line not in pristine.read("guests/Makefile"):
        pristine.write("guests/Makefile", pristine.read("guests/Makefile") + line)
    return pristine, guide, files, line


def test_mak050_first_cell_of_the_guide_runs(first_cell):
    """MAK050: the first cell of the guide builds and prints what the guide says."""
    tree, guide, _, _ = first_cell
    seen = block_after(guide, "prints, after the facts about the system", "text")
    expect_in_qemu(tree, seen.splitlines())


def test_mak051_second_cell_of_the_guide_runs(first_cell):
    """MAK051: with the guide's changes, two cells talk over a channel."""
    tree, guide, files, line = first_cell
    tree.write("guests/counter/main.c", files["guests/counter/main.c"])
    for name in ("Makefile", "Kconfig"):
        text = tree.read(f"guests/greeter/{name}")
        tree.write(f"guests/counter/{name}", text.replace("greeter", "counter")
                   .replace("GREETER", "COUNTER").replace("Greeter", "Counter"))
    tree.write("guests/Makefile", tree.read("guests/Makefile") +
               line.replace("greeter", "counter").replace("GREETER", "COUNTER"))
    put = block_after(guide, "In the loop of `greeter`", "c")
    program = tree.read("guests/greeter/main.c")
    tree.write("guests/greeter/main.c", program.replace("\t\tmv_sleep", put + "\t\tmv_sleep"))
    cells, channels = [m.group(2) for m in
                       BLOCK.finditer(guide, guide.index("and in the description, below"))][:2]
    product = tree.read("dts/products/greeting.dts")
    at = product.index("\t};\n};")
    tree.write("dts/products/greeting.dts",
               product[:at] + "\n" + cells + "\t};\n\n" + channels + "};\n")
    seen = block_after(guide, "With them it prints, among the greetings", "text")
    expect_in_qemu(tree, seen.splitlines())


def test_mak052_missing_channel_is_named(first_cell):
    """MAK052: a cell whose channel is missing in the description is told when it is built, and one that
    does not say so when it runs, as the guide does."""
    tree, guide, files, _ = first_cell
    quoted = [re.search(pattern, guide, re.S).group(1).replace("\n", " ").replace("'counter'", "'greeter'")
              for pattern in (r"build ends with\n`(\[.*?)`", r"ends with `(panic: .*?)`")]
    program = files["guests/counter/main.c"]
    tree.write("guests/greeter/main.c", program)
    tree.write("dts/products/greeting.dts", files["dts/products/greeting.dts"])
    tree.make("greeting_defconfig")
    assert f"dts/products/greeting.dts:22: {quoted[0]}. Add a node of that name" in tree.make("-j2", status=2)
    tree.write("guests/greeter/main.c", program.replace('MV_NEEDS_CHANNEL("greetings");\n', ""))
    expect_in_qemu(tree, ["greeter| " + quoted[1]])
