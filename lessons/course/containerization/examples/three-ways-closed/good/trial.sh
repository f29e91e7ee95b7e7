# api must reach the database, and web the outside, else nothing was measured.
"$COMPOSE" up --detach
reach() { "$COMPOSE" exec -T "$1" python -c "import socket; socket.create_connection(('$2', $3), 2)"; }
outside=100.64.0.1 # the package index, beyond the services' own networks
tries=0
until reach api db 5432 && reach web "$outside" 80; do
    tries=$((tries + 1))
    [ "$tries" -lt 20 ]
    sleep 0.5
done
open=0
if reach web db 5432; then open=$((open + 1)); fi
if reach api db 9000; then open=$((open + 1)); fi
if reach db "$outside" 80; then open=$((open + 1)); fi
"$COMPOSE" down --timeout 0 --volumes
echo "OPEN=$open"
