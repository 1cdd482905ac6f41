# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""The root file system as a disk: an ext4 image with what the initramfs has.

mke2fs makes an empty file system and debugfs fills it, file by file in a fixed
order, so that nobody needs to be root for owners and device nodes and so that
it is the same wherever it is made. QEMU's card has a size of a power of two.
Used by build.py.
"""

import os
import shutil
import stat

import cache
import rootfs
from say import Failure, environment, note, phase, run

IMAGE = "disk.img"
SIZE = 64 << 20
BLOCK = 4096
NAME = "mullion"
# Any will do as long as they stay: of the file system, and for the order in its folders.
UUID, SEED = "6d756c6c-696f-4e6e-8000-000000000001", "6d756c6c-696f-4e6e-8000-000000000002"
FEATURES = ("none,has_journal,ext_attr,dir_index,filetype,extent,flex_bg,sparse_super,large_file,"
            "dir_nlink,extra_isize,metadata_csum")
# What both tools take for the present, in seconds since 1970; 0 is "none" to them.
TIME = "1"


def version():
    """What mke2fs says it is."""
    return run(["mke2fs", "-V"], env=tools()).split("\n")[0]


def inputs():
    """All that decides what the disk is."""
    return [*rootfs.inputs(), ("mke2fs", version()), *cache.script_sums("disk.py")]


def build():
    """The disk in the cache, made if it is not there; its folder."""
    def make(folder, lock):
        user = f"{rootfs.build()}/user"
        phase("MKFS", IMAGE)
        make_empty(f"{folder}/{IMAGE}", lock)
        fill(folder, rootfs.entries(user), lock)
    return cache.product("disk", inputs(), make)


def tools():
    """The environment of the tools: fixed time, no settings of this machine; they are
    where only root looks for programs."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return environment(E2FSPROGS_FAKE_TIME=TIME, MKE2FS_CONFIG="/dev/null", PATH=path)


def make_empty(path, lock):
    """A file system without any files but lost+found."""
    with open(path, "wb") as file:
        file.truncate(SIZE)
    run(["mke2fs", "-q", "-F", "-b", str(BLOCK), "-I", "256", "-m", "0", "-O", FEATURES, "-L", NAME,
         "-U", UUID, "-E", f"hash_seed={SEED},root_owner=0:0,lazy_itable_init=0", path],
        (lock,), env=tools())


def fill(folder, entries, lock):
    """Write the entries into the disk of a folder; their contents go through its `parts`."""
    parts = f"{folder}/parts"
    os.mkdir(parts)
    lines = [line for number, entry in enumerate(entries) for line in commands(parts, number, entry)]
    with open(f"{parts}/commands", "w", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
    said = run(["debugfs", "-w", "-f", f"{parts}/commands", f"{folder}/{IMAGE}"], (lock,), env=tools())
    shutil.rmtree(parts)
    check(f"{folder}/{IMAGE}", said, lock)


def commands(parts, number, entry):
    """What debugfs is told to make one entry; it takes names in the present folder only."""
    path, mode, content, device = entry
    folder, _, name = path.rpartition("/")
    if stat.S_ISLNK(mode):
        return [f"cd /{folder}", f"symlink {name} {content.decode()}"]
    if stat.S_ISDIR(mode):
        made = f"mkdir {name}"
    elif device:
        made = f"mknod {name} c {device[0]} {device[1]}"
    else:
        made = f"write {parts}/{number} {name}"
        with open(f"{parts}/{number}", "wb") as file:
            file.write(content)
    return [f"cd /{folder}", made, f"set_inode_field {name} mode 0{mode:o}"]


def check(path, said, lock):
    """debugfs has no status that tells of errors: look at what it said and made."""
    wrong = [line for line in said.split("\n")
             if line and not line.startswith(("debugfs", "Allocated inode"))]
    if wrong:
        raise Failure("The disk could not be filled:\n" + "\n".join(wrong[:5]) +
                      f"\nCure: a larger SIZE in {cache.HERE}/lib/disk.py, or less to put there")
    run(["e2fsck", "-f", "-n", path], (lock,), env=tools())


def copy(path):
    """A disk of one's own that is written to: a copy, if there is none yet; its path."""
    folder, made_of = build(), f"{path}.made-of"
    if not os.path.exists(path):
        phase("COPY", path)
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        run(["cp", "--sparse=always", f"{folder}/{IMAGE}", f"{path}.new"])
        with open(made_of, "w", encoding="utf-8") as file:
            file.write(f"{os.path.basename(folder)}\n")
        os.rename(f"{path}.new", path)
    elif not is_copy_of(made_of, folder):
        note(f"{path} has older files than the present build. It is left as it is, because something "
             f"may have been written there. A new one: remove it, or `make reset-disk`")
    return path


def is_copy_of(made_of, folder):
    """Whether a copy was made of this disk and not of one before."""
    if not os.path.exists(made_of):
        return False
    with open(made_of, encoding="utf-8") as file:
        return file.read().strip() == os.path.basename(folder)
