image=registry:5000/app
digest=$(skopeo inspect --tls-verify=false \
  --format '{{.Digest}}' docker://$image:1.4.2)
cosign verify --key cosign.pub \
  --insecure-ignore-tlog --allow-insecure-registry \
  $image@$digest
docker run $image@$digest
