# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""How late the handler of an interrupt in the most urgent cell can be, over any number of runs.

The plugin (test/plugin/latency.c) keeps two maxima for each place where the microvisor looks
for interrupts. The wait is the longest time from the look before to the look at this place. The
handling is the longest time from an interrupt taken at this place until a cell continues. The
sum of both bounds how late a handler is, since any wait may be followed by any handling. This
holds over several runs, too.
"""

from bench_stretch import path_text

VECTOR, IDLE = "exception vector", "waiting for an interrupt"


def place_of(record, functions):
    """The place of a record, in words."""
    if record["latency"] == "poll":
        return "poll in " + functions.find(record["caller"])
    return {"vector": VECTOR, "idle": IDLE}[record["latency"]]


def total(site):
    """Instructions from an interrupt's assertion to its handler, at most."""
    return site["wait"] + site["handling"]


def merge_one(merged, site):
    """Add a record of a place to the merged ones."""
    known = merged.setdefault(site["place"], {
        "place": site["place"], "taken": 0, "wait": 0, "handling": 0, "wait_run": "",
        "handling_run": "", "wait_path": [], "handling_path": []})
    known["taken"] += site["taken"]
    for part in ("wait", "handling"):
        if site[part] > known[part]:
            known.update({f"{part}{end}": site[f"{part}{end}"] for end in ("", "_run", "_path")})


def ordered(merged):
    """The places, worst first, without those where no interrupt was taken: no handler follows."""
    return sorted((site for site in merged.values() if site["taken"]), key=lambda site: -total(site))


def merge_sites(runs):
    """One list of places out of several."""
    merged = {}
    for sites in runs:
        for site in sites:
            merge_one(merged, site)
    return ordered(merged)


def merge(runs):
    """The places of all runs, worst first. `runs` yields (name of the run, records, Functions)."""
    merged = {}
    for run, records, functions in runs:
        for record in records:
            if "latency" in record:
                merge_one(merged, {
                    **record, "place": place_of(record, functions), "wait_run": run,
                    "handling_run": run, "wait_path": functions.follow(record["wait_path"]),
                    "handling_path": functions.follow(record["handling_path"])})
    return ordered(merged)


def report(sites, goal):
    """Text lines, a paragraph for each place."""
    for site in sites:
        verdict = "" if total(site) <= goal else f"  (goal {goal}: missed)"
        yield (f"{site['place']}: {total(site)}, of it wait {site['wait']} in {site['wait_run']}, "
               f"handling {site['handling']} in {site['handling_run']}, "
               f"{site['taken']} taken{verdict}")
        yield "    wait:     " + path_text(site["wait_path"])
        yield "    handling: " + path_text(site["handling_path"])
