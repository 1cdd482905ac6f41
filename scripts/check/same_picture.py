# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Tells whether a picture in docs/ shows what the build draws: the same texts in the same order.

Called by a step of check_steps.py as `same_picture.py DOT SVG`. Where graphviz puts the texts
depends on its version, so that is not compared.
"""

import re
import subprocess
import sys


def texts(svg):
    """What can be read in a picture."""
    return re.findall(r"<text [^>]*>([^<]*)</text>", svg)


def main(dot, svg):
    """Compare them; tells the first difference, and how to draw the picture anew."""
    drawn = texts(subprocess.run(["dot", "-Tsvg", dot], stdout=subprocess.PIPE, text=True, check=True).stdout)
    with open(svg, encoding="utf-8") as file:
        shown = texts(file.read())
    if drawn and drawn == shown:
        return 0
    there, here = next(((a, b) for a, b in zip(drawn, shown) if a != b), (f"{len(drawn)} texts", f"{len(shown)}"))
    print(f"{svg} is not what {dot} draws: '{here}' instead of '{there}'. Draw it anew: make demo-picture")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
