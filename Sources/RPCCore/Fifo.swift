/// A queue in one array: nothing moves when an element leaves, until those that left are half of
/// the array, so that its size follows what waits and not what has passed.
public struct Fifo<Element>: Sequence, IteratorProtocol {
    @usableFromInline var elements: [Element?] = []
    @usableFromInline var head = 0

    /// Elements that left before their places are used again.
    @usableFromInline static var movedCount: Int { 32 }

    /// An empty queue; it holds no memory.
    @inlinable public init() {}

    /// Elements that wait.
    @inlinable public var count: Int { self.elements.count - self.head }
    /// Whether none waits.
    @inlinable public var isEmpty: Bool { self.head == self.elements.count }

    /// The element that leaves next; nil when none waits.
    @inlinable public var first: Element? { self.isEmpty ? nil : self.elements[self.head] }

    /// Adds an element behind the others.
    @inlinable public mutating func append(_ element: consuming Element) {
        self.elements.append(element)
    }

    /// Takes the first element; nil when none waits.
    @inlinable public mutating func popFirst() -> Element? {
        guard self.head < self.elements.count else { return nil }
        let first = self.elements[self.head].take()
        self.head += 1
        if self.head == self.elements.count {
            self.elements.removeAll(keepingCapacity: true)
            self.head = 0
        } else if self.head >= Self.movedCount, self.head * 2 >= self.elements.count {
            self.elements.removeFirst(self.head)
            self.head = 0
        }
        return first
    }

    /// Takes out the first element that is the one that is looked for; nil when none is.
    @inlinable public mutating func remove(where isWanted: (Element) -> Bool) -> Element? {
        let index = self.elements[self.head...].firstIndex { $0.map(isWanted) ?? false }
        return index.flatMap { self.elements.remove(at: $0) }
    }

    /// Elements that fit without more memory.
    @inlinable public var capacity: Int { self.elements.capacity }

    /// The same as `popFirst`: to go through a queue is to take it.
    @inlinable public mutating func next() -> Element? { self.popFirst() }

    /// Drops all elements and their memory.
    @inlinable public mutating func removeAll() { self = Fifo() }
}

extension Fifo: Sendable where Element: Sendable {}
