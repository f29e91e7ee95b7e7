# A stranger on the project's network asks; refused is 401 or 403, whatever else the answer is.
docker compose up --detach
for service in registry proxy; do
    if docker compose config --services | grep -qx "$service"; then door=$service; fi
done
ask() {
    docker run --rm --network example_default slipway/tools:1 \
        curl --silent --output /dev/null --write-out '%{http_code}' --max-time 5 "$@"
}
tries=0
until [ "$(ask "http://$door:5000/v2/" || true)" != 000 ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 20 ]
    sleep 0.5
done
accepted=0
count() { case "$(ask "$@")" in 401 | 403) ;; *) accepted=$((accepted + 1)) ;; esac; }
count "http://$door:5000/v2/_catalog"
count "http://$door:5000/v2/app/manifests/1.4.2"
count --request POST "http://$door:5000/v2/app/blobs/uploads/"
count --user reader:guessed "http://$door:5000/v2/_catalog"
if [ "$door" = proxy ]; then [ "$(ask --user reader:correct-horse http://proxy:5000/v2/)" = 200 ]; fi
docker compose down --timeout 0 --volumes
echo "ACCEPTED=$accepted"
