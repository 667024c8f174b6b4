# Make an environment from a hashed lock file: install.sh PYTHON FOLDER LOCK
set -eu
python=$1 folder=$2 lock=$3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "error: $python is older than 3.11; name another with make PYTHON=..." >&2
    exit 1
}
rm -rf "$folder"
"$python" -m venv "$folder"
"$folder/bin/python" -m pip --quiet --disable-pip-version-check install \
    --require-hashes -r requirements/installer.txt
VIRTUAL_ENV="$PWD/$folder" "$folder/bin/uv" pip install --quiet --require-hashes -r "$lock"
VIRTUAL_ENV="$PWD/$folder" "$folder/bin/uv" pip install --quiet --no-deps --no-build-isolation --editable .
touch "$folder/ready"
