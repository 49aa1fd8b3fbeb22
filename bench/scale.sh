#!/bin/sh
# The constants of the cost model in docs/scale.md on this machine, and what a cluster needs for a load.
# scale.sh [EVENTS_A_SECOND KEYS TRANSPORT_US STORE_US DISK_SHARE]    half a minute; the last three from flink-speed.sh and flink-keys.sh
set -eu
. "$(dirname "$0")/setup.sh"
machine
echo
run ScaleRun "$@"
