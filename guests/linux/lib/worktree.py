# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Trees of Linux to work in: from patches/ and files/ to git, and back.

In the tree the tag mullion-pristine is Debian's Linux, each patch is a commit
behind it, and one more commit has the new files. Back again, each commit gives
a patch with its changes to files that Linux has, and all other files go to
files/. Both ways give the same bytes. Used by build.py.
"""

import functools
import os
import re
import shutil
import subprocess

import source
from cache import HERE
from say import Failure, environment, last_lines, phase

PRISTINE = "mullion-pristine"
HEAD = ("SPDX-License-Identifier: GPL-2.0-only\n"
        "SPDX-FileCopyrightText: The Mullion authors\n\n")
SERIES_HEAD = """\
# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
# The changes to files of Linux, in their order. Written by `build.py refresh`.
"""
# The form of a patch, whatever the settings of the one who makes it.
DIFF = ["diff-tree", "-p", "-r", "-U3", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color",
        "--full-index", "--diff-algorithm=myers", "--indent-heuristic", "--src-prefix=a/",
        "--dst-prefix=b/"]
# What patch(1) takes for the beginning of a change.
NOT_IN_MESSAGE = re.compile(r"^(diff |Index:|---|\+\+\+|\*\*\*|@@)", re.M)


def git(tree, *arguments, text=None):
    """Run git in a tree, without anybody's settings; its output as bytes."""
    env = environment(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1",
                      GIT_AUTHOR_DATE="2026-01-01T00:00Z", GIT_COMMITTER_DATE="2026-01-01T00:00Z")
    settings = ["-c", "user.name=Mullion", "-c", "user.email=mullion@localhost", "-c", "gc.auto=0",
                "-c", "core.compression=1", "-c", "core.autocrlf=false", "-c", "core.quotePath=true"]
    try:
        done = subprocess.run(["git", *settings, *arguments], cwd=tree, input=text or b"", env=env,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    except FileNotFoundError as error:
        raise Failure("There is no git. Cure: apt-get install git") from error
    if done.returncode:
        raise Failure(f"`git {' '.join(arguments[:3])} ...` failed in {tree}:\n"
                      + last_lines(done.stderr.decode(errors="replace")))
    return done.stdout


def commit(tree, message):
    """Commit all that is in the tree, also what its .gitignore names."""
    git(tree, "add", "-A", "-f")
    git(tree, "commit", "-q", "--allow-empty", "--cleanup=verbatim", "-F", "-", text=message.encode())


def slug(subject):
    """The name of a patch, from the first line of its message."""
    return re.sub(r"[^a-z0-9]+", "-", subject.lower()).strip("-") + ".patch"


# From patches to git --------------------------------------------------------------

def message_of(name):
    """What stands in a patch before its changes, without the licence."""
    with open(f"{HERE}/patches/{name}", encoding="utf-8", errors="surrogateescape") as file:
        text = re.split(r"^diff --git ", file.read(), maxsplit=1, flags=re.M)[0]
    text = text.replace(HEAD.strip(), "", 1).strip()
    if not text:
        raise Failure(f"guests/linux/patches/{name} does not say what it does. "
                      "Cure: a line of text before its first `diff --git`")
    return text + "\n"


def make_git_tree(tree):
    """Linux with the port as a git repository; goes on with one that stopped at a patch."""
    if not is_ours(tree):
        version = source.version_checked()
        source.new_folder(tree)
        source.unpack(tree)
        phase("GIT", f"{source.PACKAGE} {version}")
        git(tree, "init", "-q", "-b", "main")
        commit(tree, f"{source.PACKAGE} {version}\n")
        git(tree, "tag", PRISTINE)
    elif "new files" in map(functools.partial(subject_of, tree), commits(tree)):
        raise Failure(f"{tree} is complete already. Cure: work in it, or name a new folder")
    clean(tree)
    done = {slug(subject_of(tree, one)) for one in commits(tree)}
    for name in source.patch_names():
        if slug(message_of(name).split("\n")[0]) not in done:
            phase("PATCH", name)
            apply_to_git(tree, name)
    phase("COPY", f"{len(source.add_files(tree))} new files of the port")
    commit(tree, "new files\n")


def apply_to_git(tree, name):
    """Apply a patch and commit it; on failure the tree is as before it."""
    try:
        source.apply_patch(tree, name)
    except Failure as failure:
        git(tree, "reset", "-q", "--hard")
        git(tree, "clean", "-q", "-f", "-d")
        raise Failure(f"{failure}\n{tree} has what comes before it. By hand: change the files, "
                      f"`git commit -a` with '{message_of(name).splitlines()[0]}' as the first "
                      "line, and say `tree --git` again for the rest") from failure
    commit(tree, message_of(name))


def is_ours(tree):
    """Whether the folder is a tree made here."""
    return os.path.isdir(f"{tree}/.git") and PRISTINE in git(tree, "tag").decode().split()


def clean(tree):
    """All must be committed."""
    changed = git(tree, "status", "--porcelain").decode(errors="replace").rstrip()
    if changed:
        raise Failure(f"{tree} has changes that are not committed:\n{last_lines(changed)}\n"
                      "Cure: commit them, or remove them")


# From git to patches ----------------------------------------------------------------

def commits(tree):
    """The commits behind Debian's Linux, in their order."""
    lines = git(tree, "rev-list", "--reverse", "--parents", f"{PRISTINE}..HEAD").decode().splitlines()
    for line in lines:
        if len(line.split()) > 2:
            raise Failure(f"{tree}: commit {line.split()[0][:12]} is a merge, which is no patch. "
                          "Cure: git rebase")
    return [line.split()[0] for line in lines]


def names_in(tree, *arguments):
    """File names that a git command lists."""
    return [name.decode(errors="surrogateescape")
            for name in git(tree, *arguments, "-z").split(b"\0") if name]


def subject_of(tree, one):
    """First line of a commit's message."""
    return git(tree, "log", "-1", "--format=%B", one).decode(errors="surrogateescape").split("\n")[0]


def patch_of(tree, one, old):
    """(name, bytes) of the patch that a commit is, None if it changes nothing that Linux has."""
    changed = names_in(tree, "diff-tree", "-r", "--no-commit-id", "--name-only", "--no-renames", one)
    changed = [name for name in changed if name in old]
    if not changed:
        return None
    message = git(tree, "log", "-1", "--format=%B", one).decode(errors="surrogateescape").strip()
    place = f"{tree}: commit {one[:12]} ('{message.splitlines()[0]}')"
    if NOT_IN_MESSAGE.search(message):
        raise Failure(f"{place} has a line in its message that patch(1) takes for a change. "
                      "Cure: git rebase, reword")
    diff = git(tree, *DIFF, "--no-commit-id", one, "--", *changed)
    if b"\nBinary files " in diff:
        raise Failure(f"{place} changes a file that is no text. Cure: leave it out")
    diff = re.sub(rb"^index .*\n", b"", diff, flags=re.M)
    return slug(message.split("\n")[0]), \
        (HEAD + message + "\n\n").encode(errors="surrogateescape") + diff


def patches_of(tree, old):
    """{name: bytes} of all patches, in their order."""
    result = {}
    for one in commits(tree):
        name, content = patch_of(tree, one, old) or (None, None)
        if name in result:
            raise Failure(f"{tree}: two commits would both be the patch {name}. "
                          "Cure: git rebase, give them different first lines")
        if name:
            result[name] = content
    return result


def refresh(tree):
    """Write patches/ and files/ from a tree; names of what has changed."""
    tree = os.path.abspath(tree)
    if not is_ours(tree):
        raise Failure(f"{tree} was not made by `build.py tree --git`: it has no tag {PRISTINE}. "
                      "Cure: make one, and bring the changes there")
    clean(tree)
    old = set(names_in(tree, "ls-tree", "-r", "--name-only", PRISTINE))
    new = {}
    for name in names_in(tree, "ls-tree", "-r", "--name-only", "HEAD"):
        if name not in old:
            with open(f"{tree}/{name}", "rb") as file:
                new[f"files/{name}"] = (file.read(), os.access(f"{tree}/{name}", os.X_OK))
    patches = patches_of(tree, old)
    new |= {f"patches/{name}": (content, False) for name, content in patches.items()}
    series = SERIES_HEAD + "".join(f"{name}\n" for name in patches)
    new["patches/series"] = (series.encode(), False)
    new["VERSION"] = (version_file(subject_of(tree, PRISTINE)), False)
    return replace(new)


def version_file(line):
    """The file VERSION with another version of Linux."""
    with open(f"{HERE}/VERSION", encoding="utf-8") as file:
        return re.sub(rf"^{re.escape(source.PACKAGE)} .*$", line, file.read(), flags=re.M).encode()


def present():
    """{name: (content, executable)} of what `refresh` writes, as it is now."""
    names = ["VERSION"]
    for folder in ("patches", "files"):
        for top, _, files in os.walk(f"{HERE}/{folder}"):
            names += [os.path.relpath(os.path.join(top, name), HERE) for name in files]
    result = {}
    for name in names:
        with open(f"{HERE}/{name}", "rb") as file:
            result[name] = (file.read(), os.access(f"{HERE}/{name}", os.X_OK))
    return result


def replace(new):
    """Make patches/, files/ and VERSION what `new` says; lines that tell what changed."""
    old = present()
    said = []
    for name in sorted(old.keys() - new.keys()):
        os.remove(f"{HERE}/{name}")
        said.append(f"removed guests/linux/{name}")
    for name in sorted(name for name in new if new[name] != old.get(name)):
        content, executable = new[name]
        os.makedirs(os.path.dirname(f"{HERE}/{name}"), exist_ok=True)
        with open(f"{HERE}/{name}", "wb") as file:
            file.write(content)
        os.chmod(f"{HERE}/{name}", 0o755 if executable else 0o644)
        said.append(f"{'changed' if name in old else 'new'} guests/linux/{name}")
    for top, _, _ in os.walk(f"{HERE}/files", topdown=False):
        if not os.listdir(top):
            shutil.rmtree(top)
    return said
