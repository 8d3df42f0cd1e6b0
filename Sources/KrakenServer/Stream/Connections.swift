public import Market

extension LocalExchange {
    /// A WebSocket upgrade on `path`; false when nothing is served there.
    public mutating func open(_ connection: ConnectionID, path: String, at time: Timestamp) -> Bool {
        advance(to: time)
        guard let kind = Session.Kind(path: path), sessions[connection] == nil, !faults.refusesConnections(at: clock)
        else { return false }
        sessions[connection] = Session(connection, kind)
        connections.append(connection)
        switch kind {
        case .legacy: send(#"{"event":"info","version":1}"#, to: connection)
        case .spot, .unifiedPublic, .unifiedPrivate: send(statusFrame(connection), to: connection)
        }
        return true
    }

    /// A text frame from a client.
    public mutating func receive(_ text: [UInt8], from connection: ConnectionID, at time: Timestamp) {
        advance(to: time)
        guard let session = sessions[connection] else { return }
        switch session.kind {
        case .legacy: receiveLegacy(text, connection)
        case .spot, .unifiedPublic, .unifiedPrivate: receiveStream(text, session)
        }
        deliverNews()
    }

    /// The connection is gone: nothing more is written to it.
    public mutating func close(_ connection: ConnectionID) {
        guard sessions.removeValue(forKey: connection) != nil else { return }
        connections.removeAll { $0 == connection }
        legacy.forget(connection)
        stream.forget(connection)
        unified.forget(connection)
    }

    mutating func send(_ text: String, to connection: ConnectionID) { send(Array(text.utf8), to: connection) }

    mutating func send(_ text: [UInt8], to connection: ConnectionID) { outbox.append(.text(connection, text)) }

    /// The same bytes to all.
    mutating func broadcast(_ text: [UInt8], to connections: [ConnectionID]) {
        for connection in connections { outbox.append(.text(connection, text)) }
    }
}
