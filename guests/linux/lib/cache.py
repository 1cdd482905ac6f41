# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""The cache of what guests/linux/build.py makes.

It is $MULLION_CACHE, else ~/.cache/mullion. Each product is a folder KIND-KEY,
where the key is a SHA-256 over all that goes into it; the file `inputs` in it
says what that was. A product is made in KIND-KEY.new and renamed when it is
complete, so that a folder without .new is always whole. The file
locks/KIND-KEY lets one process at a time make or remove the product; the commands
that make it inherit it, so that it is held until the last of them has ended.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil

from say import Failure, note

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # guests/linux
KEY_DIGITS = 32


def folder():
    """The cache folder, made if it is not there."""
    path = os.path.abspath(os.environ.get("MULLION_CACHE") or os.path.expanduser("~/.cache/mullion"))
    if any(letter in path for letter in " :\t"):
        raise Failure(f"The cache folder '{path}' has a space or a colon in its name, which the "
                      "kernel's build cannot handle. Cure: MULLION_CACHE=/some/other/folder")
    try:
        os.makedirs(f"{path}/locks", exist_ok=True)
    except OSError as error:
        raise Failure(f"The cache folder {path} cannot be made: {error.strerror}. "
                      "Cure: MULLION_CACHE=/some/other/folder") from error
    return path


def file_sum(path):
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def folder_sums(path, name):
    """[(name/file, mode and SHA-256)] of all files below a folder."""
    found = []
    for top, folders, files in os.walk(path):
        folders.sort()
        for file in sorted(files):
            full = os.path.join(top, file)
            mode = "x" if os.access(full, os.X_OK) else "-"
            found.append((os.path.join(name, os.path.relpath(full, path)), mode + file_sum(full)))
    return found


def script_sums(*names):
    """[(file, SHA-256)] of files of this folder that decide what a product is."""
    return [(f"lib/{name}", file_sum(f"{HERE}/lib/{name}")) for name in names]


def product_folder(kind, inputs):
    """Where the product of these inputs is, or would be."""
    text = json.dumps(inputs, indent=0)
    return f"{folder()}/{kind}-{hashlib.sha256(text.encode()).hexdigest()[:KEY_DIGITS]}"


def lock_path(name):
    """The lock of KIND-KEY."""
    return f"{folder()}/locks/{name}"


def acquire(name, wait):
    """The file descriptor of a lock that is held, or None if it is not to be had."""
    lock = os.open(lock_path(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if not wait:
            os.close(lock)
            return None
        note(f"another process is making '{name.rpartition('-')[0]}' in {folder()}: waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def is_file(lock, name):
    """Whether the lock is still the file of this name: who removes a product removes that, too."""
    try:
        return os.path.samestat(os.fstat(lock), os.stat(lock_path(name)))
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def locked(name, wait=True):
    """Hold the lock of KIND-KEY; gives its file descriptor, or None if it is not to be had."""
    lock = acquire(name, wait)
    try:
        while lock is not None and not is_file(lock, name):
            os.close(lock)
            lock = None
            lock = acquire(name, wait)
        yield lock
    finally:
        if lock is not None:
            os.close(lock)


def names_of(kind):
    """Folders of a kind in the cache; it may hold other things, which are not ours."""
    form = re.compile(rf"{re.escape(kind)}-[0-9a-f]{{{KEY_DIGITS}}}(\.new)?")
    return sorted(name for name in os.listdir(folder()) if form.fullmatch(name))


def remove(name):
    """Remove a folder of the cache, and the lock; not while a process makes it. Whether it is gone."""
    whole = name.removesuffix(".new")
    with locked(whole, wait=False) as lock:
        if lock is None:
            return False
        shutil.rmtree(f"{folder()}/{name}", ignore_errors=True)
        os.unlink(lock_path(whole))
    return True


def remove_unfinished(kind, mine):
    """Remove what interrupted builds of a kind have left; the lock of `mine` is held."""
    shutil.rmtree(f"{folder()}/{mine}.new", ignore_errors=True)
    for name in names_of(kind):
        if name.endswith(".new"):
            remove(name)


def product(kind, inputs, make):
    """The folder of a product; make(folder, lock) fills it if it is not there yet."""
    path = product_folder(kind, inputs)
    if os.path.isdir(path):
        return path
    with locked(os.path.basename(path)) as lock:
        if os.path.isdir(path):
            return path
        remove_unfinished(kind, os.path.basename(path))
        os.mkdir(f"{path}.new")
        make(f"{path}.new", lock)
        with open(f"{path}.new/inputs", "w", encoding="utf-8") as file:
            file.writelines(f"{name}: {value}\n" for name, value in inputs)
        os.rename(f"{path}.new", path)
    return path


def prune(kind, current):
    """Remove the products of a kind but the current ones; return the names removed."""
    removed = []
    for name in names_of(kind):
        if f"{folder()}/{name}" in current:
            continue
        if remove(name):
            removed.append(name)
        else:
            note(f"'{kind}' is being made by another process: left alone")
    return removed
