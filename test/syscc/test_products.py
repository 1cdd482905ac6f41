# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The products and boards of this tree: each product is good on each board, and
the bindings in dts/bindings say the same as the system compiler."""

import glob
import re
import subprocess

import libfdt
import pytest
import yaml

import elf
from conftest import TOP, run

BOARDS = sorted(glob.glob("dts/boards/*.dtsi", root_dir=TOP))
PRODUCTS = [path for folder in ("dts", "test", "test/bench")
            for path in sorted(glob.glob(f"{folder}/products/*.dts", root_dir=TOP))]
BINDINGS = sorted(glob.glob("dts/bindings/*.yaml", root_dir=TOP))


def preprocess(source, board, target):
    run(["cpp", "-nostdinc", "-undef", "-D__DTS__", "-x", "assembler-with-cpp", "-I", "dts", "-I",
         "include", f"-DMV_BOARD_DTSI=\"{board.removeprefix('dts/')}\"", source, target])


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("product", PRODUCTS)
def test_product(syscc, product, board):
    """SYC120 Each product is good with images of the usual shape; neither dtc nor the compiler complains."""
    source = (TOP / product).read_text()
    if "MV_BOARD_DTSI" not in source and board not in source and BOARDS[0] != board:
        pytest.skip(f"{product} is for one board")
    for image in set(re.findall(r'image = "([^"]+)"', source)):
        (syscc.folder / "images" / image).mkdir(exist_ok=True)
        (syscc.folder / "images" / image / f"{image}.elf").write_bytes(elf.GOOD)
    preprocess(product, board, syscc.folder / "product.pp")
    done = subprocess.run(["dtc", "-@", "-I", "dts", "-O", "dtb", "-o", "system.dtb", "product.pp"],
                          cwd=syscc.folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    result = syscc.call("--images", "images", "--out", "out", "system.dtb")
    assert [line for line in result.errors if "FLT-008" not in line] == []
    assert result.status == 0


@pytest.mark.parametrize("board", BOARDS)
def test_primecells_have_clocks(board, tmp_path):
    """SYC121 Every arm,primecell of a board has its clocks, the bus clock among them, by their names:
    Linux puts off the driver of one that has none for ever."""
    (tmp_path / "board.dts").write_text(f'/dts-v1/;\n#include "{TOP}/{board}"\n')
    run(["cpp", "-nostdinc", "-undef", "-x", "assembler-with-cpp", "board.dts", "board.pp"], tmp_path)
    run(["dtc", "-q", "-@", "-I", "dts", "-O", "dtb", "-o", "board.dtb", "board.pp"], tmp_path)
    tree = libfdt.Fdt((tmp_path / "board.dtb").read_bytes())
    soc, found = tree.path_offset("/soc"), 0
    node = tree.first_subnode(soc, [libfdt.NOTFOUND])
    while node >= 0:
        if b"arm,primecell\0" in bytes(tree.getprop(node, "compatible")):
            found += 1
            clocks = bytes(tree.getprop(node, "clocks"))
            names = bytes(tree.getprop(node, "clock-names"))[:-1].split(b"\0")
            assert len(clocks) == 4 * len(names) and names[-1] == b"apb_pclk", tree.get_name(node)
        node = tree.next_subnode(node, [libfdt.NOTFOUND])
    assert found >= 10


@pytest.fixture(scope="session")
def schema(tmp_path_factory):
    """All bindings in the form that dt-validate reads fast."""
    path = tmp_path_factory.mktemp("schema") / "schema.json"
    run(["dt-mk-schema", "-j", "-o", path, "dts/bindings"])
    return path


def validate(blob, schema):
    """What dt-validate says of a device tree."""
    done = subprocess.run(["dt-validate", "-s", schema, blob], capture_output=True, text=True,
                          check=False)
    return [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]


@pytest.mark.parametrize("binding", BINDINGS)
def test_binding(binding):
    """SYC122 Each binding is valid dt-schema."""
    done = subprocess.run(["dt-doc-validate", "-u", "dts/bindings", binding], cwd=TOP,
                          capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("product", PRODUCTS)
def test_product_schema(product, board, schema, tmp_path):
    """SYC123 Each product follows the bindings."""
    preprocess(product, board, tmp_path / "product.pp")
    run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", tmp_path / "x.dtb", tmp_path / "product.pp"])
    assert validate(tmp_path / "x.dtb", schema) == []


def test_good_schema(syscc, good, schema):
    """SYC124 The description that the tests use follows the bindings too."""
    syscc.compile(good)
    assert validate(syscc.folder / "system.dtb", schema) == []


def test_guest_schema(syscc, good, schema):
    """SYC125 A guest's device tree follows its binding."""
    syscc.compile(good)
    assert validate(syscc.folder / "out/cell-guest.dtb", schema) == []


@pytest.mark.parametrize("old, new", [("memory = <0x8000>;", ""), ("priority = <20>;", "priority = <300>;"),
                                      ('on-fault = "restart";', 'on-fault = "reboot";'),
                                      ("depth = <16>;", "depht = <16>;"),
                                      ("size = <0x2000>;", 'size = "large";')])
def test_bad_schema(syscc, good, schema, old, new):
    """SYC126 The bindings catch what is plainly wrong."""
    syscc.compile(good.replace(old, new, 1))
    assert validate(syscc.folder / "system.dtb", schema)


def known_properties(syscc):
    """{binding: {property: required}} of the system compiler."""
    known = {}
    for line in syscc.call("--list-properties").stdout.splitlines():
        binding, name, *required = line.split()
        known.setdefault(binding, {})[name] = bool(required)
    return known


def properties_of(binding):
    """The properties and the required ones of a binding, of the listed nodes if it lists any."""
    text = yaml.safe_load((TOP / f"dts/bindings/{binding}.yaml").read_text())
    for schema in text.get("patternProperties", {}).values():
        if isinstance(schema, dict) and "properties" in schema:
            text = schema
    names = {name for name, schema in text["properties"].items()
             if not name.startswith("$") and name != "phandle" and
             not (isinstance(schema, dict) and schema.get("type") == "object")}
    return names, set(text.get("required", []))


def test_bindings_and_compiler_agree(syscc):
    """SYC127 Bindings and system compiler know the same properties and need the same ones."""
    known = known_properties(syscc)
    assert {f"dts/bindings/{name}.yaml" for name in known} | {"dts/bindings/guest.yaml"} == \
        set(BINDINGS)
    for binding, properties in known.items():
        names, required = properties_of(binding)
        # dt-schema implies this one and does not let a binding name it.
        assert names == set(properties) - {"interrupt-parent"}, binding
        assert required == {name for name, needed in properties.items() if needed}, binding


@pytest.mark.parametrize("name", ["system-description", "validators"])
def test_reference_is_up_to_date(name):
    """SYC128 The references in docs/ are what is generated."""
    text = run(["/usr/bin/python3", "scripts/docs/bindings_doc.py", f"--{name}"])
    assert text == (TOP / f"docs/{name}.md").read_text(), "run `make docs`"


def test_reference_has_all_rules(syscc):
    """SYC129 docs/validators.md lists the rules of the system compiler in its order."""
    listed = re.findall(r"^\| ([A-Z]+-\d+) \| (.*) \|$", (TOP / "docs/validators.md").read_text(), re.M)
    rules = [line.split("\t") for line in syscc.call("--list-rules").stdout.splitlines()]
    assert listed == [(rule, sentence) for rule, _, sentence in rules]


def test_smallest_product(syscc):
    """SYC130 The example at the start of docs/system-description.md is good."""
    text = (TOP / "docs/system-description.md").read_text()
    source = text.split("```dts\n")[1].split("```")[0]
    for image in ("console", "hello"):
        (syscc.folder / "images" / image).mkdir()
        (syscc.folder / "images" / image / f"{image}.elf").write_bytes(elf.GOOD)
    result = syscc.compile(source.replace("MV_BOARD_DTSI", '"board.dtsi"'))
    assert (result.errors, result.status) == ([], 0)
