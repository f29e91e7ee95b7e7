import subprocess

status = subprocess.run(["/usr/local/bin/p", "-c", "print(open('/proc/self/status').read())"], capture_output=True, text=True)
held = [line for line in status.stdout.splitlines() if line.startswith("CapEff")]
print("powers from the file:", held[0].split()[1] if held and int(held[0].split()[1], 16) == 0 else "none, it does not start" if not held else "BREACH-" + "GOT-THROUGH")
