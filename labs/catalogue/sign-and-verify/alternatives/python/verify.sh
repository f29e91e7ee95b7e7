#!/usr/bin/env python3
import hashlib
import subprocess
import sys
import urllib.request

KINDS = "application/vnd.oci.image.manifest.v1+json,application/vnd.docker.distribution.manifest.v2+json"

host, _, rest = sys.argv[1].partition("/")
name, _, tag = rest.partition(":")
request = urllib.request.Request(f"http://{host}/v2/{name}/manifests/{tag}", headers={"Accept": KINDS})
with urllib.request.urlopen(request, timeout=5) as answer:
    image = f"{host}/{name}@sha256:{hashlib.sha256(answer.read()).hexdigest()}"

done = subprocess.run(["cosign", "verify", "--key", "cosign.pub", "--insecure-ignore-tlog", "--allow-http-registry", "--allow-insecure-registry", image],
                      stdout=subprocess.DEVNULL)
if done.returncode:
    sys.exit(done.returncode)
print(image)
