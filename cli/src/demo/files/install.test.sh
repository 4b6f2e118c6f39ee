#!/bin/sh
# install.sh puts a working greet into a folder, also the second time.
folder=$(mktemp -d) || exit 1
trap 'rm -r "$folder"' EXIT
sh bin/install.sh "$folder/out" && sh bin/install.sh "$folder/out" || exit 1
[ "$("$folder/out/greet" Ada)" = "Hello, Ada!" ]
