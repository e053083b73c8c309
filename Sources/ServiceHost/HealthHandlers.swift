internal import RPC
internal import RPCCore
internal import TallyAPI

/// Answers `tally.health.v1.Health` from the board.
struct HealthHandlers: HealthService {
    let board: HealthBoard

    func check(
        _ request: HealthCheckRequest, context: CallContext
    ) async throws -> HealthCheckResponse {
        guard let state = self.board.state(of: request.service) else {
            throw RPCError(.notFound, "nothing is called \"\(request.service)\"")
        }
        return Self.response(state)
    }

    func watch(
        _ request: HealthCheckRequest, writer: RPCWriter<HealthCheckResponse>, context: CallContext
    ) async throws {
        let board = self.board
        let changes = board.changes
        try await context.endingWithDrain {
            var last: HealthCheckResponse?
            func sendIfNew() async throws {
                let response =
                    board.state(of: request.service).map(Self.response)
                    ?? HealthCheckResponse(status: .serviceUnknown)
                guard response != last else { return }
                try await writer.send(response)
                last = response
            }
            try await sendIfNew()
            for await _ in changes { try await sendIfNew() }
        }
    }

    func list(
        _ request: HealthListRequest, context: CallContext
    ) async throws -> HealthListResponse {
        let names = [""] + (self.board.parts + self.board.services).sorted()
        return HealthListResponse(
            services: names.compactMap { name in
                self.board.state(of: name).map {
                    HealthListEntry(service: name, response: Self.response($0))
                }
            })
    }

    private static func response(_ state: HealthBoard.State) -> HealthCheckResponse {
        switch state {
        case .serving: HealthCheckResponse(status: .serving)
        case .notServing(let reason): HealthCheckResponse(status: .notServing, reason: reason)
        }
    }
}
