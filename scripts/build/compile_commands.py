# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Print compile_commands.json for the output folder given as the argument.

Reads the command lines that scripts/build/lib.mk keeps beside each object.
"""

import json
import os
import re
import shlex
import sys

SAVED = re.compile(r"^saved-(\S+\.o) := (.*)$", re.M)


def entries(out):
    """One entry for each object that was compiled."""
    for folder, _, names in sorted(os.walk(out)):
        for name in sorted(names):
            if not name.endswith(".o.cmd"):
                continue
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                match = SAVED.search(file.read())
            if not match or not os.path.exists(match.group(1)):
                continue
            command = match.group(2).replace("$$", "$").replace("\\#", "#")
            source = shlex.split(command)[-1]
            yield {"directory": os.getcwd(), "file": source,
                   "output": match.group(1), "arguments": shlex.split(command)}


json.dump(list(entries(sys.argv[1])), sys.stdout, indent=1)
print()
