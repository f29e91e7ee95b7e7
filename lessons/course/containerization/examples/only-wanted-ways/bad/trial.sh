# api must reach the database, else nothing was measured; then each unwanted way is tried.
"$COMPOSE" up --detach
connect="import socket; socket.create_connection(('db', 5432), 2)"
route="assert any(line.split()[1] == '00000000' for line in open('/proc/net/route'))"
tries=0
until "$COMPOSE" exec -T api python -c "$connect"; do
    tries=$((tries + 1))
    [ "$tries" -lt 20 ]
    sleep 0.5
done
ways=0
if "$COMPOSE" exec -T web python -c "$connect"; then ways=$((ways + 1)); fi
if "$COMPOSE" exec -T db python -c "$route"; then ways=$((ways + 1)); fi
"$COMPOSE" down --timeout 0 --volumes
echo "WAYS=$ways"
