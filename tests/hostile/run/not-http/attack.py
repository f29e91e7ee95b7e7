import socket
import threading
import time

server = socket.create_server(("", 8080), backlog=100)


def answer(client):
    client.sendall(bytes(range(256)) * 100)
    client.close()


while True:
    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
