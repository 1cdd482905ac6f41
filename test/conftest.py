# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Leaves out what is not in the present run ($MULLION_RUN, see runs.yaml). By hand, without
that variable, every test runs."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "scripts", "check"))
import test_index  # the path must be set first


def pytest_collection_modifyitems(config, items):
    """Deselect tests of a larger run."""
    run = os.environ.get("MULLION_RUN", "all")
    left_out = [item for item in items if not test_index.is_in(f"test/{name_of(item)}", run)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def name_of(item):
    """folder/file.py::test[parameters]."""
    folder = os.path.basename(os.path.dirname(str(item.path)))
    return f"{folder}/{item.nodeid.split('/')[-1]}"
