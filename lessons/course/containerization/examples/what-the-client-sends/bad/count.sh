echo "FILES=$(find . -type f ! -name count.sh | wc -l)"
