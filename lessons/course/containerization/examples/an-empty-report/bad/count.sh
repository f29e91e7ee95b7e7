# What a scanner would read: the packages that dpkg has recorded.
echo "PACKAGES=$(cat /var/lib/dpkg/status 2> /dev/null | grep -c '^Package:')"
