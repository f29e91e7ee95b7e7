#!/bin/sh
# cosign sign --key cosign.key repository@sha256:digest
echo signed
