# Root tries to write; the data directory must be writable on both sides, else nothing was measured.
"$COMPOSE" up --detach
"$COMPOSE" exec -T --user 0 web touch /data/note
writable=0
for folder in /etc /root /srv /usr/local/bin; do
    if "$COMPOSE" exec -T --user 0 web touch "$folder/note"; then writable=$((writable + 1)); fi
done
"$COMPOSE" down --timeout 0 --volumes
echo "WRITABLE=$writable"
