#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Runs the stressors of stress-ng that the table `stressors` beside it names, one after
# the other, with its own verification of what they compute:
#   stress.sh quick     those of `make check`
#   stress.sh full      all
#   stress.sh NAME      one
# For each there is a line `stress: NAME: STATUS`, 0 if stress-ng succeeded, with what it
# said before it if not; what the kernel warned of stands behind `stress: kernel`. Read by
# scripts/linux/linux_selftests.py. Relies on busybox.

here=/tests
# shellcheck source=guests/linux/tests/common.sh
. "$here/common.sh"

# one NAME INSTANCES OPERATIONS OPTION...
one()
{
	name=$1
	instances=$2
	operations=$3
	shift 3
	stress-ng "--$name" "$instances" "--$name-ops" "$operations" "$@" --verify --timeout 10 \
		--temp-path /tmp --oomable > /tmp/said 2>&1 < /dev/null
	status=$?
	[ "$status" = 0 ] || cat /tmp/said
	grep -i 'fail:\|error:' /tmp/said
	# One that does not run here is none that succeeds.
	! grep -q 'No stress workers invoked\|unsuccessful' /tmp/said || status=3
	echo "stress: $name: $status at $(cut -d. -f1 /proc/uptime) s"
}

begin
cd /tmp || exit
while IFS='|' read -r name instances operations when options; do
	if is_chosen "$1" "$name" "$when"; then
		# shellcheck disable=SC2086 # lists of words
		one "$name" $instances $operations $options
	fi
done < "$here/stressors"
finish stress
