#!/bin/sh
# A job from Kafka to Kafka on a Flink cluster of separate processes on this machine, under load; a task manager and the job manager are
# killed in turn (kill -9) and started again. Every event has one answer, and the models at the end are those of a run nobody interrupted,
# and of 'freshet run'. flink-kill.sh [KILLS [EVENTS_PER_SECOND [PORT]]]    default 20, 1000, 8081; about 20 s a kill
set -eu
. "$(dirname "$0")/setup.sh"
./freshet flink --help >/dev/null
machine
FRESHET_BENCH_HEAP=${FRESHET_BENCH_HEAP:-1g} run FlinkKill "$@"
