# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Fixtures: copies of the port, the kernel and root file system of the real cache."""

import glob
import os
import shutil
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))
from port import PYTHON, TOP, Port  # the path must be set first


def pytest_configure(config):
    """pexpect uses a method of threads that is on its way out."""
    config.addinivalue_line("filterwarnings", "ignore:setDaemon:DeprecationWarning")


@pytest.fixture
def port(tmp_path):
    """A copy of the port without patches, over something small in place of Linux."""
    return Port(tmp_path)


def made(*arguments):
    """What build.py makes in the cache that everybody uses; its folder."""
    done = subprocess.run([PYTHON, f"{TOP}/guests/linux/build.py", *arguments], check=False,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="session")
def native_kernel():
    """Folder of the native kernel."""
    return made("kernel", "native")


@pytest.fixture(scope="session")
def initramfs():
    """Folder of the root file system."""
    return made("initramfs")


@pytest.fixture(scope="session")
def busybox():
    """Path of Debian's package, so that copies of the port need not fetch it."""
    return glob.glob(f"{made('fetch')}/*.deb")[0]


@pytest.fixture(scope="session")
def real_tree(tmp_path_factory):
    """(copy of the port, Linux itself with it as a git tree, what build.py said)."""
    real = Port(tmp_path_factory.mktemp("real"), real=True)
    tree = f"{real.folder}/tree"
    yield real, tree, real.build("tree", "--git", tree)[1]
    shutil.rmtree(real.folder)  # large, and pytest would keep it
