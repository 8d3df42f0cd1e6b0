/// A plan that passed every gate. Only this module can make one, so an order that risk has not seen does not compile.
public struct Approved<Plan: Sendable>: Sendable {
    public let plan: Plan

    init(_ plan: Plan) { self.plan = plan }
}

extension Approved: Equatable where Plan: Equatable {}
extension Approved: Hashable where Plan: Hashable {}
