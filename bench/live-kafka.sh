#!/bin/sh
# Kafka to Kafka with the broker, the load generator and Freshet on this machine: 30 numeric features, scaler and logistic regression,
# labels 1,000 events late, snapshots every 10 s; once while the generator goes on and once with the topics filled before, beside what
# generator and broker do alone. Each answer is compared with that of a replay of the journal. live-kafka.sh [ROUNDS [SECONDS]],
# by default 3 of 5 s; about a minute more than four times their product.
set -eu
. "$(dirname "$0")/setup.sh"
machine
run LiveKafka "$@"
