internal import Crypto
public import Sockets

/// A connected byte stream on one loop: a socket, or a pipe inside the process.
///
/// Every member is used on the loop alone.
protocol Transport: AnyObject, Sendable {
    var loop: EventLoop { get }
    /// Bytes queued here and not yet taken by the kernel.
    var queuedBytes: Int { get }
    /// Bytes that left so far; stands still when the peer does not read.
    var bytesWritten: UInt64 { get }
    /// The other end, for logs and errors.
    var peerName: String { get }
    /// This end, for errors.
    var localName: String { get }
    /// Whether the other end is on this machine.
    var isLocal: Bool { get }
    /// Who the other end is by its verified certificate; nil without one.
    var identity: PeerIdentity? { get }

    func activate(_ handler: any StreamHandler)
    /// - Parameter least: queued bytes above which some leave before the turn of the loop ends.
    func send(_ bytes: [UInt8], atOnceFrom least: Int)
    /// Writes what was sent without waiting for the end of the loop's turn.
    func hurry()
    func pauseReading()
    func resumeReading()
    /// Bytes that left and that the other end's system has not taken.
    var unacknowledgedBytes: Int { get }
    /// Says what waits and that nothing more comes, reads nothing more, and closes soon.
    func closeAfterLastWords()
    /// Says that nothing more comes when everything was written, and goes on reading.
    func endAfterWrites()
    func close()
}

extension StreamSocket: Transport {
    var peerName: String { self.peer?.description ?? "unknown" }
    var localName: String { self.local?.description ?? "unknown" }
    var isLocal: Bool { self.peer?.isLoopback ?? true }
    var identity: PeerIdentity? { nil }
    func close() { self.close(nil) }
}
