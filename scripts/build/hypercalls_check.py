# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Reads and checks core/hypercalls.yaml for scripts/build/hypercalls.py.

All errors are reported in one run, each with its line and the cure. Names of
errors, object kinds and rights are those of include/mullion/abi.h.
"""
import difflib
import pathlib
import re
import sys

import yaml

ABI = pathlib.Path(__file__).resolve().parents[2] / "include/mullion/abi.h"
TYPES = {"cap": 1, "u32": 1, "u64": 2, "buffer": 1, "code": 1}  # words taken
KEYS = {
    "call": ({"name", "number", "brief", "args", "errors"}, {"text", "returns", "resumes"}),
    "cap": ({"name", "type", "object", "rights"}, {"text"}),
    "u32": ({"name", "type", "text"}, {"min", "max"}),
    "u64": ({"name", "type", "text"}, set()),
    "buffer": ({"name", "type", "access", "size"}, {"text"}),
    "code": ({"name", "type", "text"}, set()),
    "returns": ({"name", "text"}, set()),
    "error": ({"code", "reason", "test"}, set()),
}
TEST = r"[A-Z]{3}(-[A-Z]+-)?\d+"  # what an id looks like
MAX_WORDS = 4  # in registers, also when a call begins anew (arch/arm/entry.S)


class LineLoader(yaml.SafeLoader):
    """Keeps the line of each mapping under the key `line`."""

    def construct_mapping(self, node, deep=False):
        return {**super().construct_mapping(node, deep), "line": node.start_mark.line + 1}


def read_abi(path=ABI):
    """Error codes, object kinds and rights that the public header defines."""
    text = path.read_text()
    found = {prefix: {name.lower() for name in re.findall(rf"#define MV_{prefix}_(\w+)", text)}
             for prefix in ("ERR", "CAP", "RIGHT")}
    names = dict(re.findall(r"#define MV_ERR_(\w+)\s+\d+\s*/\* (.*?) \*/", text))
    return {"errors": {e.upper() for e in found["ERR"]}, "meaning": names,
            "kinds": found["CAP"] - {"null"}, "rights": found["RIGHT"]}


class Checker:
    """Each rule is a method; `errors` collects the violations."""

    def __init__(self, abi, filename):
        self.abi, self.filename, self.errors = abi, filename, []

    def fail(self, where, text):
        self.errors.append(f"{self.filename}:{where.get('line', 1)}: {text}")

    def known(self, where, value, allowed, what):
        if str(value) in allowed:
            return True
        near = difflib.get_close_matches(str(value), sorted(allowed), 1)
        cure = f"Did you mean '{near[0]}'?" if near else "Use one of: " + ", ".join(sorted(allowed))
        self.fail(where, f"{what} '{value}' is not known. {cure}")
        return False

    def keys(self, mapping, kind, what):
        if not isinstance(mapping, dict):
            self.fail({}, f"{what} is not a mapping. Write it as 'key: value' pairs")
            return False
        needed, optional = KEYS[kind]
        for key in sorted(needed - mapping.keys()):
            self.fail(mapping, f"{what} has no '{key}'. Add it")
        for key in mapping.keys() - needed - optional - {"line"}:
            self.known(mapping, key, needed | optional, f"{what}: key")
        return needed <= mapping.keys()

    def mappings(self, call, key, what):
        if not isinstance(call[key], list):
            self.fail(call, f"{what}: '{key}' is not a list. Write [] if there are none")
        elif not all(isinstance(entry, dict) for entry in call[key]):
            self.fail(call, f"{what}: an entry of '{key}' is not a mapping. Write {{key: value}}")
        elif not all(isinstance(value, (str, int)) for entry in call[key]
                     for value in entry.values()):
            self.fail(call, f"{what}: an entry of '{key}' has a value that is no word or number. "
                            "Quote texts")
        else:
            return True
        return False

    def argument(self, call, arg):
        what = f"call '{call['name']}': argument '{arg.get('name', '?')}'"
        if not self.known(arg, arg.get("type"), TYPES, f"{what}: type") \
                or not self.keys(arg, arg["type"], what):
            return
        if not re.fullmatch("[a-z][a-z0-9_]*", str(arg["name"])):
            self.fail(arg, f"{what}: not a C name in lower case. Rename it")
        if arg["type"] == "cap" and self.known(arg, arg["object"], self.abi["kinds"],
                                               f"{what}: object"):
            prefix = arg["object"] + "_"
            rights = {r[len(prefix):] for r in self.abi["rights"] if r.startswith(prefix)}
            self.known(arg, arg["rights"], rights | {"none"}, f"{what}: right")
        if arg["type"] == "buffer":
            self.known(arg, arg["access"], {"read", "write"}, f"{what}: access")
            self.known(arg, arg["size"], {str(a.get("name")) for a in call["args"]
                                          if a.get("type") == "u32"}, f"{what}: size")
        bounds = (arg.get("min", 0), arg.get("max", 0xffffffff))
        if not all(isinstance(bound, int) and 0 <= bound < 1 << 32 for bound in bounds):
            self.fail(arg, f"{what}: a bound is no number of 32 bits. Correct it")
        elif bounds[0] > bounds[1]:
            self.fail(arg, f"{what}: min {arg['min']} is above max {arg['max']}. Swap them")

    def call_errors(self, call):
        what, seen = f"call '{call['name']}'", set()
        for error in call["errors"]:
            if not self.keys(error, "error", f"{what}: error"):
                continue
            self.known(error, error["code"], self.abi["errors"], f"{what}: error code")
            if not str(error["reason"] or "").strip():
                self.fail(error, f"{what}: error {error['code']} has no reason. Say when it comes")
            if not re.fullmatch(TEST, str(error["test"])):
                self.fail(error, f"{what}: test '{error['test']}' of error {error['code']} is no id of a "
                                 "test. Name the one that provokes it, see docs/tests.md")
            if error["code"] in seen:
                self.fail(error, f"{what}: error {error['code']} is listed twice. Join the reasons")
            seen.add(error["code"])
        for arg in call["args"]:
            needs = {"cap": {"CAPABILITY"} | ({"RIGHTS"} if arg.get("rights") != "none" else set()),
                     "buffer": {"ADDRESS"}}.get(arg.get("type"), set())
            for code in sorted(needs - seen):
                self.fail(arg, f"{what}: argument '{arg.get('name')}' can fail with {code}, "
                               "which 'errors' does not list. Add it with its reason")

    def call(self, call, position):
        if not self.keys(call, "call", f"call '{call.get('name', position)}'"
                         if isinstance(call, dict) else f"call {position}"):
            return
        what = f"call '{call['name']}'"
        if not all(self.mappings(call, key, what) for key in ("args", "errors")):
            return
        if call["number"] != position:
            self.fail(call, f"{what} has number {call['number']}, its place is {position}. "
                            "Numbers count from 0 without gaps, in the order of the file")
        if not re.fullmatch("[a-z][a-z0-9_]*", str(call["name"])):
            self.fail(call, f"{what}: not a C name in lower case. Rename it")
        names = [arg.get("name") for arg in call["args"]]
        for name in sorted({n for n in names if names.count(n) > 1}, key=str):
            self.fail(call, f"{what}: two arguments are named '{name}'. Rename one")
        for arg in call["args"]:
            self.argument(call, arg)
        words = sum(TYPES.get(arg.get("type"), 1) for arg in call["args"])
        if words > MAX_WORDS:
            self.fail(call, f"{what} takes {words} words, {MAX_WORDS} fit in r0..r3. Drop some")
        for key in ("brief", "text"):
            if not isinstance(call.get(key, ""), str):
                self.fail(call, f"{what}: '{key}' is not a text. Quote it")
        if "returns" in call and call["returns"] != "time64":
            self.keys(call["returns"], "returns", f"{what}: 'returns'")
        if call.get("returns") == "time64" and call["errors"]:
            self.fail(call, f"{what} returns 64 bits and so cannot return an error. Drop 'errors'")
        self.call_errors(call)

    def file(self, calls):
        names = [call.get("name") for call in calls if isinstance(call, dict)]
        for name in sorted({n for n in names if names.count(n) > 1}, key=str):
            self.fail({}, f"two calls are named '{name}'. Rename one")
        for position, call in enumerate(calls):
            self.call(call, position)
        return self.errors


def load(path, abi):
    """The calls of a declarations file; prints all errors and exits if there are any."""
    try:
        data = yaml.load(pathlib.Path(path).read_text(), LineLoader)
    except (OSError, yaml.YAMLError) as error:
        sys.exit(f"{path}: {error}")
    if not isinstance(data, dict) or not isinstance(data.get("calls"), list):
        sys.exit(f"{path}:1: no list 'calls'. Start the file with 'calls:'")
    errors = Checker(abi, path).file(data["calls"])
    if errors:
        sys.exit("\n".join(errors))
    return data["calls"]
