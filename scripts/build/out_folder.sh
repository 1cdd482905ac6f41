#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# out_folder.sh FOLDER [mark]: prints why FOLDER, an absolute path, must not be the output
# folder, or nothing if it may. `make clean` and `make distclean` remove the content of the
# output folder, so it must contain only files of a build. Allowed is a folder that is absent,
# is empty, or has the marker; `mark` puts the marker into the folder before anything else.
# Inside the source tree this must hold for each folder around FOLDER, too; build and build-*
# there are free for builds, as .gitignore says. Called by the Makefile, in the top folder of
# the sources.

marker=.mullion-output
top=$(pwd)

refuse()
{
	echo "$1. Name a folder of its own, which is new or empty, such as O=build"
	exit 1
}

# Whether a folder is not empty and has no marker.
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
