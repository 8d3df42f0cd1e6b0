extension LocalExchange {
    /// How often each kind of fault of the plan struck, in the order of first strikes.
    public var faultStrikes: [(kind: Fault.Kind, count: Int)] { faults.strikes }
}
