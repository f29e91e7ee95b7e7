import os
import subprocess

got = subprocess.run(["/usr/local/bin/s", "-p", "-c", "id -u"], capture_output=True, text=True).stdout.strip()
print("through the shell it is", got if got != "0" else "BREACH-" + "GOT-THROUGH", flush=True)
