import socket
import threading
import time

server = socket.create_server(("", 8080), backlog=100)


def answer(client):
    client.recv(4096)
    client.sendall(b"HTTP/1.0 302 Found\r\nLocation: http://@HOST_ADDRESS@:@CANARY_PORT@/\r\nContent-Length: 0\r\n\r\n")
    client.close()


while True:
    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
