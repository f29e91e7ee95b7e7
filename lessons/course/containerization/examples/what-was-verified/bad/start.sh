image=registry:5000/app
cosign verify --key cosign.pub \
  --insecure-ignore-tlog --allow-insecure-registry \
  $image:1.4.2
docker run $image:1.4.2
