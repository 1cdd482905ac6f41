# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The documents are true to the tree: links, commands, paths, names, tables.

Reads the Markdown files at the top and in docs/. What a guide has its reader
write (an example cell, an example board) is named in MADE_BY_READER.
"""

import contextlib
import glob
import os
import re
import subprocess

import pytest

import test_index  # of scripts, see conftest.py

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
DOCS = sorted(os.path.relpath(path, TOP) for path in
              glob.glob(f"{TOP}/*.md") + glob.glob(f"{TOP}/docs/*.md"))
FOLDERS = ("arch", "configs", "core", "docs", "drivers", "dts", "guests", "include", "scripts",
           "test", "LICENSES", ".ci")
MADE_BY_READER = re.compile(r"realview-pbx-a9|dts/products/(hello|kernel|mine|guard|watchdog)\.dts"
                            r"|guests/(greeter|counter|guard|clumsy|watchdog|worker|kernel|hello-?\w+)"
                            r"|greeting|NAME|<|\*|\.\.\.|/x\.|configs/(product|kernel)")
MACHINE_PATH = re.compile(r"(?<![\w.$])/(home|root|work|mnt|Users|opt)/\S*|file://\S*")
SETTING = re.compile(r"^[A-Z_]+=")
TEXTS = (".md", ".yaml", ".c", ".h", ".S", ".py", ".sh", ".dts", ".dtsi")


def read(name):
    """A file of the tree as text."""
    with open(os.path.join(TOP, name), encoding="utf-8") as file:
        return file.read()


def number(text, where):
    """The line number of an offset in a text."""
    return text.count("\n", 0, where) + 1


def without_code(text):
    """The text with code blocks and code spans blanked, lines kept."""
    text = re.sub(r"^```.*?^```$", lambda m: re.sub(r"[^\n]", " ", m.group()), text,
                  flags=re.M | re.S)
    text = re.sub(r"(?<=\n)(    |\t).*", lambda m: " " * len(m.group()), text)
    return re.sub(r"`[^`\n]*`", lambda m: " " * len(m.group()), text)


def anchors(name):
    """The anchors of a Markdown file, as GitHub makes them of headings."""
    found = set()
    for heading in re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", read(name),
                                                   flags=re.M | re.S), re.M):
        plain = re.sub(r"[^\w\- ]", "", heading.lower())
        found.add(plain.replace(" ", "-"))
    return found


def make_targets():
    """What `make help` names, and the products."""
    environment = {key: value for key, value in os.environ.items()
                   if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "O")}
    run = subprocess.run(["make", "-s", "help"], cwd=TOP, capture_output=True, text=True,
                         env=environment, check=True)
    return set(re.findall(r"^  ([\w-]+)(?=  | [a-z])", run.stdout, re.M))


@pytest.mark.parametrize("doc", DOCS)
def test_links(doc):
    """DOC01 Every relative link leads to a file of the tree, and its anchor to a heading."""
    text = without_code(read(doc))
    wrong = []
    for match in re.finditer(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = match.group(1).partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        target = os.path.normpath(os.path.join(os.path.dirname(doc), path)) if path else doc
        if not os.path.exists(os.path.join(TOP, target)):
            wrong.append(f"{doc}:{number(text, match.start())}: there is no {target}")
        elif anchor and anchor not in anchors(target):
            wrong.append(f"{doc}:{number(text, match.start())}: {target} has no '{anchor}'")
    assert not wrong, "\n".join(wrong)


def test_make_targets():
    """DOC02 Every `make TARGET` in a document is a target that `make help` names."""
    known, wrong = make_targets(), []
    for doc in DOCS:
        text = read(doc)
        for match in re.finditer(r"(?:^ {4}|^\t|`|^\$ )make((?: +[^\s`#]+)*)", text, re.M):
            for word in match.group(1).split():
                if SETTING.match(word) or word.startswith("-") or MADE_BY_READER.search(word):
                    continue
                if not re.fullmatch(r"[a-z][\w-]*", word):
                    break
                if word not in known and not glob.glob(f"{TOP}/**/configs/{word}", recursive=True):
                    wrong.append(f"{doc}:{number(text, match.start())}: make {word}")
    assert not wrong, "\n".join(wrong)


def test_paths():
    """DOC03 Every path of the tree that a document mentions exists."""
    pattern = re.compile(rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./*<>-]*")
    wrong = []
    for doc in DOCS:
        text = re.sub(r"\]\([^)]*\)", "]", read(doc))
        for match in pattern.finditer(text):
            path = match.group().rstrip(".")
            source = re.sub(r"\.o$", ".c", path)  # of an object, what it is made from
            if not MADE_BY_READER.search(path) and not any(
                    os.path.exists(f"{TOP}/{name}") for name in (path, source, source[:-1] + "S")):
                wrong.append(f"{doc}:{number(text, match.start())}: there is no {path}")
    assert not wrong, "\n".join(wrong)


def test_machine_paths():
    """DOC04 No document names a place on somebody's machine."""
    wrong = [f"{doc}:{number(read(doc), match.start())}: {match.group()}"
             for doc in DOCS for match in MACHINE_PATH.finditer(read(doc))]
    if TOP.count("/") > 1:  # a tree in /mullion is no place of its own
        wrong += [f"{doc}: {TOP}" for doc in DOCS if TOP in read(doc)]
    assert not wrong, "\n".join(wrong)


def test_all_reachable():
    """DOC05 Every document can be reached from the README by links."""
    seen, ahead = set(), ["README.md"]
    while ahead:
        doc = ahead.pop()
        if doc in seen or not os.path.exists(f"{TOP}/{doc}"):
            continue
        seen.add(doc)
        ahead += [os.path.normpath(os.path.join(os.path.dirname(doc), path))
                  for path in re.findall(r"\]\(([^)\s#:]+\.md)", read(doc))]
    assert not set(DOCS) - seen, f"no link leads to {', '.join(sorted(set(DOCS) - seen))}"


def test_options():
    """DOC06 Every option that a document names is in a Kconfig file."""
    kconfig = "".join(read(os.path.relpath(path, TOP)) for path in
                      glob.glob(f"{TOP}/**/Kconfig", recursive=True))
    known = set(re.findall(r"^(?:menu)?config (\w+)$", kconfig, re.M))
    wrong = []
    for doc in DOCS:
        text = read(doc)
        own = set(re.findall(r"^\s*config (\w+)$", text, re.M))  # the document has the reader add it
        for match in re.finditer(r"\bCONFIG_([A-Z0-9_]+)\b", text):
            name = match.group(1)
            if name not in known | own | {"X"} and not name.endswith("_") and \
                    not name.endswith("_PBX_A9"):
                wrong.append(f"{doc}:{number(text, match.start())}: CONFIG_{name}")
    assert not wrong, "\n".join(wrong)


def test_internal_names():
    """DOC07 Every function and structure that internals.md names is in the sources."""
    sources = "".join(read(os.path.relpath(path, TOP)) for folder in
                      ("core", "arch", "drivers", "include", "scripts", "guests/lib") for path in
                      glob.glob(f"{TOP}/{folder}/**/*", recursive=True)
                      if path.endswith((".c", ".h", ".S", ".yaml", ".py")))
    words = set(re.findall(r"\w+", sources))
    text = read("docs/internals.md")
    wrong = []
    for span in re.finditer(r"`([^`\n]+)`", text):
        for name in re.findall(r"\b[a-z]\w*_\w*[a-z]\b", span.group(1)):
            if name not in words and "/" not in span.group(1):
                wrong.append(f"docs/internals.md:{number(text, span.start())}: {name}")
    assert not wrong, "\n".join(wrong)


def test_panic_codes():
    """DOC08 The table of panic codes is that of include/core/panic.h."""
    source = {name: int(code, 16) for name, code in
              re.findall(r"^\t(PANIC_\w+) = (0x[0-9a-f]+),", read("include/core/panic.h"), re.M)}
    table = {name: int(code, 16) for code, name in
             re.findall(r"^\| `(0x[0-9a-f]+)` \| `(PANIC_\w+)` \|", read("docs/internals.md"), re.M)}
    assert table == source


def test_port_cost():
    """DOC09 The porting guide's figures for realview-pb-a8 are those of the tree, within a tenth."""
    guide = read("docs/porting.md")
    for path, place in (("dts/boards/realview-pb-a8.dtsi", r"<board>\.dtsi` \| (\d+)"),
                        ("configs/realview-pb-a8_defconfig", r"<board>_defconfig` \| (\d+)"),
                        ("drivers/reset/realview.c", r"reset \| (\d+)"),
                        ("drivers/timer/sp804.c", r"the timer \| (\d+)")):
        told, lines = int(re.search(place, guide).group(1)), read(path).count("\n")
        assert abs(told - lines) <= lines / 10, f"docs/porting.md: {path} has {lines} lines"


def test_hello_product(tmp_path):
    """DOC10 The product in the user guide is accepted by the system compiler."""
    block = re.search(r"^    /dts-v1/;\n(?:(?:    .*)?\n)*?    \};\n", read("docs/user-guide.md"),
                      re.M).group()
    (tmp_path / "hello.dts").write_text(re.sub(r"^    ", "", block, flags=re.M))
    environment = {key: value for key, value in os.environ.items()
                   if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "O")}
    make = ["make", "-s", f"O={tmp_path}/out"]
    subprocess.run(make + ["vexpress-a9_defconfig"], cwd=TOP, env=environment, check=True)
    with open(f"{tmp_path}/out/.config", encoding="utf-8") as file:
        config = file.read().replace("dts/products/demo.dts", f"{tmp_path}/hello.dts")
    with open(f"{tmp_path}/out/.config", "w", encoding="utf-8") as file:
        file.write(config)
    run = subprocess.run(make + ["-j2", "tables"], cwd=TOP, env=environment, capture_output=True,
                         text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_figures():
    """DOC11 The figures in the README are those of docs/benchmarks.md."""
    row = re.compile(r"^\| `(\w+)` \| [^|]* \| ([^|]*?) \|", re.M)
    measured = dict(row.findall(read("docs/benchmarks.md").split("## Beside")[0]))
    shown = dict(row.findall(read("README.md")))
    assert shown
    wrong = [f"README.md: {name} is {shown[name]}, but in docs/benchmarks.md {measured.get(name)}"
             for name in shown if shown[name] != measured.get(name)]
    assert not wrong, "\n".join(wrong + ["`make docs` corrects it"])


# The tests of promises ----------------------------------------------------------------

@pytest.fixture(scope="module", name="ids")
def all_ids():
    """The ids of all tests, and of the rules of the system compiler, each of which has one."""
    with contextlib.chdir(TOP):
        found = {test.id for test in test_index.all_tests()}
    return found | set(re.findall(r"^\| ([A-Z]+-\d+) \|", read("docs/validators.md"), re.M))


def unknown_ids(ids, name, text):
    """Ids in a text that nothing has: with a prefix of tests, in brackets, or after `test: `."""
    prefixes = "|".join(sorted({known[:3] for known in ids if known[3].isdigit()}))
    named = re.compile(rf"(?<![\w-])(?:(?:{prefixes})|UNI-[A-Z]+-)\d+(?![\w-])"
                       r"|(?<=\[)[A-Z]{3,4}-?(?:[A-Z]+-)?\d+(?=\](?!\())"
                       r"|(?<=, test: )[^,}\s]+(?=\})")
    return [f"{name}:{number(text, match.start())}: there is no test {match.group()}"
            for match in named.finditer(text) if match.group() not in ids]


def test_ids_exist(ids):
    """DOC12 Every test that a document, a declaration or a comment names exists."""
    paths = glob.glob(f"{TOP}/*.md")
    for folder in FOLDERS:
        paths += glob.glob(f"{TOP}/{folder}/**/*", recursive=True)
    wrong = []
    for name in (os.path.relpath(path, TOP) for path in sorted(paths) if path.endswith(TEXTS)):
        wrong += unknown_ids(ids, name, read(name))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("text", ["It holds. [{}]", "/* Tried by {}. */", "{{code: SIZE, " + "test: {}}}"],
                         ids=["document", "comment", "declaration"])
@pytest.mark.parametrize("made_up", ["UNI-" + "CAP-999", "UNI-" + "NOTHING-001", "MAK" + "999"])
def test_made_up_id_is_found(ids, text, made_up):
    """DOC13 An id that no test has is found, with its line, wherever it stands; one that there is, is not."""
    assert unknown_ids(ids, "x", "\n" + text.format(made_up)) == [f"x:2: there is no test {made_up}"]
    assert not unknown_ids(ids, "x", text.format("UNI-CAP-001") + text.format("DOC13"))


@pytest.mark.parametrize("text", ["It holds. [" + "XYZ01]", "It holds. [" + "SYN-999]", "{code: SIZE, " + "test: soon}"])
def test_made_up_prefix_is_found(ids, text):
    """DOC14 So is one with a prefix that no test has, that of a rule that is not there, and what is no id."""
    assert len(unknown_ids(ids, "x", text)) == 1
    assert not unknown_ids(ids, "x", "It holds. [SYN-001] It is so [there](docs/tests.md).")
