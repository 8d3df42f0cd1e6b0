/// Kraken's derivatives surface as it is until 1 March 2027: REST v3 with history and charts, and WebSocket v1.
/// Everything in here is a description of messages, shared by our client and by the local exchange.
public enum Derivatives {}
