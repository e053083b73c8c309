/// What to load a server with.
struct Load {
    enum Mode: String { case unary, stream }

    let mode: Mode
    let port: Int
    let connections: Int
    let depth: Int
    let size: Int
    let warmup: Duration
    let duration: Duration

    /// MODE PORT CONNECTIONS DEPTH SIZE WARMUP SECONDS, as the floor's generator takes them.
    init?(_ arguments: [String]) {
        let numbers = arguments.dropFirst().compactMap(Double.init)
        guard arguments.count == 7, numbers.count == 6,
            let mode = arguments.first.flatMap(Mode.init)
        else { return nil }
        self.mode = mode
        self.port = Int(numbers[0])
        self.connections = Int(numbers[1])
        self.depth = Int(numbers[2])
        self.size = Int(numbers[3])
        self.warmup = .seconds(numbers[4])
        self.duration = .seconds(numbers[5])
    }
}
