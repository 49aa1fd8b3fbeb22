#!/bin/sh
# Split MNIST, five tasks of two digits, one pass, no task told, a small memory: what each method keeps of all digits.
# Mean ± standard deviation over the seeds, as Markdown. Needs mnist in the folder named by FRESHET_DATA. A seed of a method takes
# 15 to 60 seconds of one core; as many go beside each other as there are cores. Cells are kept in bench/target/split-mnist.tsv: a run
# that was stopped goes on; remove the file when methods have changed.
#
#   bench/split-mnist.sh                                 all methods, seeds 1 to 5
#   SEEDS=1 ONLY='^(ER|UER)$' bench/split-mnist.sh       some of them
#   IMAGES=20000 SEEDS=1,2 bench/split-mnist.sh          a third of the images
#   RATE=0.1 AGAIN=10 SIZE=50 bench/split-mnist.sh       another rate, images of the memory a step, size of the memory
#
# One of its lines as a command of its own, with the metrics of continual learning:
#   freshet evaluate --data mnist/train-images-idx3-ubyte.gz --test mnist/t10k-images-idx3-ubyte.gz \
#     --protocol 'class_incremental(tasks=5)' --model 'mlp(hidden=[400,400], ...)'
set -eu
. "$(dirname "$0")/setup.sh"
has mnist
mkdir -p bench/target
images=${IMAGES:-60000}
seeds=${SEEDS:-1,2,3,4,5}
net="hidden=[400,400], optimizer=sgd(learning_rate=${RATE:-0.05}), batch=10"
size=${SIZE:-200}
m="size=$size, batch=${AGAIN:-64}"
r="replay=reservoir($m)"
methods() {
  strategy() { echo "$1 mlp($net, strategy=$2, $r)"; }
  memory() { echo "$1 mlp($net, replay=$2)"; }
  strategy ER experience_replay
  echo "plain mlp($net)"
  strategy ER+EMA temporal_ensemble
  strategy ER-ACE er_ace
  strategy DER 'der'
  strategy DER++ 'der_pp'
  strategy PCR proxy_contrastive_replay
  strategy UER uer
  strategy ER+CBA cba
  strategy ER+MKD momentum_distillation
  strategy ER-ACE+EMA 'temporal_ensemble(strategy=er_ace)'
  strategy ER-ACE+MKD 'momentum_distillation(strategy=er_ace)'
  strategy UER+MKD 'momentum_distillation(strategy=uer)'
  strategy A-GEM agem
  strategy GEM gem
  strategy energy-based energy_based
  # These two look at the labels of the rows they keep, and at no others.
  strategy SemiCon semicon
  strategy CCIC ccic
  echo "GDumb mlp($net, strategy=gdumb(every=1000), replay=greedy_balanced(size=$size))"
  echo "iCaRL mlp($net, strategy=icarl, replay=herding($m))"
  memory class-balanced "class_balanced($m)"
  memory ring "ring($m)"
  memory codewords "codebook($m)"
  memory loss-aware "loss_aware($m)"
  memory herding "herding($m)"
  memory GSS "gss($m)"
  memory MIR "mir($r, candidates=128)"
  memory ASER "aser(replay=class_balanced($m), candidates=128)"
}
machine
echo
echo "Seeds $seeds; $images images; the network: \`$net\`; $m."
echo
methods | awk -v only="${ONLY:-.}" '$1 ~ only' | run SplitMnistRun bench/target/split-mnist.tsv "$FRESHET_DATA/mnist" "$images" "$seeds"
