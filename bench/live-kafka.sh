#!/bin/sh
# Kafka to Kafka with the broker, the load generator and Freshet on this machine: 30 numeric features, scaler and logistic regression,
# labels 1,000 events late, snapshots every 10 s; beside it what generator and broker do alone. Each answer is compared with that of a
# replay of the journal. live-kafka.sh [SECONDS]; about three times SECONDS and half a minute.
set -eu
. "$(dirname "$0")/setup.sh"
machine
run LiveKafka "$@"
