# Named steps with progress, seconds and one log: sourced by tools/quickstart
# and tools/check, which set `log`. The terminal gets a line per step, the log
# everything the commands print.

step_names=()
step_results=()
step_seconds=()
# Reset, not inherited: ninja prefixes every line with it, and progress reads it.
export NINJA_STATUS='[%f/%t] '

# Copies stdin to the log and shows the counter of ninja or ctest or apt's
# percentage: over itself on a terminal, every tenth part elsewhere.
show_progress() {
  local line now text tenth last=-1
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    text='' now=''
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (.*) ]]; then
      now=$((100 * BASH_REMATCH[1] / BASH_REMATCH[2]))
      text="${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}  "
      line=${BASH_REMATCH[3]#Building CXX object }
      # The source file: "ir/CMakeFiles/tgc_ir.dir/ops/A.cpp.o" is ir/ops/A.cpp.
      if [[ $line =~ ^(.*)CMakeFiles/[^/]*\.dir/(.*)\.o$ ]]; then
        line=${BASH_REMATCH[1]}${BASH_REMATCH[2]}
      fi
      text+=$line
    elif [[ $line =~ ^\ *([0-9]+)/([0-9]+)\ Test\ +#[0-9]+:\ ([^ ]+) ]]; then
      now=$((100 * BASH_REMATCH[1] / BASH_REMATCH[2]))
      text="${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}  ${BASH_REMATCH[3]}"
    elif [[ $line =~ ^\ *([0-9]+)\ %\ \ (.*) ]]; then
      now=${BASH_REMATCH[1]}
      text="$now %  ${BASH_REMATCH[2]}"
    fi
    [[ $text ]] || continue
    if [[ -t 1 ]]; then
      printf '\r\033[K  %s' "${text:0:76}"
    else
      tenth=$((now / 10))
      if ((tenth != last)); then
        printf '  %s\n' "${text:0:76}"
        last=$tenth
      fi
    fi
  done
  if [[ -t 1 ]]; then printf '\r\033[K'; fi
}

# step NAME COMMAND...: runs the command, output to the log; returns its status.
step() {
  local name=$1 start status
  shift
  printf '[%s]\n' "$name"
  printf '\n==== %s: %s\n' "$name" "$*" >>"$log"
  start=$(date +%s.%N)
  "$@" 2>&1 </dev/null | show_progress
  status=${PIPESTATUS[0]}
  finish_step "$name" "$start" "$status"
  return "$status"
}

# visible_step NAME COMMAND...: the same, output to the terminal as well.
visible_step() {
  local name=$1 start status
  shift
  printf '[%s]\n' "$name"
  printf '\n==== %s: %s\n' "$name" "$*" >>"$log"
  start=$(date +%s.%N)
  "$@" 2>&1 </dev/null | tee -a "$log"
  status=${PIPESTATUS[0]}
  finish_step "$name" "$start" "$status"
  return "$status"
}

# finish_step NAME START STATUS: prints and records the result.
finish_step() {
  local seconds result=ok
  seconds=$(awk -v a="$2" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')
  (($3 == 0)) || result="FAILED (exit $3)"
  printf '[%s] %s, %s s\n' "$1" "$result" "$seconds"
  step_names+=("$1")
  step_results+=("$result")
  step_seconds+=("$seconds")
}

# One line per step that ran.
print_steps() {
  local i
  for i in "${!step_names[@]}"; do
    printf '  %8s s  %-10s %s\n' "${step_seconds[i]}" "${step_names[i]}" \
      "${step_results[i]}"
  done
}

# How a failed command's end and the way on are shown.
explain_failure() {
  printf '\nThe last 30 lines of %s:\n' "$log" >&2
  tail -n 30 "$log" >&2
  printf '\n%s\n' "$1" >&2
}
