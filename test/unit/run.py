# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Run the unit test programs and sum up: run.py OUT PROGRAM...

Prints what the programs print, then the line coverage of core/ (gcovr) and, as
the last line, `N passed, N failed`. The exit status is 1 if a test failed or a
program broke off.
"""

import glob
import os
import re
import subprocess
import sys

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))


def run(program):
    """Run one program; return (passed, failed)."""
    with subprocess.Popen([program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace") as process:
        lines = []
        for line in process.stdout:
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
    counts = [run(program) for program in programs]
    if not os.environ.get("T"):
        report_coverage(out)
    passed, failed = (sum(column) for column in zip(*counts))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
