import socket
import threading
import time

server = socket.create_server(("", 8080), backlog=100)


def answer(client):
    import gzip

    client.recv(4096)
    body = gzip.compress(bytes(1 << 20)) * 1000
    client.sendall(b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    client.close()


while True:
    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
