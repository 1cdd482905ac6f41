# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""What device trees have by convention means here what it means elsewhere:
disabled nodes, reserved memory, aliases. And names that nobody could change."""

import libfdt

from conftest import HERE


def small(syscc, *changes):
    """The small product with changes, which must be good."""
    source = (HERE / "small.dts").read_text()
    for old, new in changes:
        assert old in source
        source = source.replace(old, new, 1)
    result = syscc.compile(source)
    assert (result.errors, result.status) == ([], 0)
    return result


def without(text, start):
    """The description without the node that begins so."""
    at = text.index(start)
    return text[:at] + text[text.index("};", at) + 2:]


def test_disabled_cell(syscc, good):
    """SYC020 A cell that is disabled is not there: the same as without its node."""
    source = good.replace("controls = <&helper>;", "").replace("shared-by = <&helper &control>", "shared-by = <&control>")
    source = without(source, "report {")
    bare = syscc.compile(without(source, "helper: helper {"))
    assert bare.errors == []
    tables = bare.text("tables.c")
    result = syscc.compile(source.replace('image = "plain";', 'image = "not-built"; status = "disabled";'))
    assert result.errors == []
    assert result.text("tables.c") == tables


def test_disabled_objects(syscc, good):
    """SYC021 Channels, segments and vIRQs that are disabled are not there; okay is the default."""
    source = good.replace("\t\t\tone-way;", '\t\t\tone-way; status = "disabled";')
    source = source.replace("at = <0x48000000>;", 'at = <0x48000000>; status = "disabled";')
    source = source.replace("\t\tping {", '\t\tping { status = "disabled";')
    source = source.replace("\t\talarm {", '\t\talarm { status = "okay";')
    result = syscc.compile(source)
    assert result.errors == []
    text = result.text("system.txt")
    assert "report" not in text and "pinned" not in text and "ping" not in text and "alarm" in text


def test_disabled_refers_to_disabled(syscc, good):
    """SYC022 DTS-002: what is disabled may refer to what is disabled."""
    source = good.replace("controls = <&helper>;", "").replace("shared-by = <&helper &control>", "shared-by = <&control>")
    source = source.replace('image = "plain";', 'image = "plain"; status = "disabled";')
    result = syscc.compile(source.replace("\t\t\tone-way;", '\t\t\tone-way; status = "disabled";'))
    assert result.errors == []


def test_memreserve(syscc):
    """SYC023 Memory in /memreserve/ is given to nobody: cells go around it, also if it is no whole page."""
    result = small(syscc, ("/dts-v1/;", "/dts-v1/; /memreserve/ 0x60200000 0x8001; /memreserve/ 0x60000000 0x100;"))
    text = result.text("system.txt")
    assert "0x60200000-0x60208000    32769 B  kept free (/memreserve/)" in text
    assert "0x60209000-0x60218fff     64 KiB  cell console" in text
    assert "0x60000000-0x600000ff      256 B  kept free (/memreserve/)" in text
    assert "0x60000100-0x6000ffff    65280 B  left to the boot loader" in text


def test_aliases(syscc, good):
    """SYC024 A guest is told of the aliases of its devices, at their places in its tree."""
    result = syscc.compile(good.replace("\tcells {", "\taliases { mmc0 = &mmc; serial0 = &uart0; };\n\tcells {", 1))
    assert result.errors == []
    tree = libfdt.Fdt((result.folder / "out/cell-guest.dtb").read_bytes())
    aliases = tree.path_offset("/aliases")
    assert tree.getprop(aliases, "mmc0").as_str() == "/soc/mmc@80000000"
    assert tree.path_offset("mmc0") == tree.path_offset("/soc/mmc@80000000")
    assert tree.getprop(aliases, "serial0", [libfdt.NOTFOUND]) == -libfdt.NOTFOUND


def test_no_aliases(syscc, good):
    """SYC025 A guest whose devices have no aliases has no empty node for them."""
    result = syscc.compile(good.replace("\tcells {", "\taliases { serial0 = &uart0; };\n\tcells {", 1))
    assert result.errors == []
    tree = libfdt.Fdt((result.folder / "out/cell-guest.dtb").read_bytes())
    assert tree.path_offset("/aliases", [libfdt.NOTFOUND]) == -libfdt.NOTFOUND


def test_console_that_is_a_monitor(syscc, good):
    """SYC026 NAM-004: channel and right to restart are both named after the cell; kinds tell them apart."""
    source = good.replace("monitor = <&control>;", "monitor = <&console>;")
    result = syscc.compile(source.replace("controls = <&helper>;", "controls = <&helper &console>;"))
    assert result.problems == []
    for cell, name in (("console", "guest"), ("control", "console")):
        env = result.text("tables.c").split(f"env_{cell}")[1].split("};")[0]
        assert env.count(f'"{name}"') >= 2


def test_tree_of_a_cell_named_system(syscc, good):
    """SYC177 The tree of a guest takes the place of no other file, whatever the guest's name."""
    renamed = good.replace("guest: guest {", "guest: system {").replace('system = "reset", "check";', "")
    result = syscc.compile(renamed)
    assert result.status == 0, result.errors
    assert (result.folder / "out/cell-system.dtb").exists()
    assert not (result.folder / "out/system.dtb").exists()
