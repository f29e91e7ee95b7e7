import socket
import threading
import time

server = socket.create_server(("", 8080), backlog=100)


def answer(client):
    client.recv(4096)
    for letter in b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok" * 10:
        client.sendall(bytes([letter]))
        time.sleep(1)


while True:
    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
