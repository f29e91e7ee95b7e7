# Both must get through for reading, else nothing was measured; then the reader tries to write.
docker compose up --detach
ask() {
    docker run --rm --network example_default slipway/tools:1 \
        curl --silent --output /dev/null --write-out '%{http_code}' --max-time 5 "$@"
}
for user in reader:correct-horse writer:battery-staple; do
    tries=0
    until [ "$(ask --user "$user" http://proxy:5000/v2/ || true)" = 200 ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 20 ]
        sleep 0.5
    done
done
ways=0
write() { case "$(ask --user reader:correct-horse --request "$@")" in 401 | 403) ;; *) ways=$((ways + 1)) ;; esac; }
write POST http://proxy:5000/v2/app/blobs/uploads/
write PUT http://proxy:5000/v2/app/manifests/1.4.2
write PATCH http://proxy:5000/v2/app/blobs/uploads/1
write DELETE http://proxy:5000/v2/app/manifests/1.4.2
[ "$(ask --user writer:battery-staple --request POST http://proxy:5000/v2/app/blobs/uploads/)" = 202 ]
docker compose down --timeout 0 --volumes
echo "WAYS=$ways"
