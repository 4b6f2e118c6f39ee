#!/bin/sh
# greet.sh greets, and says how to use it when it gets no name.
said=$(sh bin/greet.sh Ada)
if [ "$said" != "Hello, Ada!" ]; then
  echo "expected: Hello, Ada!  got: $said"
  exit 1
fi
sh bin/greet.sh 2> /dev/null
if [ $? -ne 2 ]; then
  echo "expected exit 2 without a name"
  exit 1
fi
