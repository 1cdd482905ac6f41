# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Write the reference of all options from their help: `kconfig_doc.py FILE`.

Called by `make docs`. Only options that a user can set appear.
"""

import sys
import textwrap

import kconfiglib

HEAD = """<!-- SPDX-License-Identifier: BSD-2-Clause -->
<!-- SPDX-FileCopyrightText: The Mullion authors -->
<!-- Generated from the Kconfig files by `make docs`; change those instead. -->
# Options

Set these with `make menuconfig`, or in a file `configs/NAME_defconfig`.
Defaults are those of the `vexpress-a9` product.
"""


def paragraphs(text):
    """Help text with each paragraph filled anew."""
    return "\n\n".join(textwrap.fill(part, 79, break_on_hyphens=False) for part in text.strip().split("\n\n"))


def facts(sym):
    """Type, range and default of an option in one line."""
    kind = kconfiglib.TYPE_TO_STR[sym.type]
    words = [f"Type: {kind}"]
    for low, high, _ in sym.ranges:
        words.append(f"range: {low.str_value} to {high.str_value}")
    if not sym.choice:
        words.append(f"default: {sym.str_value or 'empty'}")
    if not sym.choice and sym.direct_dep is not sym.kconfig.y:
        words.append(f"needs: {kconfiglib.expr_str(sym.direct_dep)}")
    return "; ".join(words) + "."


def entries(node, depth):
    """Markdown of a node's children."""
    child = node.list
    while child:
        title = child.prompt[0] if child.prompt else ""
        if child.item == kconfiglib.MENU:
            yield f"{'#' * depth} {title}\n"
            yield from entries(child, depth + 1)
        elif isinstance(child.item, kconfiglib.Choice):
            yield f"{'#' * depth} {title}\n\nOne of these. {paragraphs(child.help or '')}\n"
            yield from entries(child, depth + 1)
        elif isinstance(child.item, kconfiglib.Symbol):
            if title:
                yield f"{'#' * depth} CONFIG_{child.item.name}: {title}\n"
                yield f"{facts(child.item)}\n\n{paragraphs(child.help or '')}\n"
            if child.list:
                yield from entries(child, depth)
        child = child.next


def main():
    kconf = kconfiglib.Kconfig("Kconfig", warn_to_stderr=False)
    text = HEAD + "\n" + "\n".join(entries(kconf.top_node, 2))
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
