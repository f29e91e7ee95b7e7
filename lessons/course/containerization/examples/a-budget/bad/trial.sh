# Two loops, each for as long as the kernel lets it.
"$COMPOSE" up --detach
started=$("$COMPOSE" exec -T web python -c "
import os, time
started = 0
try:
    while started < 150:
        if os.fork() == 0:
            time.sleep(3)
            os._exit(0)
        started += 1
except OSError:
    pass
print(started)
")
sleep 4
filled=$("$COMPOSE" exec -T web python -u -c "
blocks = []
while len(blocks) < 40:
    blocks.append(b'x' * 10_000_000)
    print('filled')
" | wc -l)
"$COMPOSE" down --timeout 0 --volumes
echo "STARTED=$started"
echo "FILLED=$((filled * 10))"
