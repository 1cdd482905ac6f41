#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Puts the sources of the notary's library, Debian's BearSSL, into a folder.

    fetch.py DIR

They are fetched with `apt-get source` into the cache ($MULLION_CACHE, else ~/.cache/mullion), with
package lists of its own: nothing is installed, nobody needs to be root, and lines `deb-src`
need not be in sources.list. Only the tarball whose SHA-256 is in VERSION is used, wherever it
came from: $MULLION_BEARSSL names one that is there already. Called by the Makefile beside it
and, without DIR, before tests, which shall not need the network.
"""

import fcntl
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
MIRROR, RELEASE = "http://deb.debian.org/debian", "bookworm"
PARTS = ("inc/", "src/", "LICENSE.txt")


class Failure(Exception):
    """A failure, with its cure."""


def wanted():
    """(package, version, SHA-256 of the tarball)."""
    with open(f"{HERE}/VERSION", encoding="utf-8") as file:
        return next(line.split() for line in file if line[0] not in "#\n")


def cache_folder():
    """The cache, made if it is not there."""
    path = os.path.abspath(os.environ.get("MULLION_CACHE") or os.path.expanduser("~/.cache/mullion"))
    os.makedirs(f"{path}/locks", exist_ok=True)
    return path


def file_sum(path):
    """SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


# Debian's mirror ----------------------------------------------------------------

def mirrors(folder="/etc/apt"):
    """The mirror from which this machine has the release; reads both formats of sources."""
    texts = {}
    for path in [f"{folder}/sources.list", *sorted(glob.glob(f"{folder}/sources.list.d/*"))]:
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                texts[path] = re.sub(r"^\s*#.*\n?", "", file.read(), flags=re.M)
    for path, text in texts.items():
        if path.endswith(".list"):
            yield from re.findall(rf"^deb(?:-src)?\s+(?:\[[^]]*\]\s+)?(\S+)\s+{RELEASE}\s.*\bmain\b", text, re.M)
        for stanza in text.split("\n\n") if path.endswith(".sources") else ():
            fields = dict(re.findall(r"^(\S+):[ \t]*(.*)$", stanza, re.M))
            if RELEASE in fields.get("Suites", "").split() and "main" in fields.get("Components", "").split():
                yield from fields.get("URIs", "").split()


def apt_command(folder):
    """An apt-get command with lists of its own, which name source packages only."""
    for name in ("state/lists/partial", "archives/partial"):
        os.makedirs(f"{folder}/{name}")
    signed = f"[signed-by={KEYRING}] " if os.path.exists(KEYRING) else ""
    with open(f"{folder}/sources.list", "w", encoding="utf-8") as file:
        for mirror in dict.fromkeys([*mirrors(), MIRROR]):
            file.write(f"deb-src {signed}{mirror} {RELEASE} main\n")
    with open(f"{folder}/status", "w", encoding="utf-8"):
        pass
    settings = {"APT::Sandbox::User": "", "Acquire::Languages": "none",
                "Dir::Etc::sourcelist": f"{folder}/sources.list", "Dir::Etc::sourceparts": "/dev/null",
                "Dir::State": f"{folder}/state", "Dir::State::status": f"{folder}/status",
                "Dir::Cache": folder}
    return ["apt-get", "-q", *(f"-o{name}={value}" for name, value in settings.items())]


def download(folder):
    """Fetch the tarball into a folder; returns its path."""
    package, version, _ = wanted()
    print(f"  FETCH   {package} {version}", file=sys.stderr, flush=True)
    apt, said = apt_command(f"{folder}/apt"), []
    for command in (["update"], ["source", "--download-only", f"{package}={version}"],
                    ["source", "--download-only", package]):
        try:
            done = subprocess.run([*apt, *command], cwd=folder, check=False, text=True, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except FileNotFoundError as error:
            raise Failure("There is no apt-get here. " + by_hand()) from error
        said.append(done.stdout.strip())
        found = glob.glob(f"{folder}/{package}_*.orig.tar.*z")
        if found:
            return found[0]
    raise Failure(f"The sources of {package} {version} could not be fetched:\n" + "\n".join(said[-2:]) +
                  "\nSee to the network and /etc/apt/sources.list. " + by_hand())


def by_hand():
    """The cure that needs no network."""
    package, version, _ = wanted()
    return (f"Cure: fetch {package}_{version.rpartition('-')[0]}.orig.tar.xz elsewhere and say "
            "MULLION_BEARSSL=/path/to/it")


# The cache ------------------------------------------------------------------------

def checked(path):
    """The tarball, if it is the one of VERSION."""
    if not os.path.isfile(path):
        raise Failure(f"MULLION_BEARSSL={path} is no file. {by_hand()}")
    if file_sum(path) != wanted()[2]:
        raise Failure(f"{path} is not the tarball that guests/notary/VERSION names: its SHA-256 is "
                      f"{file_sum(path)}. {by_hand()}; or, after a look at the changes, renew VERSION")
    return path


def unpack(path, folder):
    """The parts that are needed, without the folder that all is in."""
    with tarfile.open(path) as tar:
        for member in tar.getmembers():
            member.name = member.name.partition("/")[2]
            if member.isfile() and member.name.startswith(PARTS):
                tar.extract(member, folder)


def fetch():
    """The folder in the cache with the sources, made if it is not there."""
    package, _, total = wanted()
    path = f"{cache_folder()}/source-{package}-{total[:32]}"
    if os.path.isdir(path):
        return path
    with open(f"{cache_folder()}/locks/source-{package}", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(path):
            shutil.rmtree(f"{path}.new", ignore_errors=True)
            os.makedirs(f"{path}.new/apt")
            unpack(checked(os.environ.get("MULLION_BEARSSL") or download(f"{path}.new")), f"{path}.new")
            shutil.rmtree(f"{path}.new/apt")
            os.rename(f"{path}.new", path)
    return path


def main():
    """Fetch the sources, and copy those that are missing or differ."""
    try:
        folder = fetch()
    except Failure as failure:
        sys.exit(f"fetch.py: {failure}")
    except OSError as error:
        sys.exit(f"fetch.py: {error}. Cure: MULLION_CACHE=/some/other/folder")
    if len(sys.argv) > 1:
        for part in ("inc", "src"):
            shutil.rmtree(f"{sys.argv[1]}/{part}", ignore_errors=True)
            shutil.copytree(f"{folder}/{part}", f"{sys.argv[1]}/{part}")
    else:
        print(folder)


if __name__ == "__main__":
    main()
