#!/bin/sh
# Greets a person by name, in a language of greetings.txt: greet.sh [-l LANGUAGE] NAME
language=en
if [ "$1" = "-l" ]; then
  language=$2
  shift 2
fi
if [ $# -lt 1 ]; then
  echo "usage: greet.sh [-l LANGUAGE] NAME" >&2
  exit 2
fi
words=$(dirname "$0")/greetings.txt
word=$(sed -n "s/^$language //p" "$words")
if [ -z "$word" ]; then
  echo "no such language; there is: $(cut -d ' ' -f 1 "$words" | tr '\n' ' ')" >&2
  exit 2
fi
echo "$word, $1!"
