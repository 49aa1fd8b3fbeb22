#!/bin/sh
# What a cascade costs and what it is worth: examples/cascade.yaml over a stream with recorded answers of large models, at
# shares of calls from 30 to 80 %, beside a plain confidence threshold on the same levels, asked as often and warmed up as
# long. Labels are for the score alone. ISEAR (7,666 reports of an emotion, folder isear_llm_cascade) needs the folder of the
# larger datasets in FRESHET_DATA. Ten minutes on two cores.
#
#   bench/cascade.sh                          ISEAR, with GPT-3.5 and Llama-2-70B as the expert
#   DATA=FILE LABEL=COLUMN EXPERTS="a b" bench/cascade.sh    another file of that shape: its label, its columns of answers
#   SHARES="40 60" RULES="learnt confidence" bench/cascade.sh    some of it
#
# FRESHET names another launcher than the one of this checkout.
set -eu
cd "$(dirname "$0")/.."
data=${DATA:-${FRESHET_DATA:?names no folder of datasets}/isear_llm_cascade/isear_llm.csv.gz}
label=${LABEL:-label}
experts=${EXPERTS:-gpt35 llama2_70b}
shares=${SHARES:-30 40 50 60 70 80 100}
rules=${RULES:-learnt confidence entropy_adaptive conformal}
freshet=${FRESHET:-./freshet}
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

[ -e "$data" ] || { echo "left out: no file $data" >&2; exit 0; }
figure() {
  sed -n "s/^ *\"$1\" : \([0-9.E-]*\),*$/\1/p" "$temporary/result.json" | head -n 1
}
recalls() {
  awk '/"per_class"/ { on = 1 } /"confusion"/ { on = 0 }
    on && /"label"/ { gsub(/.*: "|",?$/, ""); name = $0 }
    on && /"recall"/ { gsub(/.*: |,$/, ""); printf "%s%s %.1f", sep, name, 100 * $0; sep = ", " }' "$temporary/result.json"
}
echo "| expert | rule | calls | accuracy | expert where asked | recall by class, % |"
echo "|---|---|---|---|---|---|"
for expert in $experts; do
  for share in $shares; do
    for rule in $rules; do
      "$freshet" evaluate examples/cascade.yaml --data "$data" --label "$label" \
        --set "pipeline.2.cascade.expert.recorded.column=$expert" --set "pipeline.2.cascade.calls=$share%" \
        --set "pipeline.2.cascade.rule=$rule" --json "$temporary/result.json" >/dev/null 2>"$temporary/error" ||
        { cat "$temporary/error" >&2; exit 1; }
      printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$expert" "$rule" "$(figure expert_share)" "$(figure accuracy)" \
        "$(figure expert_accuracy)" "$(recalls)" |
        awk -F'\t' '{ printf "| %s | %s | %.1f %% | %.2f %% | %.2f %% | %s |\n", $1, $2, 100*$3, 100*$4, 100*$5, $6 }'
      [ "$share" = 100 ] && break # the rules do not differ
    done
  done
done
