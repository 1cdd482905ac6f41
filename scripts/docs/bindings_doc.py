#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Makes two references of the documents; `make docs` calls it.

`bindings_doc.py --system-description` prints docs/system-description.md from
dts/bindings/*.yaml, `bindings_doc.py --validators` prints docs/validators.md
from the tables in scripts/syscc/rules/.
"""

import argparse
import pathlib
import re

import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
BOARD = ["microvisor", "ram", "soc", "device", "clock", "regulator", "processors", "processor"]
PRODUCT = ["system", "cell", "channel", "segment", "virq"]
TYPES = {"uint32": "number", "uint32-array": "numbers", "phandle": "reference",
         "phandle-array": "references", "string": "text", "string-array": "texts", "flag": "flag"}
# Properties that dt-schema knows and does not let a binding describe.
STANDARD = {
    "ranges": ("flag", "The bus has the addresses of the processor."),
    "interrupt-controller": ("flag", "It is an interrupt controller."),
    "clock-frequency": ("number", None),
    "regulator-min-microvolt": ("number", None),
    "regulator-max-microvolt": ("number", None),
    **{f"{name}-supply": ("reference", None) for name in ("vdd33a", "vddvario", "vmmc", "vqmmc")},
}

HEAD = """\
<!-- SPDX-License-Identifier: BSD-2-Clause -->
<!-- SPDX-FileCopyrightText: The Mullion authors -->
<!-- Generated from {} by `make docs`; change those instead. -->
"""

INTRODUCTION = HEAD.format("dts/bindings/") + """\
# System description

A product is described by one device tree in `dts/products/`. It includes the
board's `.dtsi`, which has the hardware facts, and adds the cells with what they
have in common. The smallest one:

```dts
/dts-v1/;

#include MV_BOARD_DTSI

/ {
	model = "Smallest product";

	cells {
		console: console {
			image = "console";
			memory = <0x10000>;
			priority = <200>;
			devices = <&uart0>;
		};

		hello {
			image = "hello";
			memory = <0x10000>;
			priority = <100>;
			console = <&console>;
		};
	};
};
```

`MV_BOARD_DTSI` is the board that the configuration chooses; a product for one
board names its file instead (`"boards/vexpress-a9.dtsi"`). `CONFIG_SYSTEM_DTS`
chooses the product. The usual device tree syntax holds: `label: name { };`
defines a node, `<&label>` refers to it, numbers are C expressions in
parentheses or literals; C comments, `#include` and `#define` work.

`make show-system` shows what the system compiler makes of it: cells, memory, interrupts,
rights and a drawing. The system compiler reports everything that it does not accept, all
at once, each with file and line, the rule, and the cure ([validators](validators.md)). It
accepts nothing that is not listed here. If in doubt about a property, leave it out: every
default is what most products want.

A *reference* is `<&label>`, a *flag* is there or not, a *number* has 32 bits. A value of
another type, as `priority = "200"`, is an error.

Device trees have these by convention:

| in the source | what happens |
|---|---|
| `status = "disabled"` in a cell, channel, segment or vIRQ | it is not there; what refers to it is an error |
| the same in a device | no cell can have it |
| any other status but `"okay"` | an error |
| `/memreserve/ ADDRESS SIZE;` | nobody gets that memory |
| `/aliases` | a guest finds those of its devices in its own device tree; one that names no device is an error |
| CPUs in bits 8 to 15 of a private interrupt's trigger | without meaning: there is one CPU |
| `/chosen`, `/reserved-memory` and other unknown nodes | an error that says what to write instead |
| `/plugin/;` | an error: a description is no overlay |
| `/omit-if-no-ref/` | dtc leaves the node out if it has no label |
| `phandle = ...;`, `/__symbols__` | dtc writes these; other values than it would write are an error |
| bytes that are no ASCII characters | an error in a text; comments may have them |
| labels | names of devices, and what references refer to; else without meaning |

## Where things are

| addresses in a cell | what |
|---|---|
| 0x00010000 .. 0x3fffffff | its image and the rest of its memory; below it nothing, so that null pointers fault |
| 0x40000000 .. 0x7effffff | segments, in steps of 1 MiB |
| 0x7f000000 .. 0x7fffffff | symbols of other cells |
| 0x80000000 .. 0xeeffffff | registers of its devices, page by page |
| 0xef000000 .. 0xef01ffff | its vCPU pages and its environment (read-only) |
| 0xf0000000 .. 0xffffffff | the microvisor: not accessible; from 0xfff00000 on a guest's own translations |

Physical memory, from the start of RAM: `load-offset` bytes for the boot loader,
the microvisor, the image store, and from the next MiB on cells and segments:
first the memory that guests can write, then the rest; in both, pieces of 1 MiB or more
come first. A cell's image is linked at its virtual addresses; where its memory really is
never matters to it.
"""

VALIDATORS = HEAD.format("scripts/syscc/rules/") + """\
# Validators

The system compiler checks every description by these rules before it writes
anything. It reports all errors in one run, sorted by file and line:

    dts/products/x.dts:41: [MEM-003] cell 'linux' memory 0x80000000-0x80ffffff overlaps segment 'frames' (dts/products/x.dts:60) 0x80800000-0x81000000. Move one of them or leave out `address`

that is: the place, the rule, what is wrong with both names and both ranges, the
place of the other party, and the cure. Errors end the build; warnings do not.

If there are no errors it looks for descriptions that are legal but hardly meant so, and
gives a *hint* for each:

    dts/products/x.dts:47: hint: [HINT-001] monitor 'watch' (dts/products/x.dts:20) of cell 'linux' has at most priority 20, but the cell may have 60 and keep it waiting for ever. Make the monitor more urgent

A hint is printed once, by the `make` that compiles the description; what was built is good to
run. With `make HINTS=1` hints end the build as errors do. If you mean what is written
there, say so in the node that the hint is about, with the reason beside it, or in the
root node for the whole product:

    accept-hints = "HINT-001"; /* The cell is only as urgent for its first second. */

Each rule is one function in `scripts/syscc/rules/`, and each has cases in
`test/syscc/rules/` that break a good description and expect the exact message.
`syscc --list-rules` prints this list.
"""


def load(name):
    """One binding."""
    return yaml.safe_load((TOP / f"dts/bindings/{name}.yaml").read_text())


def one_line(text):
    return " ".join((text or "").split()).replace("|", "\\|")


def type_of(name, schema):
    """How a value is written."""
    if name in STANDARD:
        return STANDARD[name][0]
    reference = schema.get("$ref", "").rsplit("/", 1)[-1]
    if reference in TYPES:
        return TYPES[reference]
    return "text" if "enum" in schema or isinstance(schema.get("const"), str) else "numbers" \
        if "const" not in schema else "number"


def limits(schema):
    """What values are allowed, in words."""
    items = schema.get("items") if isinstance(schema.get("items"), dict) else {}
    words = schema.get("enum") or items.get("enum")
    if words:
        return ", ".join(f"`\"{word}\"`" for word in words)
    if "const" in schema:
        const = schema["const"]
        return f"`\"{const}\"`" if isinstance(const, str) else f"{const}"
    parts = []
    low, high = schema.get("minimum"), schema.get("maximum", items.get("maximum"))
    if low is not None and high is not None:
        parts.append(f"{number(low)} to {number(high)}")
    elif high is not None:
        parts.append(f"at most {number(high)}")
    elif low is not None:
        parts.append(f"at least {number(low)}")
    if "multipleOf" in schema:
        parts.append(f"multiple of {number(schema['multipleOf'])}")
    return ", ".join(parts)


def number(value):
    """Sizes and addresses as people write them."""
    return f"{value:#x}" if value >= 0x1000 and value % 0x1000 in (0, 0xfff) else str(value)


def default(name, schema, required):
    if name in required:
        return "*required*"
    value = schema.get("default")
    if value is None:
        return ""
    return f"`\"{value}\"`" if isinstance(value, str) else number(value)


def rows(properties, required):
    """The table of a node's properties."""
    yield "| property | value | default | meaning |"
    yield "|---|---|---|---|"
    order = [name for name in required if name in properties]
    order += [name for name in properties if name not in order]
    for name in order:
        schema = properties[name] if isinstance(properties[name], dict) else {}
        if name.startswith("$") or name == "phandle" or schema.get("type") == "object":
            continue
        value = type_of(name, schema)
        allowed = limits(schema)
        text = one_line(schema.get("description") or STANDARD.get(name, ("", ""))[1])
        yield (f"| `{name}` | {value}{': ' + allowed if allowed else ''} | "
               f"{default(name, schema, required)} | {text} |")


def node_of(binding):
    """Where the node stands, as a reader writes it."""
    name = (binding.get("properties") or {}).get("$nodename", {})
    name = name.get("const") or re.sub(r"\[[^]]*\]\+", "...", name.get("pattern", "").strip("^$"))
    listed = [schema for schema in (binding.get("patternProperties") or {}).values()
              if isinstance(schema, dict) and "properties" in schema]
    if listed:
        return f"`/{name}/...`", listed[0]
    return ("`/`" if name == "/" else f"`/{name}`" if name else None), binding


def section(name):
    """One kind of node."""
    binding = load(name)
    where, schema = node_of(binding)
    yield f"### {binding['title']}" + (f": {where}" if where else "")
    yield ""
    yield binding["description"].strip()
    yield ""
    yield from rows(schema.get("properties", {}), schema.get("required", []))
    yield ""
    for example in binding.get("examples", []):
        yield "```dts"
        yield example.rstrip().replace("    ", "\t")
        yield "```"
        yield ""


def guest():
    """The tree that a guest finds: its nodes with their properties."""
    binding = load("guest")
    yield "## " + binding["title"]
    yield ""
    yield binding["description"].strip()
    yield ""
    yield "| node below /hypervisor | property | meaning |"
    yield "|---|---|---|"
    for name, schema in binding["properties"].items():
        if not isinstance(schema, dict) or schema.get("type") != "object":
            continue
        yield f"| `{name}/...` | | {one_line(schema['description'])} |"
        for child in schema["patternProperties"].values():
            for prop, value in child["properties"].items():
                text = one_line(value.get("description")) or \
                    {"interrupts": "Line and capability.", "reg": "Address and size."}[prop]
                yield f"| | `{prop}` | {text} |"
    yield ""
    for example in binding["examples"]:
        yield "```dts"
        yield example.rstrip().replace("    ", "\t")
        yield "```"


def system_description():
    """docs/system-description.md."""
    yield INTRODUCTION
    yield "## What a product says"
    yield ""
    for name in PRODUCT:
        yield from section(name)
    yield "## What a board says"
    yield ""
    for name in BOARD:
        yield from section(name)
    yield from guest()


def rules():
    """(subject, [(id, sentence)]) in the order in which they are checked."""
    folder = TOP / "scripts/syscc"
    sources = [path.read_text() for path in sorted((folder / "rules").glob("*.c"))]
    for name in re.findall(r"&(rules_\w+)", (folder / "rules.c").read_text()):
        source = next(text for text in sources if f"rule_set {name} =" in text)
        subject = re.search(rf"rule_set {name} = \{{ \"(.*?)\"", source)[1]
        table = source[source.index("struct rule rules[]"):]
        yield subject, re.findall(r'\{ "([A-Z]{3,4}-\d{3})",\s+"(.*?)"', table)


def validators():
    """docs/validators.md."""
    yield VALIDATORS
    for subject, listed in rules():
        yield f"## {subject[0].upper()}{subject[1:]}"
        yield ""
        yield "| rule | what holds |"
        yield "|---|---|"
        for rule, sentence in listed:
            yield f"| {rule} | {sentence} |"
        yield ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--system-description", action="store_true")
    parser.add_argument("--validators", action="store_true")
    options = parser.parse_args()
    lines = validators() if options.validators else system_description()
    print("\n".join(lines).rstrip("\n"))


if __name__ == "__main__":
    main()
