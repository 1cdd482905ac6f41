# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Run the test programs and sum up: run.py OUT PROGRAM...

Prints what the programs print, then the line coverage of the sources under test
(gcovr) and, as the last line, `N passed, N failed`. Too little coverage counts as
a failure of its own. The exit status is 1 if anything failed.
"""

import glob
import os
import re
import subprocess
import sys

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
LEAST_COVERAGE = 95


def run(program):
    """Run one program; return (passed, failed)."""
    result = subprocess.run([program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, errors="replace", check=False)
    print(result.stdout, end="", flush=True)
    passed, failed = (sum(int(n) for n in re.findall(rf"^\[\s*{word}\s*\] (\d+) test",
                                                     result.stdout, re.M))
                      for word in ("PASSED", "FAILED"))
    if result.returncode and not failed:
        print(f"{os.path.basename(program)} broke off with status {result.returncode}")
        failed = 1
    return passed, failed


def check_coverage(out):
    """Whether enough lines of walk.c, vtlb.c and vspace.c were run; prints which were not."""
    report = subprocess.run(
        ["gcovr", "--root", TOP, "--filter", os.path.join(TOP, "arch/arm/"), "--object-directory",
         out, "--fail-under-line", str(LEAST_COVERAGE), out],
        capture_output=True, text=True, check=False)
    print(report.stdout + report.stderr)
    return report.returncode == 0


def main():
    out, programs = sys.argv[1], sys.argv[2:]
    for old in glob.glob(os.path.join(out, "**/*.gcda"), recursive=True):
        os.remove(old)
    passed, failed = (sum(column) for column in zip(*map(run, programs)))
    if not os.environ.get("T"):
        covered = check_coverage(out)
        passed, failed = passed + covered, failed + (not covered)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
