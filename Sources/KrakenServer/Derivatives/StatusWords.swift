import Market
import Venue

extension Refusal {
    /// The word of `sendStatus.status` and its kin.
    var status: String {
        switch self {
        case .venue(let reason): Self.status(reason)
        case .immediateWouldNotTrade: "iocWouldNotExecute"
        case .selfTrade: "selfFill"
        case .clientIDInUse: "clientOrderIdAlreadyExist"
        case .clientIDTooLong: "clientOrderIdTooLong"
        case .marketSuspended, .cancelOnly: "marketSuspended"
        case .marketPostOnly: "marketIsPostOnly"
        case .tooLate: "wouldProcessAfterSpecifiedTime"
        case .stopRefused: "invalidPrice"
        case .invalidPrice: "invalidPrice"
        case .invalidSize: "invalidSize"
        case .unsupportedType: "invalidOrderType"
        case .delisted: "marketInactive"
        }
    }

    private static func status(_ reason: RejectReason) -> String {
        switch reason {
        case .insufficientMargin: "insufficientAvailableFunds"
        case .wouldLiquidate: "wouldCauseLiquidation"
        case .postOnlyWouldTrade: "postWouldExecute"
        case .reduceOnlyWouldIncrease: "wouldNotReducePosition"
        case .priceOffTick: "invalidPrice"
        case .priceOutsideBand: "outsidePriceCollar"
        case .quantityOffLot, .quantityTooSmall: "invalidSize"
        case .quantityTooLarge: "maxPositionViolation"
        case .triggerAlreadyReached: "invalidPrice"
        case .duplicateOrder: "clientOrderIdAlreadyExist"
        case .unknownInstrument, .marketSuspended: "marketSuspended"
        case .tooManyOrders: "tooManyOrders"
        case .selfTrade: "selfFill"
        case .nothingToTrade: "iocWouldNotExecute"
        case .tooLate: "wouldProcessAfterSpecifiedTime"
        case .other: "unknown"
        }
    }

    /// The word of a REJECT event's `reason`.
    var reason: String {
        switch self {
        case .venue(let reason): Self.reason(reason)
        case .immediateWouldNotTrade: "IOC_WOULD_NOT_EXECUTE"
        case .selfTrade: "WOULD_EXECUTE_SELF"
        case .clientIDInUse: "CLIENT_ORDER_ID_IN_USE"
        case .clientIDTooLong: "CLIENT_ORDER_ID_TOO_LONG"
        case .marketSuspended, .cancelOnly, .delisted: "MARKET_SUSPENDED"
        case .marketPostOnly: "MARKET_IS_POST_ONLY"
        case .tooLate: "WOULD_PROCESS_AFTER_SPECIFIED_TIME"
        case .stopRefused, .invalidPrice: "INVALID_PRICE"
        case .invalidSize: "INVALID_QUANTITY"
        case .unsupportedType: "INVALID_ORDER_TYPE"
        }
    }

    private static func reason(_ reason: RejectReason) -> String {
        switch reason {
        case .insufficientMargin: "INSUFFICIENT_MARGIN"
        case .wouldLiquidate: "WOULD_CAUSE_LIQUIDATION"
        case .postOnlyWouldTrade: "POST_WOULD_EXECUTE"
        case .reduceOnlyWouldIncrease: "WOULD_NOT_REDUCE_POSITION"
        case .priceOffTick, .triggerAlreadyReached: "INVALID_PRICE"
        case .priceOutsideBand: "PRICE_COLLAR"
        case .quantityOffLot, .quantityTooSmall: "INVALID_QUANTITY"
        case .quantityTooLarge: "MAX_POSITION_EXCEEDED"
        case .duplicateOrder: "CLIENT_ORDER_ID_IN_USE"
        case .unknownInstrument: "MARKET_NOT_FOUND"
        case .marketSuspended: "MARKET_SUSPENDED"
        case .tooManyOrders: "ORDER_LIMIT_EXCEEDED"
        case .selfTrade: "WOULD_EXECUTE_SELF"
        case .nothingToTrade: "IOC_WOULD_NOT_EXECUTE"
        case .tooLate: "WOULD_PROCESS_AFTER_SPECIFIED_TIME"
        case .other: "UNKNOWN"
        }
    }
}

extension OrderRecord {
    /// The word that answers placing it: `placed` even when it is filled by then.
    var placement: String {
        switch state {
        case .refused(let refusal): refusal.status
        case .cancelled(.immediate): filled.isZero ? "iocWouldNotExecute" : "placed"
        case .cancelled(.notEnoughMargin): filled.isZero ? "insufficientAvailableFunds" : "placed"
        case .cancelled(.nothingToReduce): filled.isZero ? "wouldNotReducePosition" : "placed"
        case .open, .filled, .cancelled: "placed"
        }
    }
}

extension OrderType {
    /// The word of an order event's `type`.
    var eventName: String {
        switch self {
        case .limit: "lmt"
        case .postOnly: "post"
        case .immediateOrCancel, .market: "ioc"
        case .fillOrKill: "fok"
        case .stop: "stp"
        case .takeProfit: "take_profit"
        case .liquidation: "liquidation"
        }
    }

    /// The word of `openorders`.
    var listName: String {
        switch self {
        case .stop: "stp"
        case .takeProfit: "take_profit"
        case .limit, .postOnly, .immediateOrCancel, .fillOrKill, .market, .liquidation: "lmt"
        }
    }
}

extension TriggerSource {
    /// Answers say `spot` where `index` was asked for.
    var answerName: String {
        switch self {
        case .mark: "mark"
        case .last: "last"
        case .index: "spot"
        }
    }
}
