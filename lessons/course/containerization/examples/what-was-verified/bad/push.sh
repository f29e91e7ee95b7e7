# push.sh TAG TEXT: an image without layers whose configuration says TEXT, as the registry takes it. Prints its digest.
set -eu
v2=http://registry:5000/v2/app
config="{\"architecture\":\"amd64\",\"os\":\"linux\",\"author\":\"$2\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"
sum=$(printf %s "$config" | sha256sum | cut -d' ' -f1)
place=$(curl --silent --fail --dump-header - --request POST "$v2/blobs/uploads/" | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
curl --silent --fail --request PUT --data-binary "$config" --header 'Content-Type: application/octet-stream' \
    "$place&digest=sha256:$sum"
type=application/vnd.oci.image.manifest.v1+json
described="{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"sha256:$sum\",\"size\":${#config}}"
manifest="{\"schemaVersion\":2,\"mediaType\":\"$type\",\"config\":$described,\"layers\":[]}"
curl --silent --fail --request PUT --data-binary "$manifest" --header "Content-Type: $type" "$v2/manifests/$1"
printf 'sha256:%s\n' "$(printf %s "$manifest" | sha256sum | cut -d' ' -f1)"
