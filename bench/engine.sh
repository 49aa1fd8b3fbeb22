#!/bin/sh
# The engine alone, from memory, on one thread: 30 numeric features, scaler and logistic regression, labels 1,000 events late by rows of
# their own. Events per second of thread CPU time, median and best of the rounds; as many label rows come on top.
#
#   bench/engine.sh [EVENTS-A-ROUND [ROUNDS [FEATURES [LATE [MODEL]]]]]    default 1000000, 11, 30, 1000
set -eu
. "$(dirname "$0")/setup.sh"

machine
echo
run EngineRun "$@"
