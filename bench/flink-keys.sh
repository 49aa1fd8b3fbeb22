#!/bin/sh
# A model for each of a million keys on a Flink cluster of separate processes on this machine, one task manager with a small heap or several, the models
# in RocksDB: heap after collections, bytes of RocksDB and of checkpoints over time; answers of sampled keys are compared with one engine's.
# flink-keys.sh [KEYS [PASSES [HEAP_MB [TASK_MANAGERS [PORT]]]]]    default 1000000, 3, 512, 1, 8081; some minutes, 3 GB of disk
set -eu
. "$(dirname "$0")/setup.sh"
./freshet flink --help >/dev/null
machine
echo
FRESHET_BENCH_HEAP=${FRESHET_BENCH_HEAP:-1g} run FlinkKeys "$@"
