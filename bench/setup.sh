# Read by the scripts beside it: goes to the root of the repository, builds the bench unless it is there (remove
# bench/target to build anew) and defines
#   run MAIN ARGUMENTS...    a main class of the bench
#   machine                  one line that describes the machine
#   has NAME                 whether a set of the larger collection can be read; says on stderr when it cannot
# FRESHET_BENCH_CLASSPATH names classes that were built in another way, FRESHET_BENCH_GC another collector.
cd "$(dirname "$0")/.."
if [ -z "${FRESHET_BENCH_CLASSPATH:-}" ] && [ ! -f bench/target/bench-0.1.0.jar ]; then
  mvn -B -q -P bench -DskipTests -Dspotless.check.skip=true package -pl bench -am
fi
classes=${FRESHET_BENCH_CLASSPATH:-"bench/target/bench-0.1.0.jar:bench/target/lib/*"}
run() {
  main=$1
  shift
  java --add-modules jdk.incubator.vector ${FRESHET_BENCH_GC:--XX:+UseParallelGC} -Xmx"${FRESHET_BENCH_HEAP:-4g}" -cp "$classes" "org.freshet.bench.$main" "$@"
}
machine() {
  echo "Machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(java -version 2>&1 | sed -n 2p)"
}
has() {
  [ -n "${FRESHET_DATA:-}" ] && [ -d "$FRESHET_DATA/$1" ] && return 0
  echo "left out: $1 (no such folder in FRESHET_DATA)" >&2
  return 1
}
