# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""What the system compiler takes for a number that the configuration does not tell is what
Kconfig says: a limit is the largest that may be chosen, a size is the default."""

import re

import kconfiglib
import pytest

from conftest import TOP

SOURCES = TOP / "scripts" / "syscc"
# The last two arguments of config_number() and of check_limit().
NUMBER = re.compile(r'"CONFIG_(\w+)",\s*(\w+)\);')


def numbers(paths):
    """The options that these files read, with what is taken if they are not there."""
    return sorted(set(pair for path in paths for pair in NUMBER.findall(path.read_text())))


def value(text):
    """A number, or a constant of the binary interface."""
    if text.isdigit():
        return int(text)
    abi = (TOP / "include/mullion/abi.h").read_text()
    return int(re.search(rf"#define {text}\s+(\d+)", abi)[1], 0)


LIMITS = [pair for pair in numbers(SOURCES.glob("rules/*.c")) if pair[1] != "0"]
SIZES = numbers([SOURCES / "parse.c"])


@pytest.fixture(scope="module", name="options")
def fixture_options():
    """All options, by name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(TOP)
        return kconfiglib.Kconfig("Kconfig", warn_to_stderr=False).syms


def test_all_are_found():
    """SYC173 The sources are read rightly: of all calls, one is in check_limit() and one takes 0 for unknown."""
    text = "".join(path.read_text() for path in SOURCES.rglob("*.c"))
    calls = text.count("config_number(&") + text.count("check_limit(check,")
    assert len(LIMITS) == 6 and len(SIZES) == 2 and calls == len(LIMITS + SIZES) + 2


@pytest.mark.parametrize("name, number", LIMITS)
def test_limit(options, name, number):
    """SYC174 A limit is where the option's range ends."""
    assert [str(value(number))] == [top.str_value for _, top, _ in options[name].ranges]


@pytest.mark.parametrize("name, number", SIZES)
def test_size(options, name, number):
    """SYC175 A size is the option's default."""
    assert number == options[name].defaults[0][0].str_value
