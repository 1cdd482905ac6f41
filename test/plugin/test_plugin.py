# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: The Mullion authors
"""The counting plugin, tried on tiny.S, a program whose counts are known."""

import json
import os
import subprocess

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
QEMU = ["qemu-system-arm", "-M", "vexpress-a9", "-m", "256", "-display", "none", "-serial", "none",
        "-monitor", "none", "-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm",
        "-seed", "1"]
CALLS = 5


class Tiny:
    """The program and the plugin, built in a folder."""

    def __init__(self, folder):
        self.folder = str(folder)
        subprocess.run(["make", "-s", "-C", HERE, f"O={folder}"], check=True)
        subprocess.run(["arm-none-eabi-gcc", "-nostdlib", "-static", "-Wl,--build-id=none",
                        "-Wl,--no-warn-rwx-segments", "-T", f"{HERE}/tiny.lds", "-o",
                        f"{folder}/tiny.elf", f"{HERE}/tiny.S"], check=True)
        lines = subprocess.run(["arm-none-eabi-nm", f"{folder}/tiny.elf"], check=True,
                               capture_output=True, text=True).stdout.splitlines()
        self.symbols = {line.split()[2]: int(line.split()[0], 16) for line in lines}

    def config(self, lines=()):
        """Write the plugin's configuration: all marks, and more lines."""
        text = [f"vectors {self.symbols['vectors']:#x}",
                f"entry {self.symbols['_start']:#x} 0x1000",
                f"poll {self.symbols['poll']:#x}",
                f"poll {self.symbols['poll_irq']:#x}",
                f"taken {self.symbols['taken']:#x}"]
        text += [f"mark {address:#x} {name}" for name, address in self.symbols.items()
                 if name.startswith("mark_")]
        with open(f"{self.folder}/config", "w", encoding="utf-8") as file:
            file.write("\n".join([*text, *lines]) + "\n")

    def qemu(self, arguments="", status=0):
        """Run the program; return what QEMU printed."""
        plugin = f"{self.folder}/mvcount.so,config={self.folder}/config,out={self.folder}/out"
        done = subprocess.run([*QEMU, "-kernel", f"{self.folder}/tiny.elf", "-plugin",
                               plugin + arguments], stdin=subprocess.DEVNULL, text=True,
                              env={**os.environ, "QEMU_AUDIO_DRV": "none"}, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        assert (done.returncode != 0) == bool(status), done.stdout
        return done.stdout

    def run(self, arguments=""):
        """Run the program; return the records of the output file."""
        self.config()
        self.qemu(arguments)
        with open(f"{self.folder}/out", encoding="utf-8") as file:
            return [json.loads(line) for line in file]


@pytest.fixture(scope="module", name="tiny")
def fixture_tiny(tmp_path_factory):
    """Program and plugin."""
    return Tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module", name="records")
def fixture_records(tiny):
    """Records of one run."""
    return tiny.run()


def marks(records, name, key="counts"):
    """The counters at each execution of a mark, by name."""
    names = records[0]["counters"]
    return [dict(zip(names, record[key])) for record in records
            if record.get("mark") == name and key in record]


def stretches(records, entry):
    """Statistics of the stretches that began in one way."""
    return next(record for record in records if record.get("stretches") == entry)


def test_plg01_boot(tiny, records):
    """PLG01 Everything before the first instruction of a cell is boot, also without the MMU."""
    boots = next(record["boots"] for record in records if "boots" in record)
    assert boots == [tiny.symbols["cost_boot"]]
    assert stretches(records, "boot")["longest"] == tiny.symbols["cost_boot"]


def test_plg02_call(tiny, records):
    """PLG02 A call costs the privileged instructions from the vector to the return."""
    before, after = marks(records, "mark_null_call"), marks(records, "mark_null_back")
    costs = [b["kernel"] - a["kernel"] for a, b in zip(before, after)]
    assert costs == [tiny.symbols["cost_call"]] * CALLS
    assert [b["user"] - a["user"] for a, b in zip(before, after)] == [1] * CALLS


def test_plg03_counters(records):
    """PLG03 Memory accesses, maintenance and barriers are counted one by one."""
    expected = {"loads": 5, "stores": 5, "tlb": 1, "cache": 2, "barrier": 4, "dacr": 1, "ttbr": 1,
                "contextidr": 1}
    for stretch in marks(records, "mark_null_back", "stretch"):
        assert {name: stretch[name] for name in expected} == expected
        assert stretch["user"] == 0


def test_plg04_stretch_before_mark(records):
    """PLG04 A mark knows the stretch before it only if it is the cell's next instruction."""
    loops = [record for record in records if record.get("mark") == "mark_loop"]
    assert len(loops) == CALLS and not any("entry" in record for record in loops)
    backs = [record for record in records if record.get("mark") == "mark_null_back"]
    assert [record["entry"] for record in backs] == ["svc"] * CALLS


def test_plg05_poll(tiny, records):
    """PLG05 A poll ends a stretch and begins the next."""
    assert stretches(records, "poll")["longest"] == tiny.symbols["cost_after"]
    back = next(record for record in records if record.get("mark") == "mark_poll_back")
    assert back["entry"] == "poll"
    assert marks([records[0], back], "mark_poll_back", "stretch")[0]["kernel"] == \
        tiny.symbols["cost_after"]


def test_plg06_wait(tiny, records):
    """PLG06 Waiting ends a stretch; so does going on, also when an interrupt follows at once."""
    for entry, cost in (("idle", "cost_after"), ("irq", "cost_irq")):
        found = stretches(records, entry)
        assert (found["number"], found["longest"]) == (1, tiny.symbols[cost])
    assert stretches(records, "irq")["next"] == tiny.symbols["mark_after_irq"]


def test_plg22_fault_after_return(tiny, records):
    """PLG22 A return to a cell ends a stretch, and is a look for interrupts, also when the cell's next
    instruction faults."""
    prefetch = stretches(records, "prefetch")
    assert (prefetch["number"], prefetch["longest"]) == (1, tiny.symbols["cost_fault"])
    assert prefetch["next"] == tiny.symbols["mark_fault_back"]
    back = next(record for record in records if record.get("mark") == "mark_fault_back")
    assert (back["entry"], back["stretch"][records[0]["counters"].index("kernel")]) == \
        ("prefetch", tiny.symbols["cost_fault"])


def test_plg07_statistics(tiny, records):
    """PLG07 Number, sum and histogram of the stretches agree."""
    svc = stretches(records, "svc")
    before, call = tiny.symbols["cost_before"], tiny.symbols["cost_call"]
    assert svc["number"] == CALLS + 3 and svc["total"] == CALLS * call + 3 * before
    assert svc["longest"] == max(before, call)
    assert sum(svc["buckets"]) == svc["number"]
    assert svc["buckets"][before.bit_length() - 1] >= 2


def test_plg08_path(tiny, records):
    """PLG08 The path of the longest stretch is the instructions in their order."""
    runs = [run for run in stretches(records, "svc")["path"]]
    assert runs[0] == [tiny.symbols["vectors"] + 8, 1]
    assert runs[1][0] == tiny.symbols["svc"]
    assert sum(count for _, count in runs) == stretches(records, "svc")["longest"]


def test_plg09_thumb(records):
    """PLG09 Cells may run Thumb code."""
    thumb, after = marks(records, "mark_thumb")[0], marks(records, "mark_after_irq")[0]
    assert thumb["user"] - after["user"] == 3


def test_plg18_last_megabyte(records):
    """PLG18 The last megabyte of the address space is a guest's, not the microvisor's."""
    before, after = marks(records, "mark_helper_call")[0], marks(records, "mark_helper_back")[0]
    assert (after["user"] - before["user"], after["kernel"] - before["kernel"]) == (5, 0)


def test_plg10_repeatable(tiny):
    """PLG10 Two runs give the same output, byte for byte."""
    outputs = []
    for _ in range(2):
        tiny.run()
        with open(f"{tiny.folder}/out", "rb") as file:
            outputs.append(file.read())
    assert outputs[0] == outputs[1]


def test_plg11_window(tiny):
    """PLG11 The path between two marks can be recorded, or the stretch before a mark."""
    call = tiny.symbols["cost_call"]
    for arguments in ("from=mark_null_call,to=mark_null_back,nth=3",
                      "from=stretch,to=mark_null_back,nth=2"):
        window = [record for record in tiny.run("," + arguments) if "window" in record]
        assert len(window) == 1
        assert sum(count for _, count in window[0]["path"]) == call


def histograms(tiny, arguments):
    """[{address: executions}] of a run."""
    return [dict(record["counts"]) for record in tiny.run(f",{arguments},histogram=1")
            if "histogram" in record]


def test_plg15_histogram(tiny):
    """PLG15 A histogram holds each instruction between two marks, privileged or not."""
    symbols = tiny.symbols
    counts = histograms(tiny, "from=mark_null_call,to=mark_null_back")[0]
    assert sum(counts.values()) == 1 + symbols["cost_call"]
    assert counts[symbols["mark_null_call"]] == 1 and symbols["mark_null_back"] not in counts
    assert counts[symbols["vectors"] + 8] == 1
    assert set(counts.values()) == {1}


def test_plg16_histogram_windows(tiny):
    """PLG16 Each window has a histogram of its own; marks belong together by how their names end."""
    each = 1 + tiny.symbols["cost_call"]
    found = histograms(tiny, "from=mark_null_call,to=mark_null_back")
    assert [sum(counts.values()) for counts in found] == [each] * CALLS
    assert histograms(tiny, "from=_null_call,to=_null_back") == found
    assert histograms(tiny, "from=_null_call,to=null_back") == []
    assert histograms(tiny, "from=mark_null_call,to=mark_none") == []


def test_plg17_histogram_agrees(tiny):
    """PLG17 A histogram agrees with the counters, also where code loops and a window is begun twice."""
    records = tiny.run(",from=mark_loop,to=mark_thumb,histogram=1")
    begun, ended = marks(records, "mark_loop")[-1], marks(records, "mark_thumb")[0]
    record = next(record for record in records if "histogram" in record)
    assert sum(count for _, count in record["counts"]) == \
        ended["user"] + ended["kernel"] - begun["user"] - begun["kernel"]
    assert [pc for pc, _ in record["counts"]] == sorted(pc for pc, _ in record["counts"])


def latency(records, kind):
    """The record of a place where interrupts are looked for, or None."""
    return next((record for record in records if record.get("latency") == kind), None)


def test_plg19_wait(tiny, records):
    """PLG19 The wait at a place is the longest stretch from a look for interrupts to the one there."""
    before, after, call = (tiny.symbols[f"cost_{name}"] for name in ("before", "after", "call"))
    assert latency(records, "poll")["wait"] == before
    assert latency(records, "poll")["caller"] == tiny.symbols["poll"] - 4
    assert latency(records, "idle")["wait"] == before
    assert latency(records, "vector")["wait"] == max(call, after)
    assert sum(count for _, count in latency(records, "idle")["wait_path"]) == before


def test_plg20_handling(tiny, records):
    """PLG20 Handling is from the look at which an interrupt was taken until a cell goes on; where none
    was taken there is none."""
    vector = latency(records, "vector")
    assert (vector["taken"], vector["handling"]) == (1, tiny.symbols["cost_irq"])
    assert vector["handling_path"][0] == [tiny.symbols["vectors"] + 0x18, 1]
    for kind in ("poll", "idle"):
        assert (latency(records, kind)["taken"], latency(records, kind)["handling"]) == (0, 0)


def test_plg21_polled(tiny):
    """PLG21 An interrupt taken at a poll is handled until a cell goes on, over further polls; not if the
    scheduler then lets steps of a cell go on."""
    after = tiny.symbols["cost_after"]
    for lines, handling in ((["taken"], after), (["taken", "passed"], 0)):
        tiny.config([f"{word} {tiny.symbols['poll'] + 4 * (n + 2):#x}" for n, word in enumerate(lines)] +
                    [f"poll {tiny.symbols['poll'] + 16:#x}"])
        tiny.qemu()
        with open(f"{tiny.folder}/out", encoding="utf-8") as file:
            polls = [record for record in map(json.loads, file) if record.get("latency") == "poll"]
        assert [record["handling"] for record in polls] == [handling, 0]
        assert [record["wait"] for record in polls] == [tiny.symbols["cost_before"], 4]


def test_plg14_process(tiny):
    """PLG14 The name of the output file can tell one process from another."""
    tiny.config()
    tiny.qemu(",out=" + f"{tiny.folder}/run-%p.x")
    found = [name for name in os.listdir(tiny.folder) if name.endswith(".x")]
    assert len(found) == 1 and found[0] != "run-%p.x"


@pytest.mark.parametrize("line", ["poll", "mark 0x1000", "nonsense 0x1 x", "poll zero"])
def test_plg12_bad_config(tiny, line):
    """PLG12 A bad line of the configuration is named and stops QEMU."""
    tiny.config([line])
    assert line in tiny.qemu(status=1)


def test_plg13_bad_arguments(tiny):
    """PLG13 An unknown argument and a missing configuration are named and stop QEMU."""
    assert "unknown argument 'speed=1'" in tiny.qemu(",speed=1", status=1)
    os.remove(f"{tiny.folder}/config")
    assert f"{tiny.folder}/config: No such file" in tiny.qemu(status=1)
