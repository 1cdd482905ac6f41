#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# out_folder.sh FOLDER [mark]: says why FOLDER, an absolute path, must not be the output
# folder, or nothing. `make clean` and `make distclean` remove what is in it, so nothing
# else may be in there: it is absent, empty, or has the marker that `mark` puts into it
# before anything else is. In the source tree this holds for each folder around it, too,
# and build and build-* there are free for builds, as .gitignore says. Called by the
# Makefile, in the top folder of the sources.

marker=.mullion-output
top=$(pwd)

refuse()
{
	echo "$1. Name a folder of its own, which is new or empty, such as O=build"
	exit 1
}

# Whether a folder has something and no marker.
taken()
{
	[ ! -e "$1/$marker" ] && [ -n "$(ls -A "$1" 2>/dev/null)" ]
}

case $top/ in
"${1%/}"/*) refuse "this is the source tree, or a folder around it" ;;
esac
case $1/ in
"$top"/build/* | "$top"/build-*) exit 0 ;;
esac
[ ! -e "$1" ] || [ -d "$1" ] || refuse "this is no folder"

folders=$1
case $1 in
"$top"/*)
	folder=${1%/*}
	while [ "$folder" != "$top" ]; do
		taken "$folder" && refuse "this is in $folder, a folder of the source tree"
		folders="$folder $folders"
		folder=${folder%/*}
	done
	;;
esac
taken "$1" && refuse "this folder has files that make has not put there and \`make clean\` would remove"

[ "$2" = mark ] || exit 0
for folder in $folders; do
	[ -e "$folder/$marker" ] && continue
	{ mkdir -p "$folder" && : >"$folder/$marker"; } 2>/dev/null || refuse "nothing can be written to $folder"
done
