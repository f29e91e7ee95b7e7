#!/bin/sh
set -eu
cosign verify --key cosign.pub --insecure-ignore-tlog --allow-http-registry --allow-insecure-registry "$1" > /dev/null
digest=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$1")
image=${1%:*}@$digest

echo "$image"
