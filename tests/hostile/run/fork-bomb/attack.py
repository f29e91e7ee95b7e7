import os
import time

for _ in range(3000):
    try:
        if os.fork() == 0:
            time.sleep(300)
            os._exit(0)
    except OSError:
        break
time.sleep(300)
