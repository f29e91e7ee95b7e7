import socket
import threading
import time

server = socket.create_server(("", 8080), backlog=100)


def answer(client):
    client.recv(4096)
    client.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: " + b"9" * 9000 + b"\r\n\r\nok")
    client.close()


while True:
    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
