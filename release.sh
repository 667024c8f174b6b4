# Pack the last commit into dist/: code, data, figures, notebooks, and what is built from them: the
# site, workbooks and SDMX-CSV (published/), and an RO-Crate that describes it all.
set -eu
version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
[ -z "$(git status --porcelain)" ] || {
    echo "error: there are changes that are not committed" >&2
    exit 1
}
grep -q "^## $version\$" CHANGELOG.md || {
    echo "error: CHANGELOG.md has no entry for $version" >&2
    exit 1
}
name=slm-analysis-$version
archive=dist/$name.tar
mkdir -p dist
.venv/bin/python -E -s -m slm_analysis publish dist
git archive --format=tar --prefix="$name/" --output="$archive" HEAD
# the same bytes from the same commit: names in order, no owner, the time of the commit
tar --append --file="$archive" --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
    --mtime="@$(git log -1 --format=%ct)" --transform="s,^,$name/," site -C dist published ro-crate-metadata.json
gzip --no-name --force "$archive"
sha256sum "$archive.gz"
