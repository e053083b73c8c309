"""A client of Tally RPC 1 on a bare socket, written from proto/PROTOCOL.md alone."""
import socket
import struct

PREFACE = b"\xf1TALLY\x01\x00"
HELLO, REQUEST, MESSAGE, STATUS, PING, GOAWAY = 1, 2, 3, 4, 8, 9
END, NO_MESSAGE, ACK = 1, 8, 16


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(field, value):
    return varint(field << 3 | 2) + varint(len(value)) + value.encode()


def number(field, value):
    return varint(field << 3) + varint(value)


def fields(data):
    """(field, value) pairs of a protobuf message; lengths as bytes, varints as int."""
    position, out = 0, []

    def take():
        nonlocal position
        value = shift = 0
        while True:
            byte = data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value
    while position < len(data):
        key = take()
        if key & 7 == 0:
            out.append((key >> 3, take()))
        else:
            assert key & 7 == 2, key
            length = take()
            out.append((key >> 3, data[position:position + length]))
            position += length
    return out


def frame(kind, flags, stream, header=b"", body=b""):
    return struct.pack(">IBBHI", len(header) + len(body), kind, flags, len(header), stream) \
        + header + body


class Client:
    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=10)

    def send(self, data):
        self.socket.sendall(data)

    def handshake(self):
        hello = text(1, "plain/1") + number(3, 65536) + number(4, 16384) + number(5, 4 << 20) \
            + number(6, 256) + number(7, 262144)
        self.send(PREFACE + frame(HELLO, 0, 0, hello))
        assert self.read(8)[:7] == PREFACE[:7]
        kind, _, stream, header, _ = self.frame()
        assert (kind, stream) == (HELLO, 0)
        return dict(fields(header))

    def read(self, count):
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise EOFError(data)
            data += part
        return data

    def frame(self):
        length, kind, flags, header_length, stream = struct.unpack(">IBBHI", self.read(12))
        payload = self.read(length)
        return kind, flags, stream, payload[:header_length], payload[header_length:]

    def call(self, method, body=b"", stream=1):
        """(status code, message) of a unary call."""
        self.send(frame(REQUEST, END, stream, text(1, method), body))
        while True:
            kind, flags, number_, header, message = self.frame()
            if kind == STATUS and number_ == stream:
                return dict(fields(header)).get(1, 0), message

    def rest(self):
        """Everything until the peer closes."""
        data = b""
        try:
            while part := self.socket.recv(65536):
                data += part
        except ConnectionResetError:
            pass
        return data

    def close(self):
        self.socket.close()
