# ann reads, ben writes. Both must get through for reading, else nothing was measured.
"$COMPOSE" create
"$COMPOSE" cp default.conf proxy:/etc/nginx/conf.d/default.conf
for list in users writers; do "$COMPOSE" cp "$list" "proxy:/etc/nginx/$list"; done
"$COMPOSE" start
"$COMPOSE" exec -T proxy chmod 644 /etc/nginx/users /etc/nginx/writers
ask() { "$COMPOSE" exec -T reader curl --silent --output /dev/null --write-out '%{http_code}' --max-time 5 "$@"; }
for user in ann:correct-horse ben:battery-staple; do
    tries=0
    until [ "$(ask --user "$user" http://proxy/v2/)" = 200 ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 20 ]
        sleep 0.5
    done
done
ways=0
write() { case "$(ask --user ann:correct-horse --request "$@")" in 401 | 403) ;; *) ways=$((ways + 1)) ;; esac; }
write POST http://proxy/v2/app/blobs/uploads/
write PUT http://proxy/v2/app/manifests/1.4.2
write PATCH http://proxy/v2/app/blobs/uploads/1
write DELETE http://proxy/v2/app/manifests/1.4.2
[ "$(ask --user ben:battery-staple --request POST http://proxy/v2/app/blobs/uploads/)" = 202 ]
"$COMPOSE" down --timeout 0 --volumes
echo "WAYS=$ways"
