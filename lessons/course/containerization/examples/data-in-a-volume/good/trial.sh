# Three notes are written, the container is removed and made again, and the notes are counted.
"$COMPOSE" up --detach
"$COMPOSE" exec -T web sh -c 'mkdir -p /data && touch /data/1 /data/2 /data/3'
"$COMPOSE" down --timeout 0
"$COMPOSE" up --detach
found=$("$COMPOSE" exec -T web sh -c 'ls /data 2> /dev/null | wc -l')
"$COMPOSE" down --timeout 0 --volumes
echo "FOUND=$found"
