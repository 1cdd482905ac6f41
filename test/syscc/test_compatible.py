# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""What a cell is told of its devices, from which it chooses its drivers."""

from test_output import environments


def test_compatible(syscc, good):
    """SYC176 A cell finds what each of its devices is compatible with, all of it, beside its arguments."""
    board = (syscc.folder / "board.dtsi").read_text()
    (syscc.folder / "board.dtsi").write_text(board.replace('"arm,pl180"', '"acme,mmc", "arm,pl180"'))
    env = environments(syscc.compile(good))["guest"]
    for name, expected in {"compatible of mmc": ["acme,mmc", "arm,pl180"], "args": ["rate=10"]}.items():
        start = env[name]["address"] - 0xef010000
        strings = env[""]["page"][start:start + env[name]["size"]]
        assert strings.decode().split("\0") == [*expected, ""]
