import Testing

/// Tests that wait on sockets of the system block a thread each: one after the other they leave threads for what they wait
/// for.
@Suite(.serialized) enum OnOneThread {}
