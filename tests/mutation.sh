# Change the code in small ways and see whether a test fails: mutation.sh [PYTHON]
# What is changed, and by which tests it is held: [tool.mutmut] in pyproject.toml.
set -eu
cd "$(dirname "$0")/.."
folder=.venv-mutation
if ! [ -x "$folder/bin/mutmut" ]; then
    sh requirements/install.sh "${1:-python3}" "$folder" requirements/run.txt
    VIRTUAL_ENV="$PWD/$folder" "$folder/bin/uv" pip install --quiet --require-hashes \
        -r requirements/mutation.txt
fi
rm -rf mutants
"$folder/bin/mutmut" run --max-children 1
"$folder/bin/mutmut" results
