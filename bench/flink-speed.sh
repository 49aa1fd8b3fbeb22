#!/bin/sh
# Events a second of the same pipelines from Kafka to Kafka: in the live engine on one core, and on a Flink cluster of separate processes on
# this machine with one task slot on core 0 and with two on cores 0 and 1; answers are compared.
# flink-speed.sh [EVENTS [CHECKPOINT_EVERY [PORT [linear | forest]]]]    default 4000000, 10s, 8081, both; some minutes
set -eu
. "$(dirname "$0")/setup.sh"
./freshet flink --help >/dev/null
machine
echo
FRESHET_BENCH_HEAP=${FRESHET_BENCH_HEAP:-2g} run FlinkSpeed "$@"
