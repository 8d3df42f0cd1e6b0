/// Kraken's unified WebSocket v2 for derivatives, the surface that stays. No frame of it has been recorded: what the
/// documentation leaves open is read leniently, and members that it does not name are kept to be reported.
public enum Unified {}
