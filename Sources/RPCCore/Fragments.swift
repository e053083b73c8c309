/// Cuts messages into frames that the peer accepts.
enum Fragments {
    /// Frames of one message: the first of `type` with `header`, the others MESSAGE.
    ///
    /// - Parameters:
    ///   - last: flags of the frame that completes the message, such as END.
    ///   - lastType: type of the completing frame when it is not the first; STATUS for a reply.
    static func frames(
        _ type: FrameType, stream: UInt32, header: [UInt8], message: [UInt8], last: FrameFlags,
        lastType: FrameType = .message, frameBytesMax: Int
    ) -> [[UInt8]] {
        if header.count + message.count <= frameBytesMax {
            let only = lastType == .status ? FrameType.status : type
            return [Frame.encoded(only, last, stream: stream, header: header, body: message)]
        }
        var frames: [[UInt8]] = []
        var position = 0
        while position < message.count {
            let isFirst = frames.isEmpty
            let head = isFirst && type != .status ? header : []
            let room = frameBytesMax - head.count
            let end = min(position + room, message.count)
            let isLast = end == message.count
            let kind =
                isLast && !isFirst ? lastType : (isFirst && type != .status ? type : .message)
            frames.append(
                Frame.encoded(
                    kind, isLast ? last : .more, stream: stream, header: head,
                    body: message[position..<end]))
            position = end
        }
        return frames
    }
}
