#!/bin/sh
# A live pipeline with a large state: the longest gap between two turns without and with a snapshot being made, and the time to recover
# after a crash. live-state.sh [MEGABYTES [EVENTS_PER_SECOND]]. For 200 kills in place of the 20 of the tests:
# mvn -pl runtime -am test -Dtest=KillTest -Dsurefire.failIfNoSpecifiedTests=false -DargLine=-Dfreshet.kills=200
set -eu
. "$(dirname "$0")/setup.sh"
run LiveState "${1:-100}" "${2:-10000}"
