#!/bin/sh
# Put MNIST_ANN into the home folder and into the desktop's menu; with --remove, take both away again.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target="${XDG_DATA_HOME:-$HOME/.local/share}/mnist_ann"
if [ "${1:-}" = --remove ]; then
  [ ! -x "$target/MNIST_ANN" ] || "$target/MNIST_ANN" --remove-launcher
  rm -rf "$target"
  echo "Removed $target"
  exit
fi
rm -rf "$target.new"
mkdir -p "$(dirname "$target")"
cp -R "$here/MNIST_ANN" "$target.new"
rm -rf "$target"
mv "$target.new" "$target"
"$target/MNIST_ANN" --install-launcher
echo "To remove it: $here/install.sh --remove"
