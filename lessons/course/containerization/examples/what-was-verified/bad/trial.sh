"$COMPOSE" create
for file in start.sh push.sh docker; do "$COMPOSE" cp "$file" "host:/work/$file"; done
"$COMPOSE" start
host() { "$COMPOSE" exec -T host "$@"; }
tries=0
until host curl --silent --fail --output /dev/null http://registry:5000/v2/; do
    tries=$((tries + 1))
    [ "$tries" -lt 20 ]
    sleep 0.5
done
signed=$(host sh push.sh 1.4.2 approved)
host sh -euc 'install -m 755 docker /usr/local/bin/docker
export COSIGN_PASSWORD=; cosign generate-key-pair
cosign sign --yes --key cosign.key --use-signing-config=false --tlog-upload=false --allow-http-registry "registry:5000/app@$0"' "$signed"
host sh -eu start.sh
started=$(host cat started)
"$COMPOSE" down --timeout 0 --volumes
if [ "$started" = "$signed" ]; then echo UNSIGNED=0; else echo UNSIGNED=1; fi
