#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Checks of Linux from a shell, then those of the program `check` that a shell cannot
# make. Prints `ok LNXnn ...` or `not ok LNXnn ...` for each, and ends with the number of
# all, `check.sh: N passed, N failed`; the exit status is 0 if none failed. The results are
# the same natively and in a cell. Relies on busybox's shell and commands, /proc and a writable /tmp.
# ShellCheck takes functions that are called by name for unused:
# shellcheck disable=SC2317,SC2329

folder=/tmp/check
good=0
bad=0

# promise ID SENTENCE COMMAND...: run the command in a shell of its own; its status decides.
promise()
{
	id=$1
	sentence=$2
	shift 2
	if ( "$@" ); then
		echo "ok $id $sentence"
		good=$((good + 1))
	else
		echo "not ok $id $sentence"
		bad=$((bad + 1))
	fi
}

# same WHAT WAS EXPECTED: fails and says so if two strings differ.
same()
{
	[ "$2" = "$3" ] && return
	echo "# $1 is '$2', not '$3'"
	return 1
}

# Files ------------------------------------------------------------------------------

write_and_read()
{
	echo one > file && echo two >> file && same content "$(cat file)" "one
two"
}

big_file()
{
	seq 1 300000 > big && same size "$(wc -c < big)" 1988895 &&
		same sum "$(md5sum < big | cut -d' ' -f1)" daef482d6c698625ab13d987d14e8781 &&
		cp big copy && cmp big copy
}

tree_of_files()
{
	for a in 1 2 3 4 5; do
		mkdir -p "tree/$a/$a/$a" && touch "tree/$a/$a/$a/leaf" || return
	done
	mv tree/1 tree/6 && same files "$(find tree -name leaf | wc -l)" 5 &&
		[ -e tree/6/1/1/leaf ] && [ ! -e tree/1 ] && rm -r tree && [ ! -e tree ]
}

links()
{
	echo text > target && ln target hard && ln -s target soft &&
		same soft "$(cat soft)" text && echo more > hard && same target "$(cat target)" more &&
		same links "$(stat -c %h target)" 2 && rm target && same hard "$(cat hard)" more &&
		! cat soft 2> /dev/null
}

attributes()
{
	echo x > mine && chmod 640 mine && same mode "$(stat -c %a mine)" 640 &&
		touch -d '2001-02-03 04:05:06' mine && same time "$(stat -c %Y mine)" 981173106
}

full_file_system()
{
	mkdir -p small && mount -t tmpfs -o size=256k tmpfs small || return
	! dd if=/dev/zero of=small/file bs=1k count=1000 2> /dev/null
	full=$(wc -c < small/file)
	umount small
	same size "$full" 262144
}

compression()
{
	seq 1 50000 | gzip > packed.gz &&
		same sum "$(gunzip -c packed.gz | md5sum)" "$(seq 1 50000 | md5sum)" &&
		[ "$(wc -c < packed.gz)" -lt 150000 ]
}

devices()
{
	same zeros "$(head -c 100000 /dev/zero | tr -d '\000' | wc -c)" 0 &&
		! same random "$(head -c 16 /dev/urandom | md5sum)" \
			"$(head -c 16 /dev/urandom | md5sum)" > /dev/null && echo x > /dev/null
}

# Pipes ------------------------------------------------------------------------------

pipeline()
{
	same result "$(seq 1 20000 | grep 7 | sort -rn | tr 7 x | uniq | tail -n 1)" x
}

wide_pipe()
{
	same bytes "$(dd if=/dev/zero bs=1000 count=3000 2> /dev/null | cat | cat | wc -c)" 3000000
}

closed_pipe()
{
	same first "$(yes | head -n 1)" y
}

named_pipe()
{
	mkfifo fifo && { seq 1 1000 > fifo & } && same lines "$(wc -l < fifo)" 1000
}

# Signals ------------------------------------------------------------------------------

trapped()
{
	same result "$(sh -c 'trap "echo caught" USR1; kill -USR1 $$; echo end')" "caught
end"
}

killed()
{
	sleep 100 &
	kill $!
	wait $!
	same status $? 143
}

status_of_signal()
{
	sh -c 'kill -SEGV $$' 2> /dev/null
	same status $? 139
}

state_of()
{
	cut -d' ' -f3 "/proc/$1/stat"
}

stopped()
{
	sleep 100 &
	kill -STOP $!
	state=$(state_of $!)
	kill -CONT $!
	going=$(state_of $!)
	kill $!
	same 'state of the stopped' "$state" T && same 'state of the continued' "$going" S
}

in_time()
{
	timeout 1 sleep 10
	same status $? 143
}

# Processes ----------------------------------------------------------------------------

statuses()
{
	(exit 7)
	same status $? 7 && true && ! false && ! /no/such/command 2> /dev/null
}

# The leaves of a tree of shells, each of which starts two.
leaves()
{
	[ "$1" -eq 0 ] && echo leaf && return
	(leaves $(($1 - 1))) &
	(leaves $(($1 - 1))) &
	wait
}

process_tree()
{
	same leaves "$(leaves 5 | wc -l)" 32
}

hundred_processes()
{
	mkdir hundred
	i=0
	while [ $i -lt 100 ]; do
		(sleep 1; echo $i > hundred/$i) &
		i=$((i + 1))
	done
	wait
	same sum "$(cat hundred/* | awk '{ sum += $1 } END { print sum }')" 4950
}

orphan()
{
	(sleep 2 & echo $! > orphan)
	same parent "$(cut -d' ' -f4 "/proc/$(cat orphan)/stat")" 1
}

script()
{
	# shellcheck disable=SC2016
	printf '#!/bin/sh\necho "$#" "$2"\n' > script && chmod +x script &&
		same output "$(./script a 'b c' d)" "3 b c"
}

environment()
{
	same lines "$(VALUE=inherited sh -c 'echo $VALUE; cd /; pwd')" "inherited
/" && same arguments "$(sh -c 'echo $#' sh $(seq 1 3000))" 3000
}

# What the kernel tells ------------------------------------------------------------------

proc_files()
{
	[ "$(readlink /proc/self)" -gt 1 ] || return
	total=$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)
	[ "$total" -gt 10000 ] && grep -q '^processor' /proc/cpuinfo &&
		same name "$(cat /proc/$$/comm)" check.sh && grep -q ' /proc ' /proc/mounts
}

time_passes()
{
	before=$(cut -d. -f1 /proc/uptime)
	day=$(date +%s)
	sleep 2
	passed=$(($(cut -d. -f1 /proc/uptime) - before))
	days=$(($(date +%s) - day))
	[ $passed -ge 2 ] && [ $passed -le 3 ] && [ $days -ge 2 ] && [ $days -le 3 ]
}

# Floating point ---------------------------------------------------------------------------

# A chaotic series of so many steps, from a start that differs: one wrong bit shows.
series()
{
	awk -v "x=0.$1" -v "steps=$2" 'BEGIN { for (i = 1; i <= steps; i++) { x = 3.99 * x * (1 - x)
		s += x / i }
		printf "%.15f\n", s }'
}

floating_point()
{
	same pi "$(awk 'BEGIN { a = 1 / 5; b = 1 / 239
		for (i = 0; i < 40; i++) { s += (16 * a - 4 * b) / (i % 2 ? -2 * i - 1 : 2 * i + 1)
			a /= 25; b /= 239 * 239 }
		printf "%.14f", s }')" 3.14159265358979 &&
		same e "$(awk 'BEGIN { t = 1; for (i = 1; i < 30; i++) { s += t; t /= i }
		printf "%.14f", s }')" 2.71828182845905 &&
		same root "$(awk 'BEGIN { r = 1; for (i = 0; i < 9; i++) r = (r + 2 / r) / 2
		printf "%.12f", r }')" 1.414213562373
}

# Four processes at once compute what one after the other did.
floating_point_of_several()
{
	for n in 1 2 3 4; do
		series $n 20000 > alone.$n
	done
	for n in 1 2 3 4; do
		series $n 20000 > among.$n &
	done
	wait
	for n in 1 2 3 4; do
		[ -s alone.$n ] && cmp alone.$n among.$n || return
	done
	! cmp -s alone.1 alone.2
}

# What the program `check` says counts as if it were said here.
others()
{
	check | tee checked | grep -v '^check: '
	good=$((good + $(grep -c '^ok ' checked)))
	bad=$((bad + $(grep -c '^not ok ' checked)))
}

rm -rf $folder
mkdir -p $folder && cd $folder || exit 1
promise LNX01 "A file has what was written and appended" write_and_read
promise LNX02 "A file of 2 MB keeps its content, and so does its copy" big_file
promise LNX03 "Trees of folders can be made, renamed and removed" tree_of_files
promise LNX04 "Hard and symbolic links lead to their file" links
promise LNX05 "A file keeps its mode and time" attributes
promise LNX06 "A file system that is full says so" full_file_system
promise LNX07 "What is compressed comes back" compression
promise LNX08 "Devices for zeros, random numbers and nothing" devices
promise LNX09 "Six processes in a pipeline" pipeline
promise LNX10 "Three megabytes go through two pipes" wide_pipe
promise LNX11 "A pipe nobody reads ends its writer" closed_pipe
promise LNX12 "A named pipe connects two processes" named_pipe
promise LNX13 "A shell handles a signal" trapped
promise LNX14 "A process that is killed tells the signal" killed
promise LNX15 "A fault's signal is the status" status_of_signal
promise LNX16 "A process can be stopped and continued" stopped
promise LNX17 "A time limit ends a process" in_time
promise LNX18 "Statuses of commands arrive" statuses
promise LNX19 "A tree of 63 shells has 32 leaves" process_tree
promise LNX20 "A hundred processes at the same time" hundred_processes
promise LNX21 "An orphan becomes a child of process 1" orphan
promise LNX22 "A script runs with its arguments" script
promise LNX23 "Environment and 3000 arguments arrive" environment
promise LNX24 "/proc tells about processes and memory" proc_files
promise LNX25 "Time passes by both clocks" time_passes
promise LNX26 "Floating point has the known digits" floating_point
promise LNX27 "Four processes compute what one did" floating_point_of_several

others
promise LNX29 "The program 'check' came to its end" grep -q '^check: ' checked
cd / && rm -rf $folder
echo "check.sh: $good passed, $bad failed"
[ $bad -eq 0 ]
