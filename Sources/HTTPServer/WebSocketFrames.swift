private import CWslay
internal import Crypto

/// wslay's context: bytes in, messages and bytes out.
///
/// `@unchecked Sendable`: used on the loop of its socket alone.
final class WebSocketFrames: @unchecked Sendable {
    private var context: wslay_event_context_ptr?
    private var input: [UInt8] = []
    private var position = 0
    private var texts: [String] = []
    private var hasFailed = false
    private let write: ([UInt8]) -> Void

    /// Which end of the socket this is: what a client sends is masked (RFC 6455 section 5.3).
    enum Role {
        case server
        case client
    }

    init(_ role: Role = .server, messageBytesMax: Int, write: @escaping ([UInt8]) -> Void) {
        self.write = write
        var callbacks = wslay_event_callbacks()
        callbacks.recv_callback = { _, buffer, length, _, user in
            WebSocketFrames.from(user).give(buffer, length)
        }
        callbacks.send_callback = { _, bytes, length, _, user in
            let raw = UnsafeRawBufferPointer(start: bytes, count: length)
            WebSocketFrames.from(user).write(Array(raw))
            return length
        }
        callbacks.on_msg_recv_callback = { _, message, user in
            guard let message else { return }
            WebSocketFrames.from(user).received(message.pointee)
        }
        var context: wslay_event_context_ptr?
        callbacks.genmask_callback = { _, buffer, length, _ in
            let mask = Secrets.random(length)
            for index in 0..<length { buffer?[index] = mask[index] }
            return 0
        }
        let own = Unmanaged.passUnretained(self).toOpaque()
        let status =
            role == .server
            ? wslay_event_context_server_init(&context, &callbacks, own)
            : wslay_event_context_client_init(&context, &callbacks, own)
        precondition(status == 0, "wslay has no memory")
        wslay_event_config_set_max_recv_msg_length(context, UInt64(messageBytesMax))
        self.context = context
    }

    deinit { wslay_event_context_free(self.context) }

    private static func from(_ user: UnsafeMutableRawPointer?) -> WebSocketFrames {
        guard let user else { preconditionFailure("wslay gives back what it got") }
        return Unmanaged<WebSocketFrames>.fromOpaque(user).takeUnretainedValue()
    }

    private func give(_ buffer: UnsafeMutablePointer<UInt8>?, _ length: Int) -> Int {
        let count = min(length, self.input.count - self.position)
        guard count > 0, let buffer else {
            wslay_event_set_error(self.context, Int32(WSLAY_ERR_WOULDBLOCK.rawValue))
            return -1
        }
        for index in 0..<count { buffer[index] = self.input[self.position + index] }
        self.position += count
        return count
    }

    private func received(_ message: wslay_event_on_msg_recv_arg) {
        switch UInt32(message.opcode) {
        case WSLAY_TEXT_FRAME.rawValue:
            let raw = UnsafeRawBufferPointer(start: message.msg, count: message.msg_length)
            self.texts.append(String(decoding: raw, as: UTF8.self))
        case WSLAY_BINARY_FRAME.rawValue:
            self.sendClose(1003, "text alone is taken")
        case _: break
        }
    }

    /// Takes bytes of the other end.
    ///
    /// - Returns: the text messages that are complete.
    func receive(_ bytes: UnsafeRawBufferPointer) -> [String] {
        self.input = Array(bytes)
        self.position = 0
        self.texts = []
        if wslay_event_recv(self.context) != 0 { self.hasFailed = true }
        self.flush()
        self.input = []
        return self.texts
    }

    /// Whether both sides are done, or the frames were broken beyond repair.
    var isFinished: Bool {
        self.hasFailed || wslay_event_get_close_received(self.context) != 0
            || wslay_event_get_close_sent(self.context) != 0
            || (wslay_event_want_read(self.context) == 0
                && wslay_event_want_write(self.context) == 0)
    }

    private func flush() {
        if wslay_event_send(self.context) != 0 { self.hasFailed = true }
    }

    func sendText(_ text: String) {
        self.queue(UInt8(WSLAY_TEXT_FRAME.rawValue), Array(text.utf8))
    }

    func sendPing() { self.queue(UInt8(WSLAY_PING.rawValue), []) }

    private func queue(_ opcode: UInt8, _ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { buffer in
            var message = wslay_event_msg(
                opcode: opcode, msg: buffer.baseAddress, msg_length: buffer.count)
            _ = wslay_event_queue_msg(self.context, &message)
        }
        self.flush()
    }

    func sendClose(_ code: UInt16, _ reason: String) {
        let bytes = Array(reason.utf8.prefix(123))
        _ = wslay_event_queue_close(self.context, code, bytes, bytes.count)
        self.flush()
    }
}
