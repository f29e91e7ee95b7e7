import os

for folder in range(450):
    os.mkdir(f"/many{folder}")
    for number in range(1000):
        os.close(os.open(f"/many{folder}/{number}", os.O_CREAT | os.O_WRONLY))
