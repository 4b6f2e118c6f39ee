#!/bin/sh
# Installs greet and its words: install.sh FOLDER
if [ $# -ne 1 ]; then
  echo "usage: install.sh FOLDER" >&2
  exit 2
fi
from=$(dirname "$0")
mkdir -p "$1"
cp "$from/greet.sh" "$1/greet"
cp "$from/greetings.txt" "$1/greetings.txt"
chmod +x "$1/greet"
