import os

print("fills", "it", flush=True)
with open("/data/big", "wb") as stream:
    for _ in range(3000):
        stream.write(bytes(1 << 20))
