internal import Glibc

/// Calls the kernel, again when a signal interrupted it, and turns failure into an error.
///
/// - Parameter name: the call's name, for the message.
/// - Returns: the call's result, never negative.
@discardableResult
func systemCall<Result: FixedWidthInteger>(
    _ name: String, _ body: () -> Result
) throws(SocketError) -> Result {
    while true {
        let result = body()
        if result >= 0 { return result }
        let number = errno
        if number != EINTR { throw SocketError.system(name, errno: number) }
    }
}

/// What a read or write that must not wait came to.
enum Transfer {
    case bytes(Int)
    case wouldBlock
    case failed(SocketError)
}

/// Like `systemCall`, for sockets that do not block.
func transfer(_ name: String, _ body: () -> Int) -> Transfer {
    while true {
        let result = body()
        if result >= 0 { return .bytes(result) }
        let number = errno
        switch number {
        case EINTR: continue
        case EAGAIN: return .wouldBlock
        case _: return .failed(SocketError.system(name, errno: number))
        }
    }
}
