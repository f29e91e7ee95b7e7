# A stranger on the registry's network asks; refused is 401 or 403, whatever else the answer is.
compose() { "$COMPOSE" -f compose.yaml -f stranger.yaml "$@"; }
compose create
compose cp users registry:/auth-users
compose start
if grep -q /auth/users compose.yaml; then
    compose exec -T registry sh -c "mkdir -p /auth && cp /auth-users /auth/users"
    compose restart registry
fi
ask() { compose exec -T stranger curl --silent --output /dev/null --write-out '%{http_code}' --max-time 5 "$@"; }
tries=0
until [ "$(ask http://registry:5000/v2/)" != 000 ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 20 ]
    sleep 0.5
done
accepted=0
count() { case "$(ask "$@")" in 401 | 403) ;; *) accepted=$((accepted + 1)) ;; esac; }
count http://registry:5000/v2/_catalog
count http://registry:5000/v2/app/manifests/1.4.2
count --request POST http://registry:5000/v2/app/blobs/uploads/
count --user ann:guessed http://registry:5000/v2/_catalog
compose down --timeout 0 --volumes
echo "ACCEPTED=$accepted"
