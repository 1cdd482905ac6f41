# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
# shellcheck shell=sh
#
# What selftests.sh and stress.sh share: how a run begins and ends, and which lines of a table
# it takes. Read by both; relies on busybox.

# begin: from here on the kernel's log has what this run caused.
begin()
{
	umask 022
	dmesg -n 1
	dmesg -c > /dev/null
}

# is_chosen WHAT NAME WHEN: whether a run of WHAT takes this line of a table. Sets name and when
# to the fields without the blanks around them.
is_chosen()
{
	name=${2% }
	when=${3# }
	when=${when% }
	case $name in
	'' | '#'*) return 1 ;;
	esac
	[ "$1" = full ] || [ "$1" = "$when" ] || [ "$1" = "$name" ]
}

# finish WORD: what the kernel warned of, and the end, in lines that begin with the word.
finish()
{
	dmesg | grep 'WARNING\|BUG\|Oops\|Internal error\|rcu.*stall' | sed "s/^/$1: kernel /"
	echo "$1: done"
}
