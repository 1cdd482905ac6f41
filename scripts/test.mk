# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Tests, linters, documents.
