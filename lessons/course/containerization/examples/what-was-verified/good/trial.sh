"$COMPOSE" create
for file in sign.sh verify.sh push.sh; do "$COMPOSE" cp "$file" "host:/work/$file"; done
"$COMPOSE" start
host() { "$COMPOSE" exec -T -e COSIGN_PASSWORD= host "$@"; }
tries=0
until host curl --silent --fail --output /dev/null http://registry:5000/v2/; do
    tries=$((tries + 1))
    [ "$tries" -lt 20 ]
    sleep 0.5
done
signed=$(host sh push.sh 1.4.2 approved)
host cosign generate-key-pair
host sh sign.sh registry:5000/app:1.4.2
run=$(host sh verify.sh registry:5000/app:1.4.2 | tail -n 1)
host sh push.sh 1.4.2 somebody-else # the tag moves after the check
started=$(host skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$run")
"$COMPOSE" down --timeout 0 --volumes
if [ "$started" = "$signed" ]; then echo UNSIGNED=0; else echo UNSIGNED=1; fi
