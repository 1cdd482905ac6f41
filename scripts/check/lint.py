# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Checks of the sources that need no running system: `make lint`.

Each check is one function with an id and a sentence (its docstring) that
yields a line for every problem. `lint.py --list` prints them; arguments choose
by id or part of the name. Files are those that git knows.
"""

import ast
import glob
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import kconfiglib

import check_steps
import test_index

OUT = os.environ.get("O", "build") + "/lint"
PREFIX = os.environ.get("CROSS_COMPILE") or "arm-none-eabi-"
LICENCES = ("BSD-2-Clause", "GPL-2.0-only", "GPL-2.0-or-later")
COPYRIGHT = "SPDX-FileCopyrightText: The Mullion authors"
MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 80
MEDIAN_FUNCTION_LINES = 15
IFS_PER_1000_LINES = 2.0
FETCHED = ("guests/notary/mac.c",)  # includes headers of a library that is not in the tree
CELLS = ("guests", "test/cells", "test/bench/cells")
LINUX = "guests/linux/"  # Linux has other options, headers and macros


class Skip(Exception):
    """A check that has nothing to look at, with the reason."""


def known_files():
    """Files known to git, also new ones; without git, all but output folders."""
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        return run.stdout.split("\n")
    names = []
    for folder, folders, here in os.walk("."):
        folders[:] = [name for name in folders if name not in (".git", "__pycache__") and
                      (folder != "." or not re.match("build(-|$)", name))]
        names += [os.path.relpath(os.path.join(folder, name)) for name in here]
    return names


def files(*suffixes, under=""):
    """Known files with one of the suffixes, below a folder."""
    prefix = under + "/" if under else ""
    return [name for name in known_files()
            if name.endswith(suffixes) and name.startswith(prefix) and os.path.isfile(name)]


def read(path):
    """A file as text."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def tool(*command):
    """Run a linter; its output lines are the problems if it fails."""
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        return
    yield from (line for line in (run.stdout + run.stderr).splitlines() if line.strip())


def silent(*command):
    """Run a tool whose exit status cannot be relied on: any output is a problem."""
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    yield from (line for line in (run.stdout + run.stderr).splitlines() if line.strip())


def some(names, what):
    """The names, or Skip when there are none yet."""
    if not names:
        raise Skip(f"there is no {what}")
    return names


# Layout and licences -------------------------------------------------------

def lint_format():
    """LNT01 C files are laid out as .clang-format says (cure: make format)."""
    # Files for Linux have the layout of Linux, and assembly macros in headers.
    names = some([name for name in files(".c", ".h")
                  if "/golden/" not in name and not name.startswith(f"{LINUX}files/")], "C file")
    wrong = {":".join(line.split(":")[:2]) for line in
             tool("clang-format", "--dry-run", "-Werror", "--style=file", *names)
             if "clang-format-violations" in line}
    yield from sorted(wrong)


def lint_whitespace():
    """LNT02 No text file has trailing white space or lacks its last newline."""
    for name in files(""):
        data = read(name)
        if "\0" in data or name.startswith("LICENSES/") or "corpus" in name or name.endswith(".patch"):
            continue  # an empty line of a patch's surroundings is a space
        if data and not data.endswith("\n"):
            yield f"{name}: no newline at the end"
        for number, line in enumerate(data.split("\n"), 1):
            if line.rstrip(" \t\r") != line:
                yield f"{name}:{number}: white space at the end of the line"


def lint_spdx():
    """LNT03 Every file starts with its licence and copyright lines."""
    for name in files(""):
        if name.startswith("LICENSES/") or "/corpus" in name or "/golden/" in name or name.endswith(
                (".json", ".svg", ".png", ".dtb", ".bin", ".gitattributes", ".txt.ref")):
            continue
        head = "\n".join(read(name).split("\n")[:6])
        match = re.search(r"SPDX-License-Identifier: (\S+)", head)
        if not match:
            yield f"{name}: no line 'SPDX-License-Identifier: ...' at the top"
        elif match.group(1) not in LICENCES:
            yield f"{name}: licence {match.group(1)} is none of {', '.join(LICENCES)}"
        elif not os.path.exists(f"LICENSES/{match.group(1)}.txt"):
            yield f"{name}: there is no LICENSES/{match.group(1)}.txt"
        if COPYRIGHT not in head:
            yield f"{name}: no line '{COPYRIGHT}' at the top"


# Budgets -------------------------------------------------------------------

def functions(path):
    """(name, first line, lines) of each function of a C file."""
    start, name = None, ""
    lines = read(path).split("\n")
    for number, line in enumerate(lines, 1):
        if line == "{":
            head = " ".join(lines[max(0, number - 8):number - 1])
            found = re.findall(r"(\w+)\s*\(", head.split(";")[-1].split("}")[-1])
            start, name = number, found[0] if found else "?"
        elif line == "}" and start:
            yield name, start, number - start - 1
            start = None


def lint_file_length():
    """LNT04 No source file is longer than 600 lines."""
    for name in files(".c", ".h", ".S", ".py", ".sh", ".mk", "Makefile", ".dts", ".dtsi"):
        lines = read(name).count("\n")
        if lines > MAX_FILE_LINES:
            yield f"{name}: {lines} lines, at most {MAX_FILE_LINES}: split it"


def lint_function_length():
    """LNT05 No function is longer than 80 lines; the median is 15 or less."""
    lengths = []
    for name in some(files(".c"), "C file"):
        for function, line, length in functions(name):
            lengths.append(length)
            if length > MAX_FUNCTION_LINES:
                yield f"{name}:{line}: {function}() has {length} lines, at most {MAX_FUNCTION_LINES}"
    if lengths and statistics.median(lengths) > MEDIAN_FUNCTION_LINES:
        yield f"the median function has {statistics.median(lengths)} lines, at most {MEDIAN_FUNCTION_LINES}"


def conditionals(name):
    """(line number, text) of each #if, include guards and assembler guards left out."""
    for number, line in enumerate(read(name).split("\n"), 1):
        if re.match(r"\s*#\s*if", line) and not re.search(r"#\s*ifndef \w+_H$|__ASSEMBLER__", line):
            yield number, line.strip()


def lint_conditionals():
    """LNT06 At most 2 #if in 1000 lines of the microvisor, none in core/*.c."""
    lines = count = 0
    names = [name for folder in ("core", "arch", "drivers", "include")
             for name in files(".c", ".h", ".S", under=folder)]
    for name in some(names, "kernel source"):
        lines += read(name).count("\n")
        for number, text in conditionals(name):
            count += 1
            if name.startswith("core/") and name.endswith(".c"):
                yield f"{name}:{number}: {text}: choose between files in the Makefile instead"
    if count > lines * IFS_PER_1000_LINES / 1000:
        yield f"{count} #if in {lines} lines, at most {IFS_PER_1000_LINES} in 1000"


# Configuration -------------------------------------------------------------

def prompts():
    """Nodes of the Kconfig tree with a prompt, except menus and comments."""
    kconf = kconfiglib.Kconfig("Kconfig", warn_to_stderr=False)
    yield from (f"warning: {text}" for text in kconf.warnings)
    for node in kconf.node_iter():
        if isinstance(node.item, (kconfiglib.Symbol, kconfiglib.Choice)):
            yield node


def lint_kconfig_help():
    """LNT07 Every option has help that says what it costs and why its default."""
    for node in prompts():
        if isinstance(node, str):
            yield node
            continue
        place = f"{node.filename}:{node.linenr}: {getattr(node.item, 'name', None) or 'choice'}"
        if not node.help or len(node.help.split()) < 4:
            yield f"{place}: no help"
        elif node.prompt and isinstance(node.item, kconfiglib.Symbol):
            if not re.search(r"\b[Cc]osts?\b", node.help):
                yield f"{place}: the help does not say what it costs ('Costs: ...')"
            if not re.search(r"\b[Dd]efault\b", node.help):
                yield f"{place}: the help does not say why the default is what it is"


def lint_kconfig_ranges():
    """LNT08 Every int option has a range, and its default lies within."""
    for node in prompts():
        if isinstance(node, str) or getattr(node.item, "type", 0) not in (
                kconfiglib.INT, kconfiglib.HEX):
            continue
        place = f"{node.filename}:{node.linenr}: {node.item.name}"
        if not node.item.ranges:
            yield f"{place}: no range"
        for low, high, _ in node.item.ranges:
            for default, _ in node.item.defaults:
                if not int(low.str_value, 0) <= int(default.str_value, 0) <= int(high.str_value, 0):
                    yield f"{place}: default {default.str_value} is outside its range"


def lint_kconfig_use():
    """LNT09 Every option is used in some source or makefile, and none is unknown."""
    kconf = kconfiglib.Kconfig("Kconfig", warn_to_stderr=False)
    known = {sym.name for sym in kconf.unique_defined_syms} | {"X"}
    names = files(".c", ".h", ".S", ".mk", "Makefile", ".py", ".yaml", ".dts", ".dtsi", ".sh")
    used = set()
    for name in names:
        if name.startswith(("test/build/", LINUX)) and name != f"{LINUX}Makefile":
            continue
        found = set(re.findall(r"\bCONFIG_([A-Z0-9_]+)\b", read(name)))
        used |= found
        if name.startswith(("core/", "arch/", "drivers/", "include/", *(f"{room}/" for room in CELLS))):
            for unknown in sorted(found - known):
                yield f"{name}: CONFIG_{unknown} is in no Kconfig file"
    used |= {sym.name for sym in kconf.unique_defined_syms
             if sym.choice or kconfiglib.split_expr(sym.rev_dep, kconfiglib.OR) != [kconf.n]}
    indirect = {dep.name for sym in kconf.unique_defined_syms for dep in sym.referenced}
    for name in sorted(known - used - indirect - {"X"}):
        if not kconf.syms[name].nodes[0].filename.startswith("Kconfig"):
            yield f"{kconf.syms[name].nodes[0].filename}: CONFIG_{name} is used nowhere"


# C --------------------------------------------------------------------------

def prepare():
    """An output folder with generated headers, for checks that compile."""
    make = ["make", "-s", f"O={OUT}"]
    for goal in ("vexpress-a9_defconfig", "prepare"):
        run = subprocess.run(make + [goal], capture_output=True, text=True, check=False)
        if run.returncode:
            return [f"make {goal} failed:"] + (run.stdout + run.stderr).splitlines()
    return []


def include_flags():
    """What the makefile passes to find headers."""
    return ["-I", "include", "-I", "arch/arm/include", "-I", f"{OUT}/include", "-I", f"{OUT}/include/generated",
            "-I", "guests/lib", "-include", f"{OUT}/include/generated/autoconf.h"]


def lint_headers():
    """LNT10 Every header compiles by itself."""
    problems = prepare()
    yield from problems
    for name in files(".h", under="include") + files(".h", under="arch") + \
            files(".h", under="guests/lib"):
        if problems:
            return
        yield from tool(PREFIX + "gcc", "-march=armv7-a", "-marm", "-std=gnu11", "-ffreestanding",
                        "-fsyntax-only", "-Wall", "-Werror", *include_flags(), "-include", name,
                        "-x", "c", "/dev/null")


def lint_include_cycles():
    """LNT11 No header includes itself, directly or through others."""
    graph = {}
    for name in files(".h", under="include") + files(".h", under="arch"):
        graph[name] = [path for target in re.findall(r'#include [<"]([^>"]+)[>"]', read(name))
                       for path in (f"include/{target}", f"arch/arm/include/{target}")
                       if os.path.exists(path)]
    done = set()

    def visit(name, path):
        if name in path:
            yield "include cycle: " + " > ".join(path[path.index(name):] + [name])
        elif name not in done:
            for target in graph.get(name, ()):
                yield from visit(target, path + [name])
            done.add(name)
    for name in graph:
        yield from visit(name, [])


def cell_flags(name):
    """What the makefile of a cell adds for its files."""
    folder = os.path.dirname(name)
    makefile = os.path.join(folder, "Makefile")
    flags = re.findall(r"^flags [:+]?= *(.*)$", read(makefile), re.M) \
        if os.path.exists(makefile) else []
    return ["-I", folder] + " ".join(flags).split()


CPPCHECK = ["cppcheck", "--quiet", "--error-exitcode=1", "--inline-suppr", "--std=c11",
            "--enable=warning,performance,portability", "--suppress=missingIncludeSystem",
            "--template={file}:{line}: {id}: {message}"]


def lint_cppcheck_target():
    """LNT12 cppcheck finds nothing in the microvisor and the cells."""
    problems = prepare()
    yield from problems
    if problems:
        return
    names = [name for folder in ("core", "arch", "drivers", *CELLS)
             for name in files(".c", under=folder)
             if not name.endswith("asm-offsets.c") and not name.startswith(LINUX) and name not in FETCHED]
    # cppcheck stumbles over macros that the compiler expands well.
    expanded = []
    for name in some(names, "C file"):
        expanded.append(f"{OUT}/cppcheck/{name}")
        os.makedirs(os.path.dirname(expanded[-1]), exist_ok=True)
        yield from tool(PREFIX + "gcc", "-E", "-C", "-ffreestanding", *include_flags(),
                        *cell_flags(name), name, "-o", expanded[-1])
    # Symbols of the linker script are subtracted on purpose; values in named registers
    # look like statements without effect, which the compiler finds better.
    off = [f"--suppress={name}" for name in ("comparePointers", "constStatement",
                                             "preprocessorErrorDirective")]
    yield from sorted(set(tool(*CPPCHECK, "--platform=unix32", *off, *expanded)))


def lint_cppcheck_host():
    """LNT13 cppcheck finds nothing in the host tools."""
    yield from tool(*CPPCHECK, "--platform=unix64", "-I", "scripts/syscc", "-I", "include",
                    *some(files(".c", under="scripts") + files(".c", under="test/plugin"),
                          "C file"))


def lint_cppcheck_linux():
    """LNT20 cppcheck finds nothing in the programs that run on Linux."""
    yield from tool(*CPPCHECK, "--platform=unix32",
                    *some(files(".c", under=f"{LINUX}user"), "C file"))


# Other languages -------------------------------------------------------------

def lint_shell():
    """LNT14 shellcheck finds nothing in the shell scripts."""
    yield from tool("shellcheck", *files(".sh"), ".ci/run")
    yield from tool("shellcheck", "-s", "sh", f"{LINUX}rootfs/init")


def lint_python():
    """LNT15 Python files compile and import nothing that they do not use."""
    for name in files(".py"):
        try:
            tree = ast.parse(read(name), name)
        except SyntaxError as error:
            yield f"{name}:{error.lineno}: {error.msg}"
            continue
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                for alias in node.names:
                    bound = (alias.asname or alias.name).split(".")[0]
                    if bound not in names and "__init__" not in name:
                        yield f"{name}:{node.lineno}: '{bound}' is imported and not used"


def lint_bindings():
    """LNT16 The device tree bindings are valid dt-schema, and so are their examples."""
    names = some(glob.glob("dts/bindings/**/*.yaml", recursive=True), "binding")
    yield from silent("dt-doc-validate", "-u", "dts/bindings", *names)
    folder = tempfile.mkdtemp()
    try:
        schema = os.path.join(folder, "schema.json")
        yield from tool("dt-mk-schema", "-j", "-o", schema, "dts/bindings")
        for name in names:
            yield from check_example(name, folder, schema)
    finally:
        shutil.rmtree(folder)


def check_example(name, folder, schema):
    """Compile the examples of one binding and validate them."""
    base = os.path.join(folder, os.path.basename(name).replace(".yaml", ".example"))
    with open(base + ".dts", "w", encoding="utf-8") as file:
        run = subprocess.run(["dt-extract-example", name], stdout=file, check=False)
    if run.returncode:
        yield f"{name}: dt-extract-example failed"
        return
    yield from tool("cpp", "-nostdinc", "-undef", "-x", "assembler-with-cpp", "-I", "dts",
                    base + ".dts", "-o", base + ".pp")
    yield from tool("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", base + ".dtb", base + ".pp")
    run = subprocess.run(["dt-validate", "-s", schema, base + ".dtb"], capture_output=True,
                         text=True, check=False)
    for line in (run.stdout + run.stderr).splitlines():
        if line.strip() and not line.startswith("/") or "example" in line:
            yield f"{name}: {line.strip()}"


# Texts ------------------------------------------------------------------------

def lint_links():
    """LNT17 Links between documents lead somewhere."""
    for name in files(".md"):
        for number, line in enumerate(read(name).split("\n"), 1):
            for target in re.findall(r"\]\(([^)#\s]+)", line):
                if "://" in target or target.startswith("mailto:"):
                    continue
                if not os.path.exists(os.path.join(os.path.dirname(name), target)):
                    yield f"{name}:{number}: {target} does not exist"


def lint_leftovers():
    """LNT18 No marks of unfinished work and no merge conflicts."""
    marks = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b|^(<<<<<<<|>>>>>>>) ", re.M)
    for name in files(".c", ".h", ".S", ".py", ".sh", ".mk", ".md", "Makefile", "Kconfig", ".yaml",
                      ".dts", ".dtsi"):
        for match in marks.finditer(read(name)):
            line = read(name).count("\n", 0, match.start()) + 1
            yield f"{name}:{line}: '{match.group().strip()}'"


def lint_test_numbers():
    """LNT21 Every test has an id and a sentence, and no two the same id."""
    for path, line in test_index.without_id():
        yield f"{path}:{line}: this test has no id with a sentence (CONTRIBUTING.md, Test)"
    first = {}
    for test in test_index.all_tests():
        line = f"{test.path}:{test.line}"
        if first.setdefault(test.id, line) != line:
            yield f"{line}: {test.id} is the id of the test in {first[test.id]} too"


def lint_runs():
    """LNT22 Each entry of test/runs.yaml is about some test."""
    names = [step.key for step in check_steps.all_steps("out")]
    for folder in sorted({os.path.dirname(path) for path in glob.glob("test/*/test_*.py")}):
        done = subprocess.run([sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider",
                               folder], env={**os.environ, "MULLION_RUN": "all"}, check=False,
                              capture_output=True, text=True)
        if done.returncode:
            yield f"{folder}: pytest does not find its tests:\n{done.stdout}"
        names += done.stdout.splitlines()
    for pattern, entry in test_index.entries():
        if not any(pattern.search(name) for name in names):
            yield f"test/runs.yaml: no test's name has {entry['tests']!r}: remove the entry"


def lint_documents():
    """LNT19 Generated documents are up to date (cure: make docs)."""
    folder = tempfile.mkdtemp()
    new = f"{folder}/new"
    try:
        for path, command in (
                ("docs/hypercalls.md", f"scripts/build/hypercalls.py --doc {new} core/hypercalls.yaml"),
                ("docs/options.md", f"scripts/docs/kconfig_doc.py {new}"),
                ("docs/system-description.md", f"scripts/docs/bindings_doc.py --system-description > {new}"),
                ("docs/validators.md", f"scripts/docs/bindings_doc.py --validators > {new}"),
                ("docs/tests.md", f"scripts/check/tests_doc.py > {new}")):
            yield from tool("sh", "-c", f"{sys.executable} {command}")
            if not os.path.exists(path) or read(path) != read(new):
                yield f"{path} is missing or old"
    finally:
        shutil.rmtree(folder)


CHECKS = [function for name, function in list(globals().items()) if name.startswith("lint_")]


def run_check(check):
    """Run one check and print its result: 'pass', 'fail' or 'skip'."""
    sentence = check.__doc__.split("\n")[0]
    start = time.time()
    try:
        problems = list(check())
    except Skip as reason:
        print(f"SKIP  {sentence} ({reason})", flush=True)
        return "skip"
    except FileNotFoundError as error:
        problems = [f"{error.filename} is missing: make setup"]
    print(f"{'FAIL' if problems else 'ok  '}  {sentence} [{time.time() - start:.1f} s]", flush=True)
    for problem in problems[:200]:
        print(f"      {problem}", flush=True)
    return "fail" if problems else "pass"


def main():
    wanted = [word.lower() for word in sys.argv[1:] if not word.startswith("-")]
    chosen = [check for check in CHECKS if not wanted or any(
        word in f"{check.__name__} {check.__doc__}".lower() for word in wanted)]
    if "--list" in sys.argv:
        print("\n".join(check.__doc__.split("\n")[0] for check in chosen))
        return
    results = [run_check(check) for check in chosen]
    skipped = f", {results.count('skip')} skipped" if "skip" in results else ""
    print(f"{results.count('pass')} passed, {results.count('fail')} failed{skipped}")
    sys.exit("fail" in results)


if __name__ == "__main__":
    main()
