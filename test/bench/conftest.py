# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Fixtures: the top of the source tree as the present folder, and the plugin that counts."""

import os
import sys

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, f"{TOP}/scripts/bench")
import bench_run  # the path must be set first


@pytest.fixture(scope="module", name="top", autouse=True)
def fixture_top():
    """The scripts name files from the top of the source tree."""
    before = os.getcwd()
    os.chdir(TOP)
    yield
    os.chdir(before)


@pytest.fixture(scope="module", name="plugin")
def fixture_plugin(tmp_path_factory):
    """The plugin, built."""
    return bench_run.build_plugin(tmp_path_factory.mktemp("plugin"))
