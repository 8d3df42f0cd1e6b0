public import Market
public import Sockets

/// What the connections of a program bear with.
public struct WireLimits: Hashable, Sendable {
    /// Messages of markets that wait for the loop: beyond, the oldest go.
    public var marketMessages = 8_192
    public var marketBytes = 16 * 1024 * 1024
    /// Messages of accounts that wait for the loop: beyond, their connections are not read.
    public var accountMessages = 4_096
    public var accountBytes = 16 * 1024 * 1024
    /// Requests without an answer yet, over all lines: more are not sent.
    public var requests = 256
    /// From the wish to connect to an open socket, by the program's clock.
    public var connect = Interval.seconds(15)
    /// From a request to its whole answer, by the program's clock.
    public var answer = Interval.seconds(15)
    /// By the machine's clock.
    public var socket = SocketLimits()
    /// By the machine's clock.
    public var http = HTTPCaller.Limits()

    public init() {}
}
