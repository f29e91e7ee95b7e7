import os

print("set-up code runs as", os.getuid(), open("/proc/self/uid_map").read().split()[1] == "0" and "BREACH-" + "GOT-THROUGH", flush=True)
from setuptools import setup

setup(name="evil", version="1.0")
