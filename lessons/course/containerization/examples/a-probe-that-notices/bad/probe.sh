#!/bin/sh
curl -s --max-time 2 \
  http://127.0.0.1:$1/healthz || true
