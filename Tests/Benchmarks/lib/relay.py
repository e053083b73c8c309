"""Counts the bytes of a connection: a relay between a client and a server."""
import socket
import threading


class Relay:
    """Listens on a port of its own and carries everything to another one."""

    def __init__(self, port):
        self.bytes, self.target = 0, int(port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source, sink):
        try:
            while chunk := source.recv(65536):
                self.bytes += len(chunk)
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def close(self):
        self.listener.close()
