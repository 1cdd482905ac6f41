# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Run the unit test programs and sum up: run.py OUT PROGRAM...

Prints what the programs print, then the line coverage of core/ (gcovr) and, as
the last line, `N passed, N failed`. The exit status is 1 if a test failed or a
program broke off. In a run of all tests it is also looked at whether each error of
core/hypercalls.yaml is provoked by the test that is named there.
"""

import glob
import os
import re
import subprocess
import sys

import yaml

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))


def run(program, provoked):
    """Run one program; return (passed, failed). Errors that it provoked are added to a set."""
    with subprocess.Popen([program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", env={**os.environ, "ERRORS": "1"}) as process:
        lines = []
        for line in process.stdout:
            if line.startswith("! "):
                provoked.add(tuple(line.split()[1:]))
                continue
            lines.append(line)
            print(line, end="", flush=True)
        status = process.wait()
    text = "".join(lines)
    passed, failed = (sum(int(n) for n in re.findall(rf"^\[\s*{word}\s*\] (\d+) test", text, re.M))
                      for word in ("PASSED", "FAILED"))
    if status and not failed:
        print(f"{os.path.basename(program)} broke off with status {status}")
        failed = 1
    return passed, failed


def read(name):
    """A file of the tree as text."""
    with open(os.path.join(TOP, name), encoding="utf-8") as file:
        return file.read()


def test_errors(provoked):
    """UNI-ERROR-001 Each error of each hypercall is provoked by the unit test that is named for it."""
    codes = dict(re.findall(r"#define MV_ERR_(\w+)\s+(\d+)", read("include/mullion/abi.h")))
    missing = [f"{error['test']} does not provoke {error['code']} of {call['name']}"
               for call in yaml.safe_load(read("core/hypercalls.yaml"))["calls"]
               for error in call["errors"] if error["test"].startswith("UNI-") and
               (error["test"], str(call["number"]), codes[error["code"]]) not in provoked]
    print("\n".join(missing + [f"{'FAILED' if missing else 'ok'}: {test_errors.__doc__}\n"]))
    return int(not missing), int(bool(missing))


def report_coverage(out):
    """Line coverage of core/, with the lines that no test reaches."""
    report = subprocess.run(
        ["gcovr", "--root", TOP, "--filter", os.path.join(TOP, "core/"), "--object-directory", out,
         "--exclude-unreachable-branches", out], capture_output=True, text=True, check=False)
    print(report.stdout or report.stderr)


def main():
    out, programs = sys.argv[1], sys.argv[2:]
    for old in glob.glob(os.path.join(out, "**/*.gcda"), recursive=True):
        os.remove(old)
    provoked = set()
    counts = [run(program, provoked) for program in programs]
    if not os.environ.get("T"):
        counts.append(test_errors(provoked))
        report_coverage(out)
    passed, failed = (sum(column) for column in zip(*counts))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
