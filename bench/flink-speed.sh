#!/bin/sh
# Events a second of the same files in the live engine on one core and on a Flink cluster of separate processes on this machine, with one
# task slot on core 0 and with two on cores 0 and 1; answers are compared. flink-speed.sh [EVENTS [PORT]]    default 1000000, 8081; a few minutes
set -eu
. "$(dirname "$0")/setup.sh"
./freshet flink --help >/dev/null
machine
echo
run FlinkSpeed "$@"
