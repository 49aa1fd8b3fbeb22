#!/bin/sh
# Split MNIST, five tasks of two digits, one pass, no task told, a memory of 200 images: what each method keeps of all digits.
# Mean ± standard deviation over the seeds, as Markdown. Needs mnist in the folder named by FRESHET_DATA. A seed of a method takes
# 15 to 60 seconds of one core; as many go beside each other as there are cores.
#
#   bench/split-mnist.sh                        all methods, seeds 1 to 5
#   SEEDS=1 ONLY='^(ER|UER)$' bench/split-mnist.sh
#
# One of its lines as a command of its own, with the metrics of continual learning:
#   freshet evaluate --data mnist/train-images-idx3-ubyte.gz --test mnist/t10k-images-idx3-ubyte.gz \
#     --protocol 'class_incremental(tasks=5)' --model 'mlp(hidden=[400,400], ...)'
set -eu
. "$(dirname "$0")/setup.sh"
has mnist
seeds=${SEEDS:-1,2,3,4,5}
net="hidden=[400,400], optimizer=sgd(learning_rate=0.05), batch=10"
r="replay=reservoir(size=200, batch=64)"
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
  echo "GDumb mlp($net, strategy=gdumb(every=1000), replay=greedy_balanced(size=200))"
  echo "iCaRL mlp($net, strategy=icarl, replay=herding(size=200, batch=64))"
  memory class-balanced 'class_balanced(size=200, batch=64)'
  memory ring 'ring(size=200, batch=64)'
  memory codewords 'codebook(size=200, batch=64)'
  memory loss-aware 'loss_aware(size=200, batch=64)'
  memory herding 'herding(size=200, batch=64)'
  memory GSS 'gss(size=200, batch=64)'
  memory MIR "mir($r, candidates=128)"
  memory ASER 'aser(replay=class_balanced(size=200, batch=64), candidates=128)'
}
machine
echo
echo "Seeds $seeds; the network: \`$net\`."
echo
methods | awk -v only="${ONLY:-.}" '$1 ~ only' | run SplitMnistRun "$FRESHET_DATA/mnist" "$seeds"
