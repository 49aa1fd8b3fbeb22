#!/bin/sh
# A live pipeline with a large state: the longest gap between two turns without and with a snapshot being made, and the time a new process
# needs after a crash. live-state.sh [MEGABYTES [EVENTS_PER_SECOND [PAIRS]]]    default 100, 10000, 8
set -eu
. "$(dirname "$0")/setup.sh"
FRESHET_BENCH_GC=${FRESHET_BENCH_GC:-"-XX:+UseG1GC -XX:MaxGCPauseMillis=10"} # as 'freshet run' has it
machine
run LiveState "${1:-100}" "${2:-10000}" "${3:-8}"
