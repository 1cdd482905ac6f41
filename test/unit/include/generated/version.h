/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/* A version that never changes, in place of what scripts/build/version.sh writes. */
#define MV_VERSION     "0.0.0-test"
#define MV_GIT_ID      "0123abc"
#define MV_CONFIG_HASH "cafe0000"
