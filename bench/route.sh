#!/bin/sh
# Routing between two large models by the recorded outcomes of both on MMLU (routellm in the folder named by FRESHET_DATA):
# accuracy by the share of events sent to the dearer one, beside plain baselines; means and standard deviations over shuffled
# orders. Three minutes.
#
#   bench/route.sh [SEEDS]    default 3
set -eu
. "$(dirname "$0")/setup.sh"
machine
echo
has routellm || exit 0
run RouteRun "$FRESHET_DATA" "${1:-3}"
