#!/bin/sh
# Features and models by key, with a thousand keys and with a million drawn uniformly: events a second of one thread, by its
# processor time, and memory. About two minutes.
set -eu
. "$(dirname "$0")/setup.sh"
machine
for arguments in "1000 500000" "1000000 1000000"; do
  echo "windowed, keys and events a round: $arguments"
  run WindowsRun $arguments
done
for spec in 'per_key(learner=gaussian_nb)' 'per_key(models=100000, beyond=store, learner=gaussian_nb)'; do
  echo "$spec, 1000 keys, then 1000000"
  run KeyedRun 1000 300000 "$spec"
  run KeyedRun 1000000 300000 "$spec"
done
