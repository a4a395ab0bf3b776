#!/usr/bin/env bash
# Writes down what the packages make public: run it when the build says RS0016 or RS0017, and read the difference before you commit it.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
for project in Rein.Protocol Rein.Worker; do
  file=$root/src/$project/PublicAPI.Unshipped.txt
  echo '#nullable enable' > "$file"
  # Analyzers report once per compilation: without a build from scratch they would be silent.
  said=$(dotnet build "$root/src/$project" -c Release --no-incremental -nologo -v quiet -p:TreatWarningsAsErrors=false 2>&1) || { echo "$said" >&2; exit 1; }
  printf '%s\n' "$said" | sed -n "s/.*$project.*warning RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" | LC_ALL=C sort -u >> "$file"
  echo "$project: $(($(wc -l < "$file") - 1)) lines"
done
