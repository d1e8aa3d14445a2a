#!/bin/sh
# Instructions per row of each case of `benches/instructions.rs` whose name matches a pattern.
#
#   benches/instructions.sh [PATTERN]
#
# Two runs of different length are subtracted, so that the start of the program does not count.
# Needs valgrind. A built benchmark can be named with BENCH=path; otherwise cargo builds it.
set -eu
pattern=${1:-.}
short=10
long=60
rows=8192

if [ -z "${BENCH:-}" ]; then
    BENCH=$(cargo bench --no-run --bench instructions 2>&1 | sed -n 's/.*(\(.*instructions-[^)]*\)).*/\1/p')
fi

count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$BENCH" "$1" "$2" 2>&1 >/dev/null |
        sed -n 's/.*Collected : //p'
}

printf '%-40s %s\n' case 'instructions per row'
"$BENCH" list | grep -e "$pattern" | while read -r case; do
    less=$(count "$case" $short)
    more=$(count "$case" $long)
    awk -v name="$case" -v n="$((more - less))" -v rows="$(((long - short) * rows))" \
        'BEGIN { printf "%-40s %8.1f\n", name, n / rows }'
done
