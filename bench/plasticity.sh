#!/bin/sh
# Do networks stay able to learn? MNIST whose pixels are permuted anew every 5,000 images, 200 times, one image at a time, 784-300-150-10:
# UPGD beside shrink and perturb, SGD with weight decay, and Adam. Needs the folder of the larger datasets in FRESHET_DATA. Cells run
# beside each other on all cores and are kept in bench/target/plasticity.tsv: a run that was stopped goes on. About an hour on two cores.
#
#   bench/plasticity.sh                      writes docs/results/plasticity.md
#   SEEDS=1 TASKS=30 bench/plasticity.sh -   a shorter run, to standard output
set -eu
. "$(dirname "$0")/setup.sh"
has mnist
mkdir -p bench/target docs/results
result=$(mktemp)
trap 'rm -f "$result"' EXIT
seeds=${SEEDS:-1,2,3,4,5}
tasks=${TASKS:-200}
{
  echo "# Do networks stay able to learn?"
  echo
  echo "Written by \`bench/plasticity.sh\`: MNIST, the pixels permuted anew for each of $tasks tasks of 5,000 images (the protocol"
  echo "\`input_permuted\`), each image predicted before it is learnt, one at a time; accuracy in %, mean ± standard deviation over the"
  echo "seeds $seeds. All learners see the same images. A network that stays able to learn is as good on the last tasks as on early ones."
  echo
  run PermutedRun bench/target/plasticity.tsv "$FRESHET_DATA/mnist/train-images-idx3-ubyte.gz" "$tasks" 5000 "$seeds" <<'LEARNERS'
UPGD mlp(hidden=[300, 150], optimizer=upgd(learning_rate=0.005, decay=0.9999, noise=0.1, weight_decay=0.01))
S&P mlp(hidden=[300, 150], optimizer=shrink_and_perturb(learning_rate=0.001, noise=0.1, weight_decay=0.01))
SGD mlp(hidden=[300, 150], optimizer=momentum(learning_rate=0.001, momentum=0.0, weight_decay=0.001))
Adam mlp(hidden=[300, 150], optimizer=adam(learning_rate=0.0001))
LEARNERS
  echo
  machine
} >"$result"
if [ "${1:-}" = - ]; then
  cat "$result"
else
  cp "$result" docs/results/plasticity.md
  echo "docs/results/plasticity.md"
fi
