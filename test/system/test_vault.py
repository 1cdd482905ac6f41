# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The example of a cell that protects its parts from each other (guests/vault)."""

import re

import pytest

from machine import BOARDS, Machine, build

ATTACKS = {"peek": "the parser read", "poke": "the parser wrote to", "jump": "the parser jumped to",
           "call": "the parser made call", "loop": "the parser took too long",
           "size": "the parser's answer makes no sense"}


@pytest.fixture(scope="module", params=BOARDS)
def dialogue(request):
    """[(request, [what came of it])], and the last line."""
    out = build(request.param, "vault", "vault_defconfig")
    with Machine(out) as machine:
        text = machine.until("the key is ", "PANIC", "the cell is") + machine.until("\n")
    lines = re.findall(r"^vault *\| (.*)$", text, re.M)
    found = []
    for line in lines[:-1]:
        if line.startswith("request: "):
            found.append((line[9:], []))
        else:
            found[-1][1].append(line)
    return found, lines[-1]


def test_sys245_attacks_are_caught(dialogue):
    """SYS245: no request makes the parser reach anything of the store, and the store reports the
    attempt."""
    seen = set()
    for request, answer in dialogue[0]:
        word = request.split()[0]
        if word != "sign":
            assert len(answer) == 1 and answer[0].startswith("caught: " + ATTACKS[word]), request
            seen.add(word)
    assert seen == set(ATTACKS)
    assert sum("where the key is" in answer[0] for _, answer in dialogue[0]) == 2


def test_sys246_service_goes_on(dialogue):
    """SYS246: requests between and after attacks are signed, each differently, and the key
    stays."""
    signed = [(request, answer) for request, answer in dialogue[0] if request.startswith("sign")]
    tags = set()
    for request, answer in signed:
        found = re.fullmatch(rf"signed: {request[5:]}, tag ([0-9a-f]{{8}})", answer[0])
        assert found and len(answer) == 1, answer
        tags.add(found.group(1))
    assert len(tags) == len(signed) == 3
    assert dialogue[1] == "3 of 11 requests signed, the key is as it was"
