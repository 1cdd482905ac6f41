# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Tests of scripts/build/symtab.py: names of functions for crash reports."""
import pathlib
import struct
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "scripts/build"))
sys.dont_write_bytecode = True
import symtab  # noqa: E402

NM = """\
00010040 00000020 T mv_main
00010000 T _start
00010000 t $a
00010061 00000010 t thumb_function
00010080 00000004 R constant
00010090 b buffer
0001002c W weak
         U undefined
""".splitlines()


def test_functions_only_ascending_without_the_thumb_bit():
    """GEN20 A symbol file has the functions of an image alone, ascending, without the Thumb bit."""
    assert symtab.functions(NM) == [(0x10000, 0, "_start"), (0x1002c, 0, "weak"),
                                    (0x10040, 0x20, "mv_main"),
                                    (0x10060, 0x10, "thumb_function")]


def test_first_name_of_an_address_wins():
    """GEN21 Of several names of an address the first one counts."""
    assert symtab.functions(["10 T a", "10 T b"]) == [(0x10, 0, "a")]


def test_file_is_what_the_library_reads():
    """GEN22 The file is laid out as the cells' library reads it."""
    blob = symtab.blob(symtab.functions(NM))
    magic, count, end = struct.unpack_from("<4sII", blob)
    assert (magic, count, end) == (b"MVS1", 4, 0x10070)
    entries = list(struct.iter_unpack("<II", blob[12:12 + 8 * count]))
    names = [blob[name:blob.index(b"\0", name)].decode() for _, name in entries]
    assert [address for address, _ in entries] == sorted(address for address, _ in entries)
    assert names == ["_start", "weak", "mv_main", "thumb_function"]
    assert len(blob) % 4 == 0


def test_image_without_functions_gives_an_empty_file():
    """GEN23 An image without functions gives an empty file."""
    assert symtab.blob([]) == struct.pack("<4sII", b"MVS1", 0, 0)


def test_missing_image_is_named(tmp_path):
    """GEN24 An image that is not there is named, and nothing is written."""
    run = subprocess.run([TOP / "scripts/build/symtab.py", "nm", tmp_path / "no.elf", tmp_path / "out"],
                         capture_output=True, text=True, check=False)
    assert run.returncode == 1 and "no.elf" in run.stderr and not (tmp_path / "out").exists()
