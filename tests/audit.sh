# What an audit does beyond the tests, in an environment of its own: audit.sh [PYTHON]
#   known vulnerabilities of the locked packages; where their database cannot be reached,
#   pip-audit lists every package as not audited
#   mutations: change the code in small ways and see whether a test fails; what is changed, and
#   by which tests it is held: [tool.mutmut] in pyproject.toml
set -eu
cd "$(dirname "$0")/.."
folder=.venv-audit
if ! [ -x "$folder/bin/mutmut" ]; then
    sh requirements/install.sh "${1:-python3}" "$folder" requirements/run.txt
    VIRTUAL_ENV="$PWD/$folder" "$folder/bin/uv" pip install --quiet --require-hashes \
        -r requirements/audit.txt
fi
"$folder/bin/pip-audit" --requirement requirements/run.txt --require-hashes --disable-pip \
    --progress-spinner off
rm -rf mutants
"$folder/bin/mutmut" run --max-children 1
"$folder/bin/mutmut" results
