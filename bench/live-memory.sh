#!/bin/sh
# Memory and disk of a live pipeline over many events of many keys, with windowed features by key, late labels, journal and snapshots.
# live-memory.sh [EVENTS [KEYS [EVENTS_PER_SECOND [DISK [FOLDER]]]]]    default 100000000 1000000 0 (as fast as it goes) 6GB (limits.disk)
# and a temporary folder
set -eu
. "$(dirname "$0")/setup.sh"
FRESHET_BENCH_GC=${FRESHET_BENCH_GC:-"-XX:+UseG1GC -XX:MaxGCPauseMillis=10"} # as 'freshet run' has it
machine
run LiveMemory "$@"
