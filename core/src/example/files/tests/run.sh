#!/bin/sh
# Runs every tests/*.test.sh and says which one failed.
failed=0
for test in tests/*.test.sh; do
  [ -e "$test" ] || continue
  if sh "$test"; then
    echo "ok   $test"
  else
    echo "FAIL $test"
    failed=1
  fi
done
exit "$failed"
