# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Configuration front end: every make target that reads or writes .config.

Relies on kconfiglib and is called by the Makefile from the top of the tree as
`kconfig.py --out DIR COMMAND [ARGUMENT]`. Each warning of kconfiglib, and each
assigned value that was not taken, is an error: see check_taken().
"""

import argparse
import glob
import os
import random
import re
import sys

import kconfiglib
from kconfiglib import BOOL, HEX, INT, Choice

# Where configurations are: of products, of tests, of benchmarks. The latter need not be there.
FOLDERS = ("configs", "test/configs", "test/bench/configs")

HEAD = ("# SPDX-License-Identifier: BSD-2-Clause\n"
        "# SPDX-FileCopyrightText: The Mullion authors\n")


def die(text):
    """End with an error message."""
    sys.exit(f"kconfig: {text}")


def quiet_notice(text):
    """Say what was done, unless make runs with -s."""
    if "s" not in os.environ.get("MAKEFLAGS", "").split(" ")[0]:
        print(f"  CONFIG  {text}")


class Tree:
    """The Kconfig tree and the .config of one output folder."""

    def __init__(self, out):
        self.out = out
        self.config = os.path.join(out, ".config")
        self.derived = {}  # values in .config that follow from others
        os.environ["KCONFIG_CONFIG"] = self.config
        os.environ["KCONFIG_CONFIG_HEADER"] = "# Written by the Makefile. See `make help`.\n"
        os.environ["KCONFIG_AUTOHEADER_HEADER"] = ""
        self.kconf = kconfiglib.Kconfig("Kconfig", warn_to_stderr=False)
        self.kconf.warn_assign_undef = True
        self.fail_on_warnings("The Kconfig tree has mistakes")

    def fail_on_warnings(self, what):
        """Warnings are errors: an ignored line is a wrong product."""
        if self.kconf.warnings:
            die(f"{what}:\n" + "\n".join("  " + w for w in self.kconf.warnings))

    def load(self, path, replace=True):
        """Load a file strictly: every line must be known and take effect."""
        if not os.path.exists(path):
            die(f"there is no {path}.\n" + known_defconfigs())
        self.kconf.load_config(path, replace=replace)
        self.fail_on_warnings(f"{path} has mistakes")
        self.check_taken(path, merged=not replace)

    def load_leniently(self):
        """Load an old .config; report and drop what no longer exists."""
        if not os.path.exists(self.config):
            die(f"there is no {self.config} yet.\n" + known_defconfigs())
        self.kconf.load_config(self.config)
        for warning in self.kconf.warnings:
            print("note: " + warning.replace("warning: ", ""))
        self.kconf.warnings.clear()

    def check_taken(self, path, merged=False):
        """Fail if a value in the file is not the value that results. A merged
        file may override a choice of the file before it."""
        bad = []
        for sym in self.kconf.unique_defined_syms:
            if sym.user_value is None:
                continue
            if not any(node.prompt for node in sym.nodes):
                if path == self.config:
                    self.derived[sym] = sym.user_value
                if self.derived.get(sym) == sym.user_value:
                    continue  # a line of .config, which follows from others, however old it is
            wanted = sym.user_value
            if sym.type == BOOL:
                wanted = kconfiglib.TRI_TO_STR[wanted]
            if sym.choice and (sym.str_value == wanted == "n" or merged):
                continue
            if sym.str_value != wanted:
                bad.append(f"  CONFIG_{sym.name}={wanted} has no effect, "
                           f"its value is {sym.str_value or 'none'}: {self.why_not(sym, wanted)}")
        if bad:
            die(f"{path}:\n" + "\n".join(bad) +
                "\n  Correct the lines, or let `make olddefconfig` drop them.")

    def why_not(self, sym, wanted):
        """In words: why a symbol did not take a value."""
        bounds = [(lo.str_value, hi.str_value) for lo, hi, cond in sym.ranges
                  if kconfiglib.expr_value(cond)]
        if sym.type in (INT, HEX) and bounds:
            base = 10 if sym.type == INT else 16
            low, high = bounds[0]
            if not int(low, base) <= int(wanted, base) <= int(high, base):
                return f"the range is {low} to {high}"
        if not any(node.prompt for node in sym.nodes):
            return "it follows from other options and cannot be set"
        if sym.visibility == 0:
            needed = kconfiglib.expr_str((sym.choice or sym).direct_dep)
            return f"it depends on {needed}"
        if kconfiglib.expr_value(sym.rev_dep):
            return f"it is selected by {kconfiglib.expr_str(sym.rev_dep)}"
        return "another option of the same choice is set"

    def write(self):
        """Write .config (untouched when nothing changed)."""
        os.makedirs(self.out, exist_ok=True)
        quiet_notice(self.kconf.write_config(save_old=False))


def defconfigs(folders=FOLDERS):
    """The files of the configurations, by folder and name; from the top of the tree."""
    return [path for folder in folders for path in sorted(glob.glob(f"{folder}/*_defconfig"))]


def defconfig_path(name):
    """The file of the configuration of that name; in configs/ if there is none."""
    found = [path for path in defconfigs() if os.path.basename(path) == name]
    return found[0] if found else f"{FOLDERS[0]}/{name}"


def known_defconfigs():
    """One line that tells a newcomer how to get a .config."""
    names = [os.path.basename(path) for path in defconfigs(FOLDERS[:1])]
    return "Choose one with `make NAME`, NAME being one of:\n  " + "\n  ".join(names)


def write_if_changed(path, text):
    """Write a file, but keep its time stamp if the content stays."""
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return False
    except OSError:
        pass
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return True


# Commands -----------------------------------------------------------------

def cmd_defconfig(tree, name):
    """Take the configuration of that name, or a path, as the new .config."""
    tree.load(name if os.path.sep in name else defconfig_path(name))
    tree.write()


def cmd_merge(tree, fragment):
    """Lay the lines of a file over the present .config."""
    tree.load(tree.config)
    tree.kconf.warn_assign_override = False
    tree.kconf.warn_assign_redun = False
    tree.load(fragment, replace=False)
    tree.write()


def cmd_olddefconfig(tree, _):
    """Bring an old .config up to date; new options take their defaults."""
    tree.load_leniently()
    tree.write()


def cmd_oldconfig(tree, _):
    """Bring an old .config up to date; ask for each new option."""
    tree.load_leniently()
    import oldconfig
    while True:
        oldconfig.conf_changed = False
        for node in tree.kconf.node_iter():
            oldconfig.oldconfig(node)
        if not oldconfig.conf_changed:
            break
    tree.write()


def cmd_menuconfig(tree, _):
    """Edit the .config in a menu."""
    if os.path.exists(tree.config):
        tree.load_leniently()
    os.makedirs(tree.out, exist_ok=True)
    import menuconfig
    menuconfig.menuconfig(tree.kconf)


def cmd_listnewconfig(tree, _):
    """List the options that .config does not mention."""
    tree.load_leniently()
    for sym in new_symbols(tree.kconf):
        print(sym.config_string.strip())


def new_symbols(kconf):
    """Visible options without a value from .config."""
    return [sym for sym in kconf.unique_defined_syms
            if sym.user_value is None and sym.visibility and not sym.choice
            and any(node.prompt for node in sym.nodes)]


def cmd_savedefconfig(tree, path):
    """Write the smallest file that gives this .config back."""
    tree.load(tree.config)
    path = path or os.path.join(tree.out, "defconfig")
    write_if_changed(path, HEAD + minimal(tree.kconf))
    quiet_notice(f"Minimal configuration saved to '{path}'")


def minimal(kconf):
    """Lines that differ from the defaults; the board is always named."""
    temporary = os.path.join(os.environ["KCONFIG_CONFIG"] + ".min")
    kconf.write_min_config(temporary, header="")
    with open(temporary, encoding="utf-8") as file:
        lines = file.read()
    os.remove(temporary)
    board = next(sym for sym in kconf.unique_defined_syms
                 if sym.name.startswith("BOARD_") and sym.choice and sym.str_value == "y")
    first = f"CONFIG_{board.name}=y\n"
    return lines if first in lines else first + lines


def cmd_randconfig(tree, seed):
    """A random .config; the same seed gives the same one."""
    seed = int(seed) if seed else random.SystemRandom().randrange(1 << 32)
    rng = random.Random(seed)
    # A value may uncover further options, hence three rounds.
    for _ in range(3):
        for item in tree.kconf.unique_choices + tree.kconf.unique_defined_syms:
            randomise(item, rng)
    tree.write()
    print(f"  RANDOM  make randconfig SEED={seed}")


# Options that make a build take minutes, or need the network.
SLOW = {"GUEST_LINUX", "GUEST_NOTARY"}


def randomise(item, rng):
    """Give one option a random value. Paths (strings) stay as they are."""
    if item.user_value is not None or not item.visibility:
        return
    if isinstance(item, Choice):
        rng.choice([sym for sym in item.syms if sym.visibility]).set_value(2)
    elif item.choice is None and item.type == BOOL and item.name not in SLOW:
        item.set_value(rng.choice(item.assignable))
    elif item.type == INT:
        low, high = random_range(item)
        item.set_value(str(rng.choice([low, high, int(item.str_value), rng.randint(low, high)])))


def random_range(sym):
    """Bounds of an int. A limit is never drawn tighter than its default, because
    the products in the tree are made for the defaults and must still run."""
    low, high = next((int(lo.str_value), int(hi.str_value)) for lo, hi, cond in sym.ranges
                     if kconfiglib.expr_value(cond))
    if sym.name.startswith("MAX_") or sym.name.endswith("_MAX"):
        low = int(sym.str_value)
    if "_MIN_" in sym.name:
        high = int(sym.str_value)
    return low, high


def cmd_sync(tree, _):
    """Renew the files derived from .config; touch only those that change."""
    tree.load(tree.config)
    for sym in new_symbols(tree.kconf):
        print(f"note: new option {sym.config_string.strip()} (its default)", file=sys.stderr)
    tree.kconf.write_config(save_old=False)
    config_dir = os.path.join(tree.out, "include", "config")
    os.makedirs(config_dir, exist_ok=True)
    tree.kconf.sync_deps(config_dir)
    header = os.path.join(tree.out, "include", "generated", "autoconf.h")
    os.makedirs(os.path.dirname(header), exist_ok=True)
    tree.kconf.write_autoconf(header)
    write_if_changed(os.path.join(config_dir, "kconfig.mk"),
                     "kconfig-files := " + " ".join(tree.kconf.kconfig_filenames) + "\n")
    # Written always: its time stamp tells make that the rest is up to date.
    with open(os.path.join(config_dir, "auto.mk"), "w", encoding="utf-8") as file:
        file.write(make_variables(tree.kconf))


def make_variables(kconf):
    """The configuration as make variables, strings without quotes."""
    lines = []
    for sym in kconf.unique_defined_syms:
        if not sym.config_string or sym.str_value == "n":
            continue
        value = re.sub(r"([#\\])", r"\\\1", sym.str_value).replace("$", "$$")
        lines.append(f"CONFIG_{sym.name} := {value}\n")
    return "".join(lines)


def cmd_show(tree, _):
    """The present configuration in a few lines (make help)."""
    if not os.path.exists(tree.config):
        print(f"  none in {tree.out}/ yet: make NAME_defconfig")
        return
    tree.load_leniently()
    for line in minimal(tree.kconf).splitlines():
        if line.startswith("CONFIG_"):
            print(f"  {line}")
    print(f"  CONFIG_SYSTEM_DTS=\"{tree.kconf.syms['SYSTEM_DTS'].str_value}\"")


def main():
    commands = {name[4:]: function for name, function in globals().items()
                if name.startswith("cmd_")}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default="build", help="output folder")
    parser.add_argument("command", choices=sorted(commands))
    parser.add_argument("argument", nargs="?", default="")
    arguments = parser.parse_args()
    try:
        commands[arguments.command](Tree(arguments.out), arguments.argument)
    except (kconfiglib.KconfigError, OSError) as error:
        die(str(error))


if __name__ == "__main__":
    main()
