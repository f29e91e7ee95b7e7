import socket
import threading
import time

server = socket.create_server(("", 8080), backlog=100)


def answer(client):
    time.sleep(60)


while True:
    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
