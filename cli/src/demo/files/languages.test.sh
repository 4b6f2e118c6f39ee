#!/bin/sh
# greet.sh knows other languages, and names them when asked for one it does not know.
[ "$(sh bin/greet.sh -l fr Ada)" = "Bonjour, Ada!" ] || exit 1
[ "$(sh bin/greet.sh -l de Ada)" = "Hallo, Ada!" ] || exit 1
[ "$(sh bin/greet.sh Ada)" = "Hello, Ada!" ] || exit 1
known=$(sh bin/greet.sh -l xx Ada 2>&1)
[ $? -eq 2 ] || exit 1
case $known in *de*) ;; *) exit 1 ;; esac
