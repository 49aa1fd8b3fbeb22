#!/bin/sh
# Memory and disk of a live pipeline over many events of many keys, with windowed features by key, late labels, journal and snapshots.
# live-memory.sh [EVENTS [KEYS [EVENTS_PER_SECOND [FOLDER]]]]    default 100000000 1000000 0 (as fast as it goes) and a temporary folder
set -eu
. "$(dirname "$0")/setup.sh"
machine
run LiveMemory "$@"
