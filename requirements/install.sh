# Make an environment from a hashed lock file: install.sh PYTHON FOLDER LOCK
set -eu
python=$1 folder=$2 lock=$3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "error: $python is older than 3.11; name another with make PYTHON=..." >&2
    exit 1
}
# from the surroundings comes where packages are found, not where they go or which Python runs
for name in $(env | sed -n 's/^\(\(PIP\|UV\|PYTHON\|VIRTUAL_ENV\)[A-Z_]*\)=.*/\1/p'); do
    case $name in
    *INDEX* | *FIND_LINKS | *CERT | *TLS | *TRUSTED_HOST | *PROXY | *TIMEOUT | *CACHE_DIR) ;;
    *) unset "$name" ;;
    esac
done
export PIP_DISABLE_PIP_VERSION_CHECK=1
mkdir -p "${UV_CACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-/dev/null}/.cache}/uv}" 2> /dev/null ||
    export UV_CACHE_DIR="$PWD/.cache/uv" PIP_NO_CACHE_DIR=1
rm -rf "$folder"
"$python" -m venv "$folder"
"$folder/bin/python" -m pip --quiet install \
    --require-hashes -r requirements/installer.txt
VIRTUAL_ENV="$PWD/$folder" "$folder/bin/uv" pip install --quiet --require-hashes -r "$lock"
VIRTUAL_ENV="$PWD/$folder" "$folder/bin/uv" pip install --quiet --no-deps --no-build-isolation --editable .
# the fonts are looked for once, not by every notebook
MPLCONFIGDIR="$folder/var/matplotlib" "$folder/bin/python" -c 'import matplotlib.font_manager'
touch "$folder/ready"
