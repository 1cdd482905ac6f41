# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Copies of the source tree that tests of the build may change."""

import pytest

from source_tree import clean, copy_tree


@pytest.fixture(scope="session")
def source_once(tmp_path_factory):
    """A copy in which nothing has been built."""
    return copy_tree(str(tmp_path_factory.mktemp("source")))


@pytest.fixture
def pristine(source_once):
    """The same, brought back to its first state before each test."""
    clean(source_once)
    return source_once


@pytest.fixture(scope="session")
def built_once(tmp_path_factory):
    """A copy in which the reference product has been built from nothing."""
    tree = copy_tree(str(tmp_path_factory.mktemp("built")))
    tree.make("vexpress-a9_defconfig")
    tree.make("-j2")
    return tree


@pytest.fixture
def built(built_once):
    """The same, brought back to its first state before each test."""
    clean(built_once)
    # The id ends in -dirty from here on, so that no change makes it so.
    built_once.write("CONTRIBUTING.md", "changed\n")
    built_once.make("vexpress-a9_defconfig")
    built_once.make("-j2")
    return built_once
