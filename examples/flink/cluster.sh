#!/bin/sh
# Runs a Flink cluster of separate processes on loopback, to try Freshet with; needs a JDK 17, Maven and Maven Central.
#
#   cluster.sh start [OPTION ...]                     one job manager and its task managers
#   cluster.sh status                                 what runs
#   cluster.sh kill  jobmanager | taskmanager N       as kill -9 does
#   cluster.sh start jobmanager | taskmanager N       again, or one task manager more
#   cluster.sh flink ARGUMENT ...                     Flink's own command line: run -d JAR, list, savepoint, stop, cancel ...
#   cluster.sh stop                                   all of it; what it wrote stays
#
#   --taskmanagers N   2 of them                      --ha           a ZooKeeper too: a job manager started again goes on
#   --slots N          1 in each                                     with its jobs
#   --heap MB          1024, of a task manager        --cores LIST   the cores of the task managers in turn: 0,1 or 0-1
#   --managed MB       256, for RocksDB               --port N       of the web page and REST, 8081; the two after it are
#   --jvm "OPTIONS"    more, for task managers                       used too
#
# It keeps state, logs and settings in FLINK_HOME, or target/flink/cluster of the checkout (remove it to begin anew).
set -eu
dir=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd)
lib=${dir%/examples/flink}/target/flink/lib
home=${FLINK_HOME:-${dir%/examples/flink}/target/flink/cluster}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
# Flink serialises what JDK 17 hides.
opens=
for p in lang lang.reflect io net nio text time util util.concurrent util.concurrent.atomic util.concurrent.locks; do
  opens="$opens --add-opens=java.base/java.$p=ALL-UNNAMED"
done

fail() {
  echo "cluster.sh: $1" >&2
  exit 2
}

number() {
  case $2 in
    '' | 0* | *[!0-9]*) fail "$1 is '$2', expected a number from 1 on" ;;
  esac
}

fetch() {
  [ -f "$lib/complete" ] && [ -z "$(find "$dir/pom.xml" -newer "$lib/complete")" ] && return 0
  echo "fetching Flink from Maven Central ..." >&2
  rm -rf "$lib"
  mvn -B -q -f "$dir/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$lib" -DincludeScope=runtime
  : >"$lib/complete"
}

# The settings of every process, and of the command line.
configure() {
  mkdir -p "$home/conf" "$home/log" "$home/run"
  cat >"$home/settings" <<SETTINGS
taskmanagers=$taskmanagers slots=$slots heap=$heap managed=$managed cores=$cores port=$port ha=$ha jvm='$jvm'
SETTINGS
  cat >"$home/conf/config.yaml" <<CONFIG
jobmanager.rpc.address: 127.0.0.1
jobmanager.rpc.port: $((port + 1))
jobmanager.bind-host: 127.0.0.1
rest.address: 127.0.0.1
rest.bind-address: 127.0.0.1
rest.port: $port
taskmanager.host: 127.0.0.1
taskmanager.bind-host: 127.0.0.1
taskmanager.numberOfTaskSlots: $slots
taskmanager.cpu.cores: $slots.0
taskmanager.memory.framework.heap.size: 128m
taskmanager.memory.framework.off-heap.size: 128m
taskmanager.memory.task.heap.size: $((heap - 128))m
taskmanager.memory.task.off-heap.size: 64m
taskmanager.memory.managed.size: ${managed}m
taskmanager.memory.network.min: 64m
taskmanager.memory.network.max: 64m
taskmanager.memory.jvm-metaspace.size: 256m
taskmanager.memory.jvm-overhead.min: 192m
taskmanager.memory.jvm-overhead.max: 192m
taskmanager.load-balance.mode: SLOTS
heartbeat.interval: 2000
heartbeat.timeout: 20000
restart-strategy.type: fixed-delay
restart-strategy.fixed-delay.attempts: 2147483647
restart-strategy.fixed-delay.delay: 1 s
state.backend.type: rocksdb
execution.checkpointing.incremental: true
execution.checkpointing.dir: file://$home/checkpoints
execution.checkpointing.savepoint-dir: file://$home/savepoints
execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION
web.upload.dir: $home/tmp/upload
metrics.fetcher.update-interval: 1000
CONFIG
  if [ -n "$ha" ]; then
    cat >>"$home/conf/config.yaml" <<CONFIG
high-availability.type: zookeeper
high-availability.zookeeper.quorum: 127.0.0.1:$((port + 2))
high-availability.zookeeper.client.session-timeout: 8000
high-availability.zookeeper.client.tolerate-suspended-connections: true
high-availability.storageDir: file://$home/ha
CONFIG
  fi
  cat >"$home/conf/zoo.cfg" <<CONFIG
tickTime=1000
dataDir=$home/zookeeper
clientPort=$((port + 2))
clientPortAddress=127.0.0.1
admin.enableServer=false
CONFIG
  cat >"$home/conf/logback.xml" <<CONFIG
<configuration>
  <appender name="file" class="ch.qos.logback.core.FileAppender">
    <file>\${log.file}</file>
    <encoder><pattern>%d %-5level %logger{60} - %msg%n</pattern></encoder>
  </appender>
  <logger name="org.apache.kafka" level="WARN"/>
  <logger name="org.apache.flink.shaded" level="ERROR"/>
  <root level="INFO"><appender-ref ref="file"/></root>
</configuration>
CONFIG
}

settings() {
  [ -f "$home/settings" ] || fail "no cluster was started in $home"
  . "$home/settings"
}

# The process of that name; empty when it does not run. A number may be another's by now, so its words are looked at.
running() {
  [ -f "$home/run/$1" ] || return 0
  read -r id <"$home/run/$1"
  # shellcheck disable=SC2009
  ps -o args= -p "$id" 2>/dev/null | grep -qF -- "-Dlog.file=$home/log/$1.log" && echo "$id" || :
}

# launch NAME PREFIX OPTIONS MAIN ARGUMENT ...: a process that outlives this script
launch() {
  name=$1 before=$2 options=$3
  shift 3
  [ -z "$(running "$name")" ] || fail "$name runs already"
  rm -rf "$home/tmp/$name"
  mkdir -p "$home/tmp/$name"
  # shellcheck disable=SC2086
  setsid $before "$java" $options $opens "-Dlog.file=$home/log/$name.log" "-Dlogback.configurationFile=$home/conf/logback.xml" \
    "-Djava.io.tmpdir=$home/tmp/$name" -cp "$lib/*" "$@" >>"$home/log/$name.out" 2>&1 </dev/null &
  echo $! >"$home/run/$name"
}

zookeeper() {
  launch zookeeper '' '-Xmx128m -XX:+UseSerialGC -Dzookeeper.admin.enableServer=false' \
    org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.ZooKeeperServerMain "$home/conf/zoo.cfg"
}

jobmanager() {
  launch jobmanager '' '-Xmx512m -XX:+UseSerialGC' org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint \
    --configDir "$home/conf" -D "io.tmp.dirs=$home/tmp/jobmanager"
}

# With cores 0,1 the third is on core 0 again.
taskmanager() {
  number 'the task manager' "${1:-}"
  pin=
  if [ -n "$cores" ]; then
    pin="taskset -c $(echo "$cores" | awk -F, -v n="$1" '{ print $((n - 1) % NF + 1) }')"
  fi
  launch "taskmanager-$1" "$pin" "-Xms${heap}m -Xmx${heap}m -XX:+UseG1GC -XX:MaxDirectMemorySize=256m $jvm" \
    org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir "$home/conf" -D "io.tmp.dirs=$home/tmp/taskmanager-$1"
}

overview() {
  curl -s -m 5 "http://127.0.0.1:$port/overview"
}

# Until so many task managers are there, as seen by the job manager.
await() {
  seconds=0
  until [ "$(overview | sed -n 's/.*"taskmanagers":\([0-9]*\).*/\1/p')" = "$1" ]; do
    seconds=$((seconds + 1))
    for name in $(each ''); do
      [ -n "$(running "$name")" ] || fail "$name ended; see $home/log/$name.log and .out"
    done
    [ "$seconds" -lt 120 ] || fail "the task managers did not come in two minutes; see $home/log"
    sleep 1
  done
}

each() {
  for f in "$home"/run/"$1"*; do
    [ ! -f "$f" ] || echo "${f##*/}"
  done
}

case ${1:-} in
  start)
    shift
    case ${1:-} in
      jobmanager | taskmanager)
        settings
        what=$1
        shift
        "$what" "$@"
        exit
        ;;
    esac
    taskmanagers=2 slots=1 heap=1024 managed=256 cores='' port=8081 ha='' jvm=''
    while [ $# -gt 0 ]; do
      case $1 in
        --ha)
          ha=yes
          shift
          continue
          ;;
        --taskmanagers | --slots | --heap | --managed | --port) number "$1" "${2:-}" ;;
        --cores | --jvm) [ $# -gt 1 ] || fail "$1 needs a value" ;;
        *) fail "unknown option '$1'; see the head of $0" ;;
      esac
      eval "${1#--}=\$2"
      shift 2
    done
    [ "$heap" -ge 256 ] || fail "--heap is $heap, expected 256 or more"
    for name in $(each ''); do
      [ -z "$(running "$name")" ] || fail "$name runs already in $home: stop it first"
      rm -f "$home/run/$name"
    done
    fetch
    configure
    [ -z "$ha" ] || zookeeper
    jobmanager
    n=0
    while [ "$n" -lt "$taskmanagers" ]; do
      n=$((n + 1))
      taskmanager "$n"
    done
    await "$taskmanagers"
    echo "Flink runs on http://127.0.0.1:$port with $taskmanagers task managers of $slots slots; $0 stop ends it"
    ;;
  kill)
    name=${2:-}${3:+-$3}
    id=$(running "$name")
    [ -n "$id" ] || fail "no '$name' runs here; see $0 status"
    kill -9 "$id"
    while kill -0 "$id" 2>/dev/null; do sleep 0.1; done
    ;;
  status)
    settings
    for name in $(each ''); do
      id=$(running "$name")
      echo "$name: ${id:-is gone}"
    done
    overview || echo "the job manager does not answer on port $port"
    echo
    ;;
  flink)
    settings
    shift
    # shellcheck disable=SC2086
    FLINK_CONF_DIR=$home/conf exec "$java" -Xmx256m -XX:+UseSerialGC $opens "-Dlog.file=$home/log/client.log" \
      "-Dlogback.configurationFile=$home/conf/logback.xml" -cp "$lib/*" org.apache.flink.client.cli.CliFrontend "$@"
    ;;
  stop)
    for name in $(each taskmanager) $(each jobmanager) $(each zookeeper); do
      id=$(running "$name")
      if [ -n "$id" ]; then
        kill "$id"
        n=0
        while kill -0 "$id" 2>/dev/null; do
          n=$((n + 1))
          [ "$n" -lt 100 ] || kill -9 "$id" 2>/dev/null || :
          sleep 0.1
        done
      fi
      rm -f "$home/run/$name"
    done
    ;;
  *)
    sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
