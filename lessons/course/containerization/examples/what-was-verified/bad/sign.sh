#!/bin/sh
cosign sign --yes --key cosign.key \
  --use-signing-config=false \
  --tlog-upload=false \
  --allow-http-registry "$1"
