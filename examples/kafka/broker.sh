#!/bin/sh
# Starts a Kafka broker on loopback, to try Freshet with; needs a JDK 17, Maven and Maven Central, nothing else.
#
#   examples/kafka/broker.sh [PORT [TOPIC ...]]     (default: 9092 events labels answers)
#
# It keeps its data in target/kafka of the checkout (remove that folder to begin anew) and runs until Ctrl-C.
set -eu
dir=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd)
port=${1:-9092}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- events labels answers
home=${dir%/examples/kafka}/target/kafka
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
mkdir -p "$home"

if [ ! -f "$home/lib/complete" ]; then
  echo "fetching Kafka from Maven Central ..." >&2
  mvn -B -q -f "$dir/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$home/lib" -DincludeScope=runtime
  : >"$home/lib/complete"
fi

cat >"$home/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$home/data
num.partitions=2
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
PROPERTIES
cat >"$home/log4j2.properties" <<PROPERTIES
rootLogger.level=error
rootLogger.appenderRef.err.ref=err
appender.err.type=Console
appender.err.name=err
appender.err.target=SYSTEM_ERR
appender.err.layout.type=PatternLayout
appender.err.layout.pattern=%m%n
PROPERTIES

kafka() {
  "$java" -Xmx512m "-Dlog4j2.configurationFile=$home/log4j2.properties" -cp "$home/lib/*" "$@"
}

if [ ! -f "$home/data/meta.properties" ]; then
  kafka kafka.tools.StorageTool format --cluster-id freshetexampleaaaaaaaa --config "$home/server.properties" >/dev/null
fi
kafka kafka.Kafka "$home/server.properties" &
broker=$!
trap 'kill "$broker" 2>/dev/null; wait "$broker"; exit 0' INT TERM

kafka "$dir/Topics.java" "127.0.0.1:$port" "$@" || { kill "$broker"; exit 1; }
echo "Kafka runs on 127.0.0.1:$port with the topics $*; Ctrl-C stops it"
wait "$broker"
