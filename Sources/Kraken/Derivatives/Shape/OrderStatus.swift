public import Venue

extension Derivatives {
    /// What became of an instruction: `sendStatus.status` and its kin. `result: success` says nothing about it.
    public enum OrderStatus: String, WireWord {
        /// Accepted; it may have traded already: the order events say.
        case placed
        case partiallyFilled
        case filled
        case edited
        case cancelled
        case noOrdersToCancel
        case notFound
        case orderForEditNotFound
        case orderForEditNotAStop
        case insufficientAvailableFunds
        case wouldCauseLiquidation
        case wouldNotReducePosition
        case maxPositionViolation
        case fixedLeverageTooHigh
        case postWouldExecute
        case iocWouldNotExecute
        case selfFill
        case outsidePriceCollar
        case wouldIncreasePriceDislocation
        case invalidPrice
        case invalidSize
        case invalidOrderType
        case invalidSide
        case tooManySmallOrders
        case tooManyOrders
        case clientOrderIdAlreadyExist
        case clientOrderIdTooBig
        case clientOrderIdTooLong
        case clientOrderIdInvalid
        case marketSuspended
        case marketInactive
        case marketIsPostOnly
        case cannotEditTriggerPriceOfTrailingStop
        case cannotEditLimitPriceOfTrailingStop
        case wouldProcessAfterSpecifiedTime
        case unknown
    }

    /// What to do about a status.
    public enum StatusGroup: Hashable, Sendable {
        case ok
        /// What we believed about the order or the position is not so: ask.
        case reconcile
        /// Not accepted, and not to be tried again as it is.
        case refuse
        /// Not accepted at this price.
        case reprice
        /// Not accepted while this lasts: the market's state, or too many orders.
        case wait
        /// Our own fault.
        case bug
        /// It may have been accepted: look for it before anything else.
        case unknownOutcome
    }
}

extension Derivatives.OrderStatus {
    public var group: Derivatives.StatusGroup {
        switch self {
        case .placed, .partiallyFilled, .filled, .edited, .cancelled, .noOrdersToCancel: .ok
        case .notFound, .orderForEditNotFound, .orderForEditNotAStop, .wouldNotReducePosition,
            .clientOrderIdAlreadyExist:
            .reconcile
        case .insufficientAvailableFunds, .wouldCauseLiquidation, .maxPositionViolation, .fixedLeverageTooHigh,
            .wouldProcessAfterSpecifiedTime:
            .refuse
        case .postWouldExecute, .iocWouldNotExecute, .selfFill, .outsidePriceCollar, .wouldIncreasePriceDislocation:
            .reprice
        case .tooManySmallOrders, .tooManyOrders, .marketSuspended, .marketInactive, .marketIsPostOnly: .wait
        case .invalidPrice, .invalidSize, .invalidOrderType, .invalidSide, .clientOrderIdTooBig, .clientOrderIdTooLong,
            .clientOrderIdInvalid, .cannotEditTriggerPriceOfTrailingStop, .cannotEditLimitPriceOfTrailingStop:
            .bug
        case .unknown: .unknownOutcome
        }
    }

    /// The same refusal in the words of the core; nil when the core has no such word or it is no refusal.
    public var rejection: RejectReason? {
        switch self {
        case .insufficientAvailableFunds, .fixedLeverageTooHigh: .insufficientMargin
        case .wouldCauseLiquidation: .wouldLiquidate
        case .wouldNotReducePosition: .reduceOnlyWouldIncrease
        case .maxPositionViolation: .quantityTooLarge
        case .postWouldExecute: .postOnlyWouldTrade
        case .outsidePriceCollar, .wouldIncreasePriceDislocation: .priceOutsideBand
        case .invalidPrice: .priceOffTick
        case .invalidSize: .quantityOffLot
        case .tooManySmallOrders, .tooManyOrders: .tooManyOrders
        case .clientOrderIdAlreadyExist: .duplicateOrder
        case .marketSuspended, .marketInactive, .marketIsPostOnly: .marketSuspended
        case .selfFill: .selfTrade
        case .iocWouldNotExecute: .nothingToTrade
        case .wouldProcessAfterSpecifiedTime: .tooLate
        case .placed, .partiallyFilled, .filled, .edited, .cancelled, .noOrdersToCancel, .notFound,
            .orderForEditNotFound, .orderForEditNotAStop, .invalidOrderType, .invalidSide, .clientOrderIdTooBig,
            .clientOrderIdTooLong, .clientOrderIdInvalid, .cannotEditTriggerPriceOfTrailingStop,
            .cannotEditLimitPriceOfTrailingStop, .unknown:
            nil
        }
    }
}

extension Open where Word == Derivatives.OrderStatus {
    /// A status that we have never seen leaves the outcome unknown.
    public var group: Derivatives.StatusGroup { word?.group ?? .unknownOutcome }
}
