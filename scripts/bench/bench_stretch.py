# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The longest stretches with interrupts off, over any number of runs.

A run leaves NAME.PROCESS.jsonl (the plugin's records) and NAME.sym (the
microvisor's symbols, as nm prints them) in a folder; bench.py merges the folder.
"""

import glob
import json
import os

from bench_symbols import Functions, totals

# How a stretch began, in words.
ENTRIES = {
    "svc": "hypercall", "irq": "interrupt", "data": "data abort", "prefetch": "prefetch abort",
    "undefined": "undefined instruction", "idle": "interrupt while idle",
    "poll": "poll of the interrupts", "other": "elsewhere",
}
MAX_STEPS = 40


def statistics(records):
    """The records about stretches, without boot."""
    return [record for record in records if record.get("stretches") in ENTRIES]


def merge_one(merged, record, run, functions):
    """Add a run's stretches of one kind to the sum."""
    kind = merged.setdefault(record["stretches"], {
        "entry": record["stretches"], "number": 0, "total": 0, "longest": 0,
        "buckets": [0] * len(record["buckets"])})
    kind["number"] += record["number"]
    kind["total"] += record["total"]
    kind["buckets"] = [a + b for a, b in zip(kind["buckets"], record["buckets"])]
    if record["longest"] > kind["longest"]:
        kind.update(longest=record["longest"], run=run, path=functions.follow(record["path"]))


def merge(runs):
    """Stretches of all runs by their beginning, longest first.

    `runs` yields (name of the run, records, Functions).
    """
    merged = {}
    for run, records, functions in runs:
        for record in statistics(records):
            merge_one(merged, record, run, functions)
    return sorted(merged.values(), key=lambda kind: -kind["longest"])


def read_folder(folder):
    """The runs that left their results in a folder."""
    for path in sorted(glob.glob(os.path.join(folder, "*.jsonl"))):
        base = path.rsplit(".", 2)[0]
        with open(base + ".sym", encoding="utf-8") as file:
            functions = Functions(file.read())
        with open(path, encoding="utf-8") as file:
            yield os.path.basename(base), [json.loads(line) for line in file], functions


def path_text(steps):
    """A path on one line: repetitions are folded, a long path is cut."""
    folded = []
    for name, count in steps:
        if folded and folded[-1][0] == name:
            folded[-1][1] += count
        elif len(folded) > 1 and folded[-2][0] == name:
            folded[-2][1] += count  # a loop that calls something
        else:
            folded.append([name, count])
    text = " > ".join(f"{name} {count}" for name, count in folded[:MAX_STEPS])
    return text + (" > ..." if len(folded) > MAX_STEPS else "")


def over(kind, limit):
    """How many stretches are certainly longer than a limit, by the histogram."""
    return sum(number for n, number in enumerate(kind["buckets"]) if 2 ** n > limit)


def report(merged, goal):
    """Text lines about the longest stretches, a paragraph for each beginning."""
    for kind in merged:
        verdict = "" if kind["longest"] <= goal else f"  (goal {goal}: missed)"
        yield (f"{ENTRIES[kind['entry']]}: longest {kind['longest']} of {kind['number']} stretches, "
               f"mean {kind['total'] / kind['number']:.0f}, in {kind['run']}{verdict}")
        yield "    path: " + path_text(kind["path"])
        most = ", ".join(f"{name} {count}" for name, count in totals(kind["path"])[:8])
        yield "    most: " + most
