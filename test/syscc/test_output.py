# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""What is written: expected files for small systems, the environments and guest
device trees in detail, and that outputs appear all together or not at all."""

import os
import re
import struct
import subprocess

import libfdt
import pytest

from conftest import HERE, TOP, run

KERNEL_FLAGS = ["-std=gnu11", "-ffreestanding", "-march=armv7-a", "-mfloat-abi=soft", "-O2", "-Wall",
                "-Wextra", "-Wundef", "-Wshadow", "-Wpointer-arith", "-Wwrite-strings",
                "-Wmissing-prototypes", "-Werror", f"-I{TOP}/include", f"-I{TOP}/arch/arm/include",
                "-DCONFIG_VTLB_SPACES=8", "-DCONFIG_VTLB_TABLES=64"]
HEAP, STRING, SEGMENT, DEVICE = 34, 35, 32, 33
CELL, VCPU, VIRQ, SOURCE, CHANNEL, TIMER, LOG, SYSTEM, VMMU = range(1, 10)


@pytest.fixture
def small(syscc):
    result = syscc.compile((HERE / "small.dts").read_text())
    assert result.errors == []
    return result


@pytest.fixture
def full(syscc, good):
    result = syscc.compile(good)
    assert result.errors == []
    return result


# Expected files ------------------------------------------------------------------

@pytest.mark.parametrize("name", ["tables.c", "images.S", "layout.ld", "system.txt", "system.dot"])
def test_small(small, golden, name):
    """SYC040 Of a small description every file that the build takes is the expected one."""
    golden(f"small.{name}", small.text(name))


@pytest.mark.parametrize("name", ["system.txt", "system.dot"])
def test_full(full, golden, name):
    """SYC041 Of a description with everything the texts for people are the expected ones."""
    golden(f"good.{name}", full.text(name))


def test_guest_tree(full, golden):
    """SYC042 The whole guest device tree is the expected one; dtc has nothing to complain of."""
    golden("good.guest.dts", run(["dtc", "-I", "dtb", "-O", "dts", "out/cell-guest.dtb"], full.folder))


def test_links(syscc, good, golden):
    """SYC043 What carries frames or a disk is in the guest's device tree as its drivers look for it."""
    result = syscc.compile(good + (HERE / "links.dts").read_text())
    assert result.errors == []
    tree = libfdt.Fdt((result.folder / "out/cell-guest.dtb").read_bytes())
    ends = tree.path_offset("/hypervisor/channel-ends")
    lan, disk = (tree.subnode_offset(ends, name) for name in ("lan", "disk"))
    assert tree.getprop(lan, "compatible").as_str() == "mullion,ethernet"
    assert bytes(tree.getprop(lan, "local-mac-address"))[:3] == b"\x02mv"
    assert tree.getprop(disk, "compatible").as_str() == "mullion,disk"
    segment = tree.node_offset_by_phandle(tree.getprop(disk, "segment").as_uint32())
    assert tree.get_name(segment).startswith("buffers@")
    assert struct.unpack(">II", tree.getprop(segment, "reg"))[1] == 0x12000
    golden("links.guest.dts", run(["dtc", "-I", "dtb", "-O", "dts", "out/cell-guest.dtb"], result.folder))


def test_phandles(syscc, good):
    """SYC044 No two nodes of a guest's tree have the same phandle, however many segments there are."""
    source = good + (HERE / "links.dts").read_text()
    for number in range(16):
        source = source.replace("segments {\n",
                                f"segments {{\ns{number} {{ size = <0x1000>; shared-by = <&guest>; }};\n", 1)
        result = syscc.compile(source)
        assert result.errors == []
        text = run(["dtc", "-q", "-I", "dtb", "-O", "dts", "out/cell-guest.dtb"], result.folder)
        phandles = re.findall(r"phandle = <(0x[0-9a-f]+)>", text)
        assert len(phandles) > 4 and len(phandles) == len(set(phandles))


# Tables ---------------------------------------------------------------------------

def build_tables(result):
    """Compile and assemble what was written, as for the microvisor."""
    run(["arm-none-eabi-gcc", *KERNEL_FLAGS, "-c", "-o", "tables.o", "out/tables.c"], result.folder)
    run(["arm-none-eabi-gcc", "-c", "-o", "images.o", "out/images.S"], result.folder)


def section(result, name, file="tables.o"):
    """Bytes of a section."""
    run(["arm-none-eabi-objcopy", "-O", "binary", "-j", name, "--set-section-flags",
         f"{name}=alloc,contents", file, "section.bin"], result.folder)
    return (result.folder / "section.bin").read_bytes()


@pytest.mark.parametrize("which", ["small", "full"])
def test_tables_compile(request, which):
    """SYC045 The tables compile without a warning; all that is constant is in a section of its own."""
    result = request.getfixturevalue(which)
    build_tables(result)
    headers = run(["arm-none-eabi-objdump", "-h", "tables.o"], result.folder)
    names = {line.split()[1] for line in headers.splitlines() if line[:4].strip().isdigit()}
    assert ".rodata.system" in names and ".images" in names
    assert not {name for name in names if name.startswith(".rodata") and name != ".rodata.system"}
    assert not section(result, ".data")


def test_image_store(full):
    """SYC046 The store holds every loadable segment, on pages of its own, padded with zeros."""
    build_tables(full)
    store = section(full, ".images", "images.o")
    assert len(store) % 4096 == 0
    names = run(["arm-none-eabi-nm", "images.o"], full.folder).splitlines()
    at = {line.split()[2]: int(line.split()[0], 16) for line in names}
    assert all(address % 4096 == 0 for address in at.values())
    assert store[at["image_guest_0"]:][:0x41] == b"\1" * 0x40 + b"\0"
    assert store[at["image_guest_2"]:][:0x21] == b"\3" * 0x20 + b"\0"
    assert store[at["image_guest_3"]:][:4] == b"\xd0\x0d\xfe\xed"
    assert store[at["symbols_small"]:][:4] == b"MVS1"
    assert "image_helper_2" not in at  # it has no data


def test_store_size(full):
    """SYC047 The cells' memory begins behind reserve and image store."""
    build_tables(full)
    store = len(section(full, ".images", "images.o")) + len(section(full, ".images"))
    layout = dict(line.rstrip(";").split(" = ") for line in full.text("layout.ld").splitlines()
                  if " = " in line)
    base, pool = (int(layout[name], 16) for name in ("MV_PHYS_BASE", "MV_POOL_START"))
    assert base == 0x60010000
    assert base + 0x100000 + store <= pool < base + 0x100000 + store + 0x100000


def test_guest_image_of_one_piece(syscc, good):
    """SYC048 IMG-009: an operating system may have an image that is written and executed, and gets it so."""
    result = syscc.compile(good.replace('guest: guest {\n\t\t\timage = "small"',
                                        'guest: guest {\n\t\t\timage = "mixed"'))
    assert result.errors == []
    maps = result.text("tables.c").split("maps_guest[] TABLE = {")[1].split("};")[0]
    image = next(line for line in maps.splitlines() if "{ 0x00010000," in line)
    assert "MAP_READ | MAP_WRITE | MAP_EXEC" in image
    build_tables(result)


# Environments ---------------------------------------------------------------------

def text(data):
    return data.split(b"\0")[0].decode()


def environments(result):
    """{cell: {name: entry}} from the compiled tables."""
    build_tables(result)
    store = section(result, ".images")
    assert len(store) % 4096 == 0
    found = {}
    for page in range(0, len(store), 4096):
        magic, count, cell, product = struct.unpack_from("<II24s32s", store, page)
        if magic != 0x31564e45:
            continue
        entries = {}
        for number in range(count):
            fields = struct.unpack_from("<24s16sHHHHIIII", store, page + 64 + 64 * number)
            keys = ("name", "peer", "kind", "rights", "cap", "virq", "line", "address", "size")
            entry = dict(zip(keys, (text(fields[0]), text(fields[1]), *fields[2:])))
            key = entry["name"]
            if entry["kind"] == STRING and key != "args":
                key = f"compatible of {key}"
            entries[f"{key} of {entry['peer']}" if key == "symbols" else key] = entry
        found[text(cell)] = entries | {"": {"product": text(product), "page": store[page:]}}
    return found


def caps(result, cell):
    """The capability table in the text of tables.c: (kind, rights, index)."""
    lines = result.text("tables.c").split(f"caps_{cell}[] TABLE = {{\n")[1].split("};")[0]
    return [tuple(part.strip() for part in line.split("{")[1].split("}")[0].split(","))
            for line in lines.splitlines()]


def test_env_names(full):
    """SYC049 Every cell finds exactly what it was given, under the names of the description."""
    env = environments(full)
    assert set(env) == {"console", "control", "guest", "helper"}
    common = {"", "cell", "vcpu0", "timer0", "heap"}
    assert set(env["helper"]) == common | {"report", "pinned"}
    assert set(env["console"]) == common | {"uart0", "compatible of uart0", "control", "guest"}
    assert set(env["guest"]) == common | {"vcpu1", "timer1", "timer2", "work", "console", "alarm",
                                          "ping", "frames", "mmc", "mmc.1", "compatible of mmc",
                                          "device-tree", "args", "vmmu"}
    assert set(env["control"]) == common | {
        "work", "report", "console", "ping", "alarm", "frames", "pinned", "log", "faults", "system",
        "monitor", "helper", "guest", "guest.vmmu", "symbols of console", "symbols of control",
        "symbols of guest", "symbols of helper"}
    assert env["guest"][""]["product"] == "Test product"


def test_env_channel(full):
    """SYC050 A cell finds its channels with kind, rights, peer and sizes."""
    env = environments(full)
    work = env["guest"]["work"]
    assert (work["kind"], work["rights"], work["peer"]) == (CHANNEL, 3, "control")
    assert (work["address"], work["size"]) == (64, 16)
    assert caps(full, "guest")[work["cap"]][0] == "MV_CAP_CHANNEL"
    assert caps(full, "guest")[work["virq"]][0] == "MV_CAP_VIRQ"
    assert env["helper"]["report"]["rights"] == 1 and env["control"]["report"]["rights"] == 2
    console = env["console"]["guest"]
    assert (console["kind"], console["peer"], console["address"], console["size"]) == \
        (CHANNEL, "guest", 128, 16)


def test_env_memory(full):
    """SYC051 A cell finds its segments and its heap with address, size and rights."""
    env = environments(full)
    frames = env["guest"]["frames"]
    assert (frames["kind"], frames["rights"], frames["size"]) == (SEGMENT, 3, 0x100000)
    assert env["control"]["frames"]["rights"] == 1
    assert env["control"]["frames"]["address"] == frames["address"] == 0x40000000
    assert env["helper"]["pinned"]["address"] == env["control"]["pinned"]["address"] == 0x48000000
    assert (env["guest"]["heap"]["rights"], env["helper"]["heap"]["rights"]) == (7, 3)
    heap = env["helper"]["heap"]
    assert (heap["kind"], heap["address"], heap["size"]) == (HEAP, 0x12000, 0x8000 - 0x2000 - 0x1000)


def test_env_device(full):
    """SYC052 A cell finds the registers of its devices, and a vIRQ for each of their interrupts."""
    env = environments(full)
    mmc, second = env["guest"]["mmc"], env["guest"]["mmc.1"]
    assert (mmc["kind"], mmc["address"], mmc["size"]) == (DEVICE, 0x80000000, 0x1000)
    assert (second["kind"], second["address"], second["size"]) == (DEVICE, 0, 0)
    assert mmc["virq"] != second["virq"]
    assert "ACK" in caps(full, "guest")[mmc["virq"]][1]


def test_env_rights(full):
    """SYC053 A cell finds what it may do to others: log, machine, cells, vIRQs."""
    env = environments(full)
    log, faults = env["control"]["log"], env["control"]["faults"]
    assert (log["kind"], log["rights"]) == (LOG, 1)
    assert (faults["kind"], faults["cap"], faults["line"]) == (VIRQ, log["virq"], log["line"])
    assert (env["control"]["system"]["kind"], env["control"]["system"]["rights"]) == (SYSTEM, 3)
    for name in ("guest", "helper"):
        assert (env["control"][name]["kind"], env["control"][name]["rights"]) == (CELL, 3)
    assert env["control"]["monitor"]["kind"] == VIRQ
    assert (env["control"]["alarm"]["kind"], env["control"]["alarm"]["peer"]) == (SOURCE, "guest")
    assert (env["guest"]["alarm"]["kind"], env["guest"]["alarm"]["peer"]) == (VIRQ, "control")
    assert env["guest"]["timer1"]["kind"] == TIMER and env["guest"]["vcpu1"]["kind"] == VCPU


def test_env_vmmu(full):
    """SYC054 A guest uses its vMMU; who restarts it reads the statistics and no more."""
    env = environments(full)
    own, other = env["guest"]["vmmu"], env["control"]["guest.vmmu"]
    assert (own["kind"], own["rights"], other["kind"], other["rights"]) == (VMMU, 3, VMMU, 2)
    assert caps(full, "guest")[own["cap"]] == \
        ("MV_CAP_VMMU", "MV_RIGHT_VMMU_CONTROL | MV_RIGHT_VMMU_STATS", "2")
    assert caps(full, "control")[other["cap"]] == ("MV_CAP_VMMU", "MV_RIGHT_VMMU_STATS", "2")
    assert not [name for cell in ("console", "helper") for name in env[cell] if "vmmu" in name]


def test_env_vmmu_of_controlled(syscc, good):
    """SYC055 A cell that controls a guest without being its monitor reads them too, and no more."""
    source = good.replace("controls = <&helper>;", "controls = <&helper &guest>;")
    source = source.replace('on-fault = "monitor";', "").replace("monitor = <&control>;", "")
    env = environments(syscc.compile(source))
    assert (env["control"]["guest.vmmu"]["rights"], env["control"]["guest"]["rights"]) == (2, 3)


def test_vtlbs(syscc, good):
    """SYC056 Each guest has a vTLB of its own, other cells none."""
    result = syscc.compile(good.replace('image = "plain";', 'image = "plain"; vmmu;'))
    assert result.status == 0
    tables = result.text("tables.c")
    assert [line.split("= ")[1] for line in tables.splitlines() if ".vtlb = " in line] == \
        ["MV_NONE,", "MV_NONE,", "0,", "1,"]
    assert "/* vTLBs of guest, helper */\nstruct vtlb vtlbs[2];" in tables
    build_tables(result)
    sizes = {line.split()[3]: int(line.split()[1], 16) for line in
             run(["arm-none-eabi-nm", "-S", "tables.o"], result.folder).splitlines()
             if len(line.split()) == 4}
    vtlb = (sizes["vtlb_l1"] + sizes["vtlb_l2"] + sizes["vtlbs"]) // 2
    # What rule MEM-008 and the reports reckon with, to the next KiB.
    assert vtlb <= 8 * (16384 + 1084) + 64 * 1036 + 544 <= vtlb + 1024


def test_env_string(small):
    """SYC057 Arguments are in the environment itself, behind the entries."""
    env = environments(small)["console"]
    entry = env["args"]
    assert entry["kind"] == STRING
    start = entry["address"] - 0xEF010000
    assert env[""]["page"][start:start + entry["size"]] == b'say "hello"\0'


def test_caps_order(full):
    """SYC058 Of a cell's capabilities 0 is null, 1 the cell itself, then its vCPUs, timers and channels."""
    kinds = [kind for kind, _, _ in caps(full, "guest")]
    assert kinds[:9] == ["MV_CAP_NULL", "MV_CAP_CELL", "MV_CAP_VCPU", "MV_CAP_VCPU",
                         "MV_CAP_TIMER", "MV_CAP_TIMER", "MV_CAP_TIMER", "MV_CAP_CHANNEL",
                         "MV_CAP_CHANNEL"]
    assert caps(full, "guest")[1][2] == "2"


def test_lines(full):
    """SYC059 The vIRQs of a vCPU have different lines."""
    lines = {}
    for line in full.text("tables.c").splitlines():
        if ".irq = " in line and ".line = " in line:
            vcpu, number = (line.split(f".{name} = ")[1].split(",")[0] for name in ("vcpu", "line"))
            assert number not in lines.setdefault(vcpu, set()), line
            lines[vcpu].add(number)
    assert lines


def test_routes(full):
    """SYC060 Interrupts lead to their cells and to the microvisor's timer."""
    tables = full.text("tables.c")
    assert "[27] = { MV_NONE, IRQ_EDGE }, /* the microvisor's timer */" in tables
    assert "[37]" in tables and "[41]" in tables and "[42]" in tables


# Guest device trees -----------------------------------------------------------------

def test_guest_tree_nodes(full):
    """SYC061 A guest's device tree tells boot arguments, channels, vMMU and devices, with their numbers."""
    tree = libfdt.Fdt((full.folder / "out/cell-guest.dtb").read_bytes())
    chosen = tree.path_offset("/chosen")
    assert tree.getprop(chosen, "bootargs").as_str() == "console=hvc0 quiet"
    hypervisor = tree.path_offset("/hypervisor")
    assert tree.getprop(hypervisor, "compatible").as_str() == "mullion,microvisor-1"
    env = environments(full)["guest"]
    work = tree.path_offset("/hypervisor/channel-ends/work")
    assert tree.getprop(work, "cap").as_uint32() == env["work"]["cap"]
    assert struct.unpack(">2I", bytes(tree.getprop(work, "interrupts"))) == \
        (env["work"]["line"], env["work"]["virq"])
    assert tree.getprop(hypervisor, "vmmu").as_uint32() == env["vmmu"]["cap"]
    mmc = tree.path_offset("/soc/mmc@80000000")
    assert struct.unpack(">4I", bytes(tree.getprop(mmc, "interrupts"))) == \
        (env["mmc"]["line"], env["mmc"]["virq"], env["mmc.1"]["line"], env["mmc.1"]["virq"])
    assert (env["device-tree"]["kind"], env["device-tree"]["size"]) == (SEGMENT, tree.totalsize())


def phandle_of(tree, path):
    """By which number other nodes refer to one."""
    return tree.getprop(tree.path_offset(path), "phandle").as_uint32()


def test_guest_tree_clocks(full):
    """SYC062 A device's clocks and regulators come with it, others do not, and no two phandles are the same."""
    tree = libfdt.Fdt((full.folder / "out/cell-guest.dtb").read_bytes())
    mmc = tree.path_offset("/soc/mmc@80000000")
    fast, slow, power = (phandle_of(tree, path) for path in ("/clock-fast", "/clock-slow",
                                                             "/regulator-power"))
    assert len({fast, slow, power, phandle_of(tree, "/hypervisor")}) == 4
    assert struct.unpack(">2I", bytes(tree.getprop(mmc, "clocks"))) == (fast, slow)
    assert tree.getprop(mmc, "vmmc-supply").as_uint32() == power
    assert tree.getprop(tree.path_offset("/clock-slow"), "clock-frequency").as_uint32() == 32768
    assert tree.getprop(mmc, "bus-width").as_uint32() == 4
    assert bytes(tree.getprop(mmc, "non-removable")) == b""
    assert tree.path_offset("/clock-unused", libfdt.QUIET_NOTFOUND) < 0


def test_guest_tree_without_devices(syscc, good):
    """SYC063 A cell that has no devices has no clocks."""
    result = syscc.compile(good.replace("devices = <&mmc>;", "", 1))
    assert result.status == 0
    tree = libfdt.Fdt((result.folder / "out/cell-guest.dtb").read_bytes())
    assert tree.path_offset("/clock-fast", libfdt.QUIET_NOTFOUND) < 0
    assert tree.path_offset("/regulator-power", libfdt.QUIET_NOTFOUND) < 0


def memory_of(result, cell):
    """Numbers of the memory in the device tree of a cell."""
    tree = libfdt.Fdt((result.folder / f"out/cell-{cell}.dtb").read_bytes())
    reg = bytes(tree.getprop(tree.path_offset("/memory@10000"), "reg"))
    return list(struct.unpack(f">{len(reg) // 4}I", reg))


def test_guest_tree_memory(full):
    """SYC064 An operating system is told of all that it may write, up to the device tree, as one range."""
    assert memory_of(full, "guest") == [0x10000, 0x1fd000]
    entry = environments(full)["guest"]["device-tree"]
    assert entry["address"] == 0x10000 + 0x1fd000 and entry["rights"] == 1


@pytest.mark.parametrize("bytes_of_arguments", [1, 1000])
@pytest.mark.parametrize("pages", [0x40, 0x201, 0x600])
def test_guest_tree_memory_ends_at_the_tree(syscc, good, pages, bytes_of_arguments):
    """SYC065 That range ends at the device tree, whatever the sizes of memory and tree are."""
    segments = "".join(f"s{n} {{ size = <0x1000>; shared-by = <&guest &helper>; }};\n"
                       for n in range(30 if bytes_of_arguments > 1 else 0))
    result = syscc.compile(good.replace("memory = <0x200000>", f"memory = <{pages << 12:#x}>")
                           .replace("console=hvc0 quiet", "x" * bytes_of_arguments)
                           .replace("segments {", "segments {\n" + segments))
    assert result.errors == []
    base, size = memory_of(result, "guest")
    entry = environments(result)["guest"]["device-tree"]
    assert base == 0x10000 and base + size == entry["address"]
    assert size + (entry["size"] + 0xfff & ~0xfff) + 0x2000 == pages << 12


def test_native_tree_memory(syscc, good):
    """SYC066 A native cell is told of all its memory: the stack is apart."""
    result = syscc.compile(good.replace("device-tree;\n\t\t\tvmmu;", "device-tree;"))
    assert result.errors == []
    assert memory_of(result, "guest") == [0x10000, 0x1fe000, 0x20f000, 0x2000]


def test_only_who_wants_a_tree(full):
    """SYC067 Only a cell that wants a device tree gets one."""
    assert [name for name in os.listdir(full.folder / "out") if name.endswith(".dtb")] == ["cell-guest.dtb"]


# Files ------------------------------------------------------------------------------

def test_unchanged_files_keep_their_date(syscc, good):
    """SYC068 A second run with another priority touches what it changes only."""
    syscc.compile(good)
    out = syscc.folder / "out"
    for path in out.iterdir():
        os.utime(path, (1, 1))
    assert syscc.compile(good.replace("priority = <200>;", "priority = <201>;")).status == 0
    changed = {path.name for path in out.iterdir() if path.stat().st_mtime != 1}
    assert changed == {"tables.c", "system.txt", "system.dot"}


def test_errors_leave_old_files(syscc, good):
    """SYC069 A description with an error changes nothing that an earlier run wrote."""
    syscc.compile(good, "--depfile", "out/deps")
    before = {path.name: path.read_bytes() for path in (syscc.folder / "out").iterdir()}
    assert syscc.compile(good.replace("depth = <16>;", "depth = <0>;"), "--depfile",
                         "out/deps").status == 1
    assert {path.name: path.read_bytes() for path in (syscc.folder / "out").iterdir()} == before


def test_no_half_written_output(syscc, good):
    """SYC070 If one file cannot be written, none is, and no temporary file stays."""
    (syscc.folder / "out/system.dot.tmp").mkdir()
    result = syscc.compile(good)
    assert result.status == 2
    assert result.errors == ["syscc: cannot write 'out/system.dot': Is a directory"]
    assert [path.name for path in (syscc.folder / "out").iterdir()] == ["system.dot.tmp"]


def test_missing_folder(syscc, good):
    """SYC071 A folder for output that is not there is named."""
    (syscc.folder / "out").rmdir()
    result = syscc.compile(good)
    assert result.status == 2
    assert result.errors == ["syscc: cannot write 'out/tables.c': No such file or directory"]


def test_depfile(syscc, good):
    """SYC072 The rule for make names the images and symbol files that were read."""
    syscc.compile(good, "--depfile", "out/deps", "--target", "out/stamp")
    lines = (syscc.folder / "out/deps").read_text().splitlines()
    assert lines[0] == "out/stamp: system.dtb \\"
    assert "  images/plain/plain.elf \\" in lines or "  images/plain/plain.elf" in lines
    assert any("images/small/small.sym" in line for line in lines)
    assert "images/small/small.elf:" in lines
    syscc.compile(good, "--depfile", "out/deps")
    assert (syscc.folder / "out/deps").read_text().startswith("out/tables.c: system.dtb")


def test_same_twice(syscc, good):
    """SYC073 The same input gives the same bytes."""
    first = syscc.compile(good)
    texts = {name: first.text(name) for name in ("tables.c", "images.S", "system.txt", "system.dot")}
    for name in texts:
        (syscc.folder / "out" / name).unlink()
    second = syscc.compile(good)
    assert texts == {name: second.text(name) for name in texts}


# Command line -------------------------------------------------------------------------

def test_help(syscc):
    """SYC074 --help tells how to call it."""
    result = syscc.call("--help")
    assert result.status == 0 and result.stdout.startswith("Usage: syscc")


@pytest.mark.parametrize("arguments", [[], ["a.dtb"], ["--images", "i", "--out", "o"], ["--unknown"],
                                       ["--images", "i", "--out", "o", "a.dtb", "b.dtb"]])
def test_wrong_arguments(syscc, arguments):
    """SYC075 Wrong arguments are an error that tells how to call it."""
    result = syscc.call(*arguments)
    assert result.status == 2 and any("Usage: syscc" in line for line in result.errors)


@pytest.mark.parametrize("missing", ["system.dtb", "config", "map.dts"])
def test_missing_input(syscc, good, missing):
    """SYC076 An input that is not there is named."""
    syscc.compile(good)
    (syscc.folder / missing).unlink()
    result = syscc.call("--config", "config", "--images", "images", "--out", "out", "--source-map",
                        "map.dts", "system.dtb")
    assert result.status == 2
    assert result.errors == [f"syscc: cannot read '{missing}': No such file or directory"]


def test_without_source_map(syscc, good):
    """SYC077 Without a source map messages name the device tree's file alone."""
    syscc.compile(good.replace("priority = <200>;", "priority = <300>;"))
    blob = (syscc.folder / "system.dtb").read_bytes()
    assert syscc.compile_blob(blob).errors[0] == ("system.dtb: [CEL-001] priority 300 of cell "
                                                   "'console' is above 255, the most urgent. Lower it")


def test_rules_are_listed(syscc):
    """SYC078 --list-rules prints one line for each rule: id, subject, sentence."""
    for line in syscc.call("--list-rules").stdout.splitlines():
        rule, subject, sentence = line.split("\t")
        assert re.fullmatch(r"[A-Z]{3}-\d{3}|HINT-\d{3}", rule) and subject and sentence.endswith(".")


def test_strange_folder_name(syscc, good, tmp_path):
    """SYC079 Blanks in file names reach the assembler unharmed."""
    odd = tmp_path / "a b"
    os.rename(syscc.folder / "images", odd)
    os.symlink(odd, syscc.folder / "images")
    syscc.compile(good)
    blob = (syscc.folder / "system.dtb").read_bytes()
    (syscc.folder / "system.dtb").write_bytes(blob)
    assert syscc.call("--images", "a b", "--out", "out", "system.dtb").status == 0
    assert subprocess.run(["arm-none-eabi-gcc", "-c", "-o", "images.o", "out/images.S"],
                          cwd=syscc.folder, check=False).returncode == 0


# Variations ---------------------------------------------------------------------------

def test_shared_interrupt(syscc, good):
    """SYC080 Devices of one cell may share an interrupt: it is then one vIRQ."""
    board = (syscc.folder / "board.dtsi").read_text()
    (syscc.folder / "board.dtsi").write_text(board.replace("<0 21 4>", "<0 20 4>"))
    result = syscc.compile(good.replace("devices = <&mmc>", "devices = <&pair0 &pair1>"))
    assert result.errors == []
    env = environments(result)["guest"]
    assert env["pair0"]["virq"] == env["pair1"]["virq"] != 0
    assert env["pair1"]["address"] == env["pair0"]["address"] + 0x200
    assert result.text("tables.c").count(", 0x10013000, ") == 1


def test_neighbouring_interrupts(syscc, good):
    """SYC081 Routes side by side leave no gap in the table, alone or at the ends."""
    board = (syscc.folder / "board.dtsi").read_text()
    (syscc.folder / "board.dtsi").write_text(board.replace("<0 9 4>, <0 10 4>", "<0 7 4>, <0 63 4>"))
    result = syscc.compile(good)
    routes = block(result, "irq_routes")
    assert "[38] = { MV_NONE, IRQ_UNROUTED }" in routes
    assert re.search(r"\[95\] = { \d+, IRQ_LEVEL }, /\* mmc of guest", routes)
    build_tables(result)


def block(result, name):
    return result.text("tables.c").split(f"{name}[] TABLE = {{\n")[1].split("};")[0]


def test_board_without_reset(syscc, good):
    """SYC082 A board without a reset device is good, and its tables compile."""
    board = (syscc.folder / "board.dtsi").read_text()
    (syscc.folder / "board.dtsi").write_text(board.replace("reset = <&sysreg>;", ""))
    result = syscc.compile(good)
    assert "\t.reset = NULL,\n" in result.text("tables.c")
    build_tables(result)


def test_image_with_bss_only(syscc, good):
    """SYC083 Memory that is only cleared has no bytes in the image store."""
    result = syscc.compile(good.replace('image = "plain"', 'image = "bare"'))
    assert result.errors == []
    assert "{ NULL, 0x00011000, 0x0, 0x100 }, /* data */" in block(result, "loads_helper")
    assert "image_helper_1" not in result.text("images.S")
    build_tables(result)


def test_bare_system(syscc):
    """SYC084 Of a description of one cell with nothing every table has at least one entry."""
    result = syscc.compile('/dts-v1/;\n#include "board.dtsi"\n/ { model = "Bare"; cells { only {'
                           ' image = "plain"; memory = <0x4000>; priority = <1>; timers = <0>;'
                           ' accept-hints = "HINT-008"; }; }; };\n')
    assert result.errors == []
    build_tables(result)


def test_largest_system(syscc):
    """SYC085 A description may have as many cells and channels as the configuration allows."""
    cells = "".join(f"c{n}: c{n} {{ image = \"plain\"; memory = <0x4000>; priority = <1>; }};\n"
                    for n in range(16))
    channels = "".join(f"x{n} {{ ends = <&c{n % 16} &c{(n + 1 + n // 16) % 16}>; depth = <2>; }};\n"
                       for n in range(64))
    result = syscc.compile(f'/dts-v1/;\n#include "board.dtsi"\n/ {{ model = "Large"; cells {{\n{cells}}};\n'
                           f"channels {{\n{channels}}}; }};\n")
    assert result.errors == []
    build_tables(result)
