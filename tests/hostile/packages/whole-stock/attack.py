import re
import urllib.request

total = 0
for _ in range(3):
    names = re.findall(rb'href="([^"]+)"', urllib.request.urlopen("http://packages.slipway/simple/").read())
    for name in names:
        page = urllib.request.urlopen("http://packages.slipway/simple/" + name.decode().strip("/").split("/")[-1] + "/").read()
        total += len(page)
print("pages", "fetched:", total > 0)
