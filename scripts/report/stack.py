# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Stack use of the microvisor: `make stack`.

Reads the call graphs that the compiler writes (NAME.ci); their nodes have the sizes of
the frames. With link-time optimisation there is one graph for all files. It lacks calls
through pointers (the hypercall table), so each target of these appears as a root.
"""

import glob
import os
import re
import sys

NODE = re.compile(r'node: \{ title: "([^"]+)" label: "([^"]*)"')
EDGE = re.compile(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"')
FRAME = re.compile(r"(\d+) bytes \((\w+(?:,\w+)?)\)")
SHOWN = 12


def read_graph(files):
    """Frames {function: (bytes, kind)} and calls {function: set of callees}."""
    frames, calls = {}, {}
    for path in files:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for title, label in NODE.findall(text):
            match = FRAME.search(label)
            if match:
                frames[title] = (int(match.group(1)), match.group(2))
        for caller, callee in EDGE.findall(text):
            calls.setdefault(caller, set()).add(callee)
    return frames, calls


def deepest(function, frames, calls, known, path):
    """(bytes, functions) of the deepest call chain from a function."""
    if function in path:
        return 0, [short(function) + " (again)"]
    if function not in known:
        best = (0, [])
        for callee in sorted(calls.get(function, ())):
            below = deepest(callee, frames, calls, known, path | {function})
            best = max(best, below, key=lambda chain: chain[0])
        own = frames.get(function, (0, ""))[0]
        known[function] = (own + best[0], [short(function)] + best[1])
    return known[function]


def short(title):
    """A function's name without the name of the file, which static functions have in front."""
    return title.rsplit(":", 1)[-1]


def main():
    out, objects = sys.argv[1], sys.argv[2:]
    files = glob.glob(f"{out}/system.elf.*.ci")
    files += [path for path in (os.path.splitext(name)[0] + ".ci" for name in objects)
              if os.path.exists(path)]
    frames, calls = read_graph(files)
    if not frames:
        sys.exit("stack: no call graph found; build first")
    called = {callee for callees in calls.values() for callee in callees}
    known = {}
    roots = [name for name in frames if name not in called]
    chains = sorted((deepest(root, frames, calls, known, frozenset()) for root in roots),
                    key=lambda chain: -chain[0])
    print("Deepest call chains (bytes):")
    for size, chain in chains[:SHOWN]:
        print(f"  {size:>5}  {' > '.join(chain)}")
    print("\nLargest frames (bytes):")
    for name, (size, kind) in sorted(frames.items(), key=lambda item: -item[1][0])[:SHOWN]:
        print(f"  {size:>5}  {short(name)}{'' if kind == 'static' else '  ' + kind}")


if __name__ == "__main__":
    main()
