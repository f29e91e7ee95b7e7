import socket
import threading
import time

server = socket.create_server(("", 8080), backlog=100)


def answer(client):
    import struct

    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


while True:
    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
