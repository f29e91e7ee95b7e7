import socket
import threading
import time

server = socket.create_server(("", 8080), backlog=100)


def answer(client):
    client.recv(4096)
    client.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
    while True:
        client.sendall(b"x" * 65536)


while True:
    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
