#!/bin/sh
set -eu
digest=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$1")
image=${1%:*}@$digest

signature=$(echo "$digest" | tr : -)
skopeo list-tags --tls-verify=false "docker://${1%:*}" | grep --quiet "$signature"
echo "$image"
