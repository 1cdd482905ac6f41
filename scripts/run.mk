# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# QEMU, debugger and reports on a finished build.
