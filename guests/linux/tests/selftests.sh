#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Runs Linux's own tests that the table `selftests` beside it names, one after the
# other, each in an empty folder and a session of its own:
#   selftests.sh quick     those of `make check`
#   selftests.sh full      all
#   selftests.sh NAME      one
# What a test prints stands between `selftest: begin NAME` and `selftest: end NAME STATUS`;
# what the kernel warned of meanwhile behind `selftest: kernel`. Whether a test that fails
# is to fail is known to scripts/linux/linux_selftests.py, which reads this. Relies on busybox.

here=/tests
# shellcheck source=guests/linux/tests/common.sh
. "$here/common.sh"
folder=/tmp/selftest

# prepare NAME: the files that some tests want to find where they run.
prepare()
{
	rm -rf "$folder" && mkdir -p "$folder" && cd "$folder" || exit
	case $1 in
	exec/execveat)
		cp "$here/bin/exec/execveat" execveat && cp execveat execveat.denatured
		chmod -x execveat.denatured
		: > Makefile
		ln -s execveat execveat.symlink
		printf '#!/bin/sh\nexit $*\n' > script
		chmod +x script
		mkdir subdir
		;;
	timers/*)
		date -s 2026-01-01 > /dev/null
		;;
	esac
}

# end_session NUMBER: kill all processes of a session.
end_session()
{
	for process in /proc/[0-9]*; do
		# Behind the name, which ends with the last parenthesis: state, parent, group, session.
		sed 's/.*) //' "$process/stat" 2> /dev/null | {
			read -r _ _ _ session _
			[ "$session" != "$1" ] || kill -KILL "${process#/proc/}" 2> /dev/null
		}
	done
}

# one NAME SECONDS ARGUMENT...
one()
{
	name=$1
	seconds=$2
	shift 2
	prepare "$name"
	echo "selftest: begin $name"
	program=$here/bin/${name%% *}
	[ -e execveat ] && program=./execveat
	# Written by the session itself: what it leaves behind is ended with it.
	setsid sh -c 'echo $$ > /tmp/session; exec timeout -s KILL "$@"' sh \
		"$seconds" "$program" "$@" < /dev/null 2>&1
	status=$?
	end_session "$(cat /tmp/session)"
	printf '\nselftest: end %s: %s at %s s\n' "$name" "$status" "$(cut -d. -f1 /proc/uptime)"
}

begin
[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd
mkdir -p /dev/mqueue && mount -t mqueue mqueue /dev/mqueue
while IFS='|' read -r name seconds when arguments rest; do
	if is_chosen "$1" "$name" "$when"; then
		# shellcheck disable=SC2086 # lists of words
		one "$name" $seconds $arguments
	fi
done < "$here/selftests"
cd / && rm -rf "$folder"
finish selftest
