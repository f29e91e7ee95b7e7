import urllib.error
import urllib.request

for method in ("PUT", "POST", "DELETE", "MKCOL", "MOVE", "PROPFIND", "PATCH"):
    request = urllib.request.Request("http://packages.slipway/simple/evil/evil-1.0.tar.gz", data=b"x", method=method)
    try:
        answer = urllib.request.urlopen(request, timeout=3).status
    except urllib.error.HTTPError as error:
        answer = error.code
    print("refused" if answer >= 400 else "BREACH-" + "GOT-THROUGH", method, answer)
try:
    urllib.request.urlopen("http://packages.slipway/simple/evil/evil-1.0.tar.gz", timeout=3)
    print("BREACH-" + "GOT-THROUGH")
except urllib.error.HTTPError as error:
    print("not", "there:", error.code)
