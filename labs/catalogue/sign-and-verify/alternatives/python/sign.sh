#!/usr/bin/env python3
import subprocess
import sys
import urllib.request

KINDS = "application/vnd.oci.image.manifest.v1+json,application/vnd.docker.distribution.manifest.v2+json"


def pinned(reference):
    host, _, rest = reference.partition("/")
    name, _, tag = rest.partition(":")
    request = urllib.request.Request(f"http://{host}/v2/{name}/manifests/{tag}", headers={"Accept": KINDS})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return f"{host}/{name}@{answer.headers['Docker-Content-Digest']}"


subprocess.run(["cosign", "sign", "--yes", "--key", "cosign.key", "--use-signing-config=false", "--tlog-upload=false", "--allow-http-registry", "--allow-insecure-registry",
                pinned(sys.argv[1])], check=True)
